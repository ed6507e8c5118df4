import { type ReactNode, useEffect, useState } from 'react';
import type { OutputOf } from '../../../src-shared/ipc/contract.ts';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { Invitation, InvitationAnswer } from '../../../src-shared/model/invitation.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatList, t } from '../../i18n/i18n.ts';
import {
  canAnswer,
  isOff,
  nameOf,
  ownAnswer,
  sayExceptions,
  sayInstance,
  sayKind,
  sayRecurrence,
  sayWhen,
} from './invitation-words.ts';
import { Linked } from './plain-text.tsx';
import type { ReaderTools } from './reader-tools.ts';
import { useQueuedToast } from './use-queued-toast.ts';

const MOST_NAMES = 8;
const ANSWERS = ['accepted', 'tentative', 'declined'] as const;

function Fact({ icon, children }: { icon: IconName; children: ReactNode }): ReactNode {
  return (
    <div className="fact">
      <Icon name={icon} />
      <div className="fact-words">{children}</div>
    </div>
  );
}

function Who({ invitation, own }: { invitation: Invitation; own: ReadonlySet<string> }): ReactNode {
  const { organizer, attendees, moreAttendees } = invitation;
  const names = attendees
    .slice(0, MOST_NAMES)
    .map((one) => (own.has(one.address.toLowerCase()) ? t('people.you') : nameOf(one)));
  const more = attendees.length - names.length + moreAttendees;
  if (!organizer && names.length === 0) return null;
  return (
    <Fact icon="person">
      {organizer && <div>{t('invitation.organizer', { name: nameOf(organizer) })}</div>}
      {names.length > 0 && (
        <div className="c2">
          {more > 0
            ? t('people.more', { names: names.join(', '), count: more })
            : t('invitation.invited', { names: formatList(names) })}
        </div>
      )}
    </Fact>
  );
}

type Attendee = OutputOf<'invitations.getAttendee'>;

/** Who answers; undefined until it is known, and where it cannot be found out: the answer itself says why. */
function useAttendee(messageId: MessageId, part: number, uid: string): Attendee | undefined {
  const backend = useBackend();
  const [who, setWho] = useState<Attendee>();
  useEffect(() => {
    let isGone = false;
    void backend.request('invitations.getAttendee', { messageId, part, uid }).then((result) => {
      if (!isGone && result.ok) setWho(result.value);
    });
    return () => {
      isGone = true;
    };
  }, [backend, messageId, part, uid]);
  return who;
}

function Answer({ messageId, invitation, tools }: CardProps): ReactNode {
  const backend = useBackend();
  const sayQueued = useQueuedToast();
  const [given, setGiven] = useState<InvitationAnswer>();
  const [isSending, setIsSending] = useState(false);
  const [comment, setComment] = useState<string>();
  const [failure, setFailure] = useState<Fail>();
  const [attendee, setAttendee] = useState('');
  const { part, uid } = invitation;
  const who = useAttendee(messageId, part, uid);
  const isAsked = who !== undefined && who.attendee === undefined;
  const known = ownAnswer(invitation, tools.ownAddresses);
  const said = given ?? (known === 'needs-action' || known === 'delegated' ? undefined : known);
  const send = async (answer: InvitationAnswer): Promise<void> => {
    setIsSending(true);
    const result = await backend.request('invitations.answer', {
      messageId,
      part,
      uid,
      answer,
      ...(isAsked && { attendee }),
      ...(comment?.trim() ? { comment: comment.trim() } : {}),
    });
    setIsSending(false);
    setFailure(result.ok ? undefined : result);
    if (!result.ok) return;
    setGiven(answer);
    setComment(undefined);
    sayQueued(result.value, t(`invitation.queued-${answer}`), () => setGiven(undefined));
  };
  return (
    <div className="invitation-answer">
      {said && <p className="c2">{t(`invitation.you-${said}`)}</p>}
      {isAsked && (
        <>
          <Select
            label={t('invitation.who')}
            value={attendee}
            onChange={setAttendee}
            options={[
              { value: '', label: t('invitation.who-choose') },
              ...who.choices.map((address) => ({ value: address, label: address })),
            ]}
          />
          <p className="t12 c3">{t('invitation.who-why')}</p>
        </>
      )}
      {comment !== undefined && (
        <TextField
          label={t('invitation.comment')}
          value={comment}
          onChange={(text) => setComment(text.slice(0, 5_000))}
          autoFocus
        />
      )}
      <div className="row invitation-buttons">
        {ANSWERS.map((answer) => (
          <Button
            key={answer}
            isDisabled={isSending || (isAsked && attendee === '')}
            onPress={() => void send(answer)}
          >
            {t(`invitation.${answer}`)}
          </Button>
        ))}
        {comment === undefined && (
          <Button variant="quiet" onPress={() => setComment('')}>
            {t('invitation.add-comment')}
          </Button>
        )}
      </div>
      <p className="t12 c3">{t('invitation.by-mail')}</p>
      {failure && <FailureNote failure={failure} />}
    </div>
  );
}

type CardProps = { messageId: MessageId; invitation: Invitation; tools: ReaderTools };

/** An event in words, and the answers to it. Nothing of it is written into any calendar, and no answer goes by itself. */
export function InvitationCard(props: CardProps & { canAct: boolean }): ReactNode {
  const { invitation, tools } = props;
  const when = sayWhen(invitation);
  const often = [sayRecurrence(invitation), sayExceptions(invitation), sayInstance(invitation)].filter(
    (line) => line !== undefined,
  );
  const hasEnded = isOff(invitation);
  const comment = invitation.comment?.trim() ?? '';
  const summary = cleanLine(invitation.summary) || t('invitation.unnamed');
  const location = cleanLine(invitation.location ?? '');
  const description = invitation.description?.trim() ?? '';
  return (
    <section className="card" aria-label={t('invitation.name')}>
      <div className={hasEnded ? 't12 danger' : 't12 c3'}>{sayKind(invitation)}</div>
      <h3 className="card-title" dir="auto">
        {hasEnded ? <s>{summary}</s> : summary}
      </h3>
      <Fact icon="clock">
        <div>{when.here}</div>
        {when.there !== undefined && <div className="c2">{when.there}</div>}
        {often.map((line) => (
          <div key={line} className="c2">
            {line}
          </div>
        ))}
      </Fact>
      {location !== '' && (
        <Fact icon="place">
          <div dir="auto">
            <Linked text={location} links={tools.links} />
          </div>
        </Fact>
      )}
      <Who invitation={invitation} own={tools.ownAddresses} />
      {comment !== '' && (
        <p className="card-text" dir="auto">
          <Linked text={comment} links={tools.links} />
        </p>
      )}
      {description !== '' && (
        <Disclosure title={t('invitation.description')}>
          <p className="card-text" dir="auto">
            <Linked text={description.slice(0, 20_000)} links={tools.links} />
          </p>
        </Disclosure>
      )}
      {props.canAct && canAnswer(invitation, tools.ownAddresses) && <Answer {...props} />}
    </section>
  );
}
