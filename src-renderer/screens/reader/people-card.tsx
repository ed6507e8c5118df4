import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { BodyContent } from '../../../src-shared/model/message-body.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Avatar } from '../../components/avatar.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { showToast } from '../../components/toast.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { showSigns } from './visible-signs.ts';

type Person = NonNullable<BodyContent['people']>[number];

const MOST_SHOWN = 5;
const MOST_FACTS = 6;

function PersonLine({ person }: { person: Person }): ReactNode {
  const addresses = person.addresses.map(showSigns);
  const name = cleanLine(person.name) || (addresses[0] ?? t('contact-card.unnamed'));
  const organisation = cleanLine(person.organisation);
  const facts = [...addresses, ...person.phones.map(cleanLine)].slice(0, MOST_FACTS);
  return (
    <li className="contact-line">
      <Avatar name={name} size={32} />
      <div className="grow selectable">
        <div className="med cut" dir="auto">
          {name}
        </div>
        {organisation !== '' && (
          <div className="t12 c3 cut" dir="auto">
            {organisation}
          </div>
        )}
        {facts.map((fact) => (
          <div key={fact} className="t12 c2 contact-fact">
            <bdi dir="ltr">{fact}</bdi>
          </div>
        ))}
      </div>
    </li>
  );
}

/** People who came as vCard with one attachment; kept among the contacts when the person says so. */
export function PeopleCard({
  messageId,
  part,
  people,
  canAct,
}: {
  messageId: MessageId;
  part: number;
  people: readonly Person[];
  canAct: boolean;
}): ReactNode {
  const backend = useBackend();
  const [isAdded, setIsAdded] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const add = async (): Promise<void> => {
    const result = await backend.request('contacts.importPart', { messageId, part });
    setFailure(result.ok ? undefined : result);
    setIsAdded(result.ok);
    if (result.ok) showToast({ text: t('contact-card.done', result.value) });
  };
  const keyed = people
    .slice(0, MOST_SHOWN)
    .map((person, index) => ({ person, key: `${index} ${person.name}` }));
  return (
    <section className="card" aria-label={t('contact-card.name')}>
      <ul>
        {keyed.map(({ person, key }) => (
          <PersonLine key={key} person={person} />
        ))}
      </ul>
      {people.length > MOST_SHOWN && (
        <p className="t12 c3">{t('contact-card.more', { count: people.length - MOST_SHOWN })}</p>
      )}
      {canAct && (
        <div className="row card-actions">
          <Button icon="person" isDisabled={isAdded} onPress={() => void add()}>
            {isAdded ? t('contact-card.added') : t('contact-card.add', { count: people.length })}
          </Button>
        </div>
      )}
      {failure && <FailureNote failure={failure} />}
    </section>
  );
}
