import type { Draft } from '../../src-shared/model/draft.ts';
import type { AccountId, MailboxId } from '../../src-shared/model/ids.ts';
import { type Clock, delay } from '../base/clock.ts';
import { type MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { DraftWork } from '../store/draft-records.ts';
import type { Store } from '../store/store.ts';
import type { Bell } from './bell.ts';
import type { Connections } from './connections.ts';
import { type ComposedCopy, findCopy, removeCopy, storeCopy } from './draft-copies.ts';
import { isFinal } from './operations.ts';
import { retryDelay } from './retry-delay.ts';

/** The draft as a message for the person's own mailbox. Throws MailError when it has no form. */
export type ComposeCopy = (draft: Draft) => Promise<ComposedCopy>;

/** A full mailbox does not get room by the second. */
const FULL_WAIT = 60 * 60_000;
/** Beyond, it does not go over the connection on which the person waits. */
const LARGE = 500_000;

export type DraftRunnerOptions = {
  accountId: AccountId;
  store: Store;
  connections: Connections;
  composeCopy: ComposeCopy;
  bell: Bell;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  isOnline(): boolean;
  onTouched(mailboxIds: MailboxId[]): void;
  onError(error: MailError): void;
};

/**
 * Keeps the mailbox Drafts what the drafts here are, until the signal is aborted. What has to be done stands in the store, so nothing
 * is lost while there is no link: the newest version goes, and only that. What the server will not take stays here and is not tried again.
 */
export async function runDrafts(options: DraftRunnerOptions): Promise<void> {
  const { accountId, store, bell, clock, log, signal, isOnline, onError } = options;
  for (let failures = 0; !signal.aborted; ) {
    try {
      while (isOnline() && (await runNext(options))) {
        failures = 0;
        signal.throwIfAborted();
      }
      const at = isOnline() ? store.draftCopies.nextAt(accountId) : undefined;
      await bell.wait(signal, at === undefined ? undefined : Math.max(0, at - clock.now()));
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const error = toMailError(thrown);
      log.warn('sync.draftFailed', errorFacts(error));
      onError(error);
      await delay(clock, retryDelay(error, failures++), signal);
    }
  }
}

async function runNext(options: DraftRunnerOptions): Promise<boolean> {
  const { accountId, store, connections, composeCopy, signal, onTouched } = options;
  const work = store.draftCopies.next(accountId);
  if (!work) return false;
  try {
    const composed = work.kind === 'store' ? await composeCopy(work.draft) : undefined;
    const purpose = (composed?.source.byteLength ?? 0) > LARGE ? 'transfer' : 'requests';
    onTouched(await connections.use(purpose, (connection) => runWork(connection, work, composed, options)));
  } catch (thrown) {
    const error = toMailError(thrown);
    if (signal.aborted || !(isFinal(error) || isOfDraft(error))) throw thrown;
    settleRefusal(options, work, error);
  }
  return true;
}

/** A task may be begun again on another connection: by then something else may be the next. */
async function runWork(
  connection: ImapConnection,
  wanted: DraftWork,
  composed: ComposedCopy | undefined,
  { accountId, store, clock }: DraftRunnerOptions,
): Promise<MailboxId[]> {
  const work = store.draftCopies.next(accountId);
  switch (work?.kind) {
    case undefined:
      return [];
    case 'find':
      return findCopy(connection, work, store);
    case 'remove':
      return removeCopy(connection, work, store);
    case 'store': {
      const isSame =
        wanted.kind === 'store' &&
        wanted.version === work.version &&
        wanted.draft.draftId === work.draft.draftId;
      return composed && isSame ? storeCopy(connection, work, composed, { store, now: clock.now() }) : [];
    }
  }
}

/** It cannot be written as a message: another try changes nothing, another version may. */
const isOfDraft = ({ code }: MailError): boolean =>
  code === 'recipient-invalid' || code === 'attachment-unreadable' || code === 'not-found';

/** A draft stays here, and says so; of a copy that cannot be deleted nothing more is known. */
function settleRefusal({ store, clock, log }: DraftRunnerOptions, work: DraftWork, error: MailError): void {
  log.warn('sync.draftRefused', { work: work.kind, ...errorFacts(error) });
  if (work.kind !== 'store') {
    store.draftCopies.forget(work.copy.copyId);
    return;
  }
  const again = error.code === 'mailbox-full' ? clock.now() + FULL_WAIT : undefined;
  store.draftCopies.refuse(work.draft.draftId, work.version, error.code, again);
}
