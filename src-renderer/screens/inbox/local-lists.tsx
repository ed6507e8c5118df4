import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { Draft } from '../../../src-shared/model/draft.ts';
import type { DraftId, SubmissionId } from '../../../src-shared/model/ids.ts';
import type { Address } from '../../../src-shared/model/message.ts';
import type { Submission } from '../../../src-shared/model/submission.ts';
import { displayNameOf } from '../../../src-shared/text/address.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Note } from '../../components/note.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatList, formatMessageDate, formatShortDate, formatTime, t } from '../../i18n/i18n.ts';
import { accountName, isStuck, signInNeededFor } from './mail-view.ts';

function namesOf(people: readonly Address[]): string {
  if (people.length === 0) return t('people.nobody-yet');
  const names = people.slice(0, 3).map((one) => cleanLine(displayNameOf(one)));
  return people.length > 3
    ? t('people.more', { names: names.join(', '), count: people.length - 3 })
    : formatList(names);
}

/** Drafts that are on this computer; each opens where it was left. */
export function DraftList({
  drafts,
  onOpen,
}: {
  drafts: readonly Draft[];
  onOpen: (draftId: DraftId) => void;
}): ReactNode {
  return (
    <ul className="local-list" aria-label={t('nav.drafts')}>
      {drafts.map((draft) => (
        <li key={draft.draftId}>
          <AriaButton className="local-item" onPress={() => onOpen(draft.draftId)}>
            <span className="thread-line">
              <span className="thread-people cut" dir="auto">
                {namesOf([...draft.to, ...draft.cc, ...draft.bcc])}
              </span>
              <span className="grow" />
              {draft.attachments.length > 0 && <Icon name="paperclip" size={14} />}
              <span className="thread-date">{formatShortDate(draft.savedAt)}</span>
            </span>
            <span className="thread-line">
              <span className="thread-subject cut" dir="auto">
                {cleanLine(draft.subject) || t('list.no-subject')}
              </span>
            </span>
            <span className="thread-line">
              <span className="thread-preview cut" dir="auto">
                {cleanLine(draft.text.slice(0, 300))}
              </span>
            </span>
          </AriaButton>
        </li>
      ))}
    </ul>
  );
}

function stateOf(submission: Submission, waitsFor: AccountView | undefined): string {
  const { state, error, nextTryAt, sendAt, lookedUpAt } = submission;
  if (state === 'failed' && error !== undefined)
    return `${t(`error.${error}.title`)} ${t(`error.${error}.next`)}`;
  if (state === 'unknown') {
    const words = t('outbox.unknown');
    return lookedUpAt === undefined
      ? words
      : `${words} ${t('outbox.notInSent', { time: formatTime(lookedUpAt) })}`;
  }
  // Some have it and some do not; who does not is said below.
  if (state === 'sent') return t('outbox.partly');
  if (state === 'sending') return t('outbox.sending');
  if (waitsFor) return t('outbox.needs-sign-in', { account: accountName(waitsFor) });
  if (error !== undefined && nextTryAt !== undefined) {
    return `${t(`error.${error}.title`)} ${t('outbox.next-try', { time: formatTime(nextTryAt) })}`;
  }
  if (sendAt !== undefined && sendAt > Date.now())
    return t('outbox.goesAt', { time: formatMessageDate(sendAt) });
  return t('outbox.queued');
}

/** What waits to be sent, why, and what can be done about it. */
export function OutboxList(props: {
  accounts: readonly AccountView[];
  submissions: readonly Submission[];
  onEdit: (draftId: DraftId) => void;
}): ReactNode {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const edit = async (submissionId: SubmissionId): Promise<void> => {
    const result = await backend.request('outbox.cancel', { submissionId });
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value) props.onEdit(result.value.draftId);
  };
  const ask = async (
    name: 'outbox.retry' | 'outbox.sendNow' | 'outbox.settle',
    submissionId: SubmissionId,
  ): Promise<void> => {
    const result = await backend.request(name, { submissionId });
    setFailure(result.ok ? undefined : result);
  };
  return (
    <>
      {failure && (
        <Note tone="warn" icon="warning" role="alert">
          {t(`error.${failure.code}.title`)} {t(`error.${failure.code}.next`)}
        </Note>
      )}
      <ul className="local-list" aria-label={t('nav.outbox')}>
        {props.submissions.map((submission) => (
          <li key={submission.submissionId} className="local-item">
            <div className="thread-line">
              <span className="thread-people cut" dir="auto">
                {namesOf(submission.to)}
              </span>
              <span className="grow" />
              <span className="thread-date">{formatShortDate(submission.queuedAt)}</span>
            </div>
            <div className="thread-line">
              <span className="thread-subject cut" dir="auto">
                {cleanLine(submission.subject) || t('list.no-subject')}
              </span>
            </div>
            <p className={isStuck(submission, props.accounts) ? 't12 warn' : 't12 c2'}>
              {stateOf(submission, signInNeededFor(submission, props.accounts))}
            </p>
            {submission.refused.length > 0 && (
              <p className="t12 warn">
                {t('outbox.refused', { names: formatList(submission.refused.map(cleanLine)) })}
              </p>
            )}
            {submission.state !== 'sending' && (
              <div className="row local-actions">
                <Button size="small" onPress={() => void edit(submission.submissionId)}>
                  {t('outbox.edit')}
                </Button>
                {(submission.state === 'failed' || submission.state === 'unknown') && (
                  <Button size="small" onPress={() => void ask('outbox.retry', submission.submissionId)}>
                    {t('outbox.retry')}
                  </Button>
                )}
                {submission.state === 'unknown' && (
                  <Button size="small" onPress={() => void ask('outbox.settle', submission.submissionId)}>
                    {t('outbox.settle')}
                  </Button>
                )}
                {submission.state === 'queued' && !signInNeededFor(submission, props.accounts) && (
                  <Button size="small" onPress={() => void ask('outbox.sendNow', submission.submissionId)}>
                    {t(submission.nextTryAt === undefined ? 'outbox.sendNow' : 'outbox.try-now')}
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
