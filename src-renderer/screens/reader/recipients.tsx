import { type ReactNode, useId, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Address, MessageSummary } from '../../../src-shared/model/message.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Icon } from '../../components/icon.tsx';
import { type PeopleWords, recipientsText } from '../../components/people-words.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDateTime, formatList, t } from '../../i18n/i18n.ts';
import { personItems } from './person-menu.ts';
import type { ReaderTools } from './reader-tools.ts';
import { showSigns } from './visible-signs.ts';

function peopleWords(): PeopleWords {
  return {
    you: t('people.you'),
    nobody: t('people.nobody'),
    list: formatList,
    more: (names, count) => t('people.more', { names, count }),
  };
}

function People({
  label,
  people,
  tools,
}: {
  label: string;
  people: readonly Address[];
  tools: ReaderTools;
}): ReactNode {
  const backend = useBackend();
  if (people.length === 0) return null;
  const keyed = people.map((person, index) => ({ person, key: `${index} ${person.address}` }));
  return (
    <div className="people-row">
      <dt className="c3">{label}</dt>
      <dd>
        <ul>
          {keyed.map(({ person, key }) => {
            const name = cleanLine(person.name);
            const address = showSigns(person.address);
            return (
              <li key={key}>
                <button
                  type="button"
                  className="person"
                  aria-haspopup="menu"
                  onClick={(event) =>
                    tools.onMenu({
                      anchor: event.currentTarget,
                      label: address,
                      items: personItems(person, backend, tools),
                    })
                  }
                >
                  {name !== '' && name !== address && <bdi dir="auto">{name} </bdi>}
                  <bdi dir="ltr" className="c3">
                    {address}
                  </bdi>
                </button>
              </li>
            );
          })}
        </ul>
      </dd>
    </div>
  );
}

/** "to you and 3 others"; pressed, everybody with their address, where answers go, and the date in full. */
export function Recipients({ message, tools }: { message: MessageSummary; tools: ReaderTools }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const names = recipientsText([...message.to, ...message.cc], tools.ownAddresses, peopleWords());
  const senders = new Set(message.from.map((one) => one.address.toLowerCase()));
  const answers = message.replyTo.filter((one) => !senders.has(one.address.toLowerCase()));
  return (
    <>
      <AriaButton
        className="recipients c3"
        aria-expanded={isOpen}
        aria-controls={id}
        onPress={() => setIsOpen(!isOpen)}
      >
        <span className="cut" dir="auto">
          {t('people.to', { names })}
        </span>
        <span className="visually-hidden">{t('reader.everybody')}</span>
        <Icon name={isOpen ? 'chevron-up' : 'chevron-down'} size={14} />
      </AriaButton>
      <dl id={id} className="people selectable" hidden={!isOpen}>
        {isOpen && (
          <>
            <People label={t('reader.head-from')} people={message.from} tools={tools} />
            <People label={t('reader.head-to')} people={message.to} tools={tools} />
            <People label={t('reader.head-cc')} people={message.cc} tools={tools} />
            <People label={t('reader.head-reply-to')} people={answers} tools={tools} />
            <div className="people-row">
              <dt className="c3">{t('reader.head-date')}</dt>
              <dd>{formatDateTime(message.date)}</dd>
            </div>
          </>
        )}
      </dl>
    </>
  );
}
