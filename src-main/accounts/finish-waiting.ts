import type { Account } from '../../src-shared/model/account.ts';
import type { Clock } from '../base/clock.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { Store } from '../store/store.ts';
import { composeDraft } from './draft-source.ts';
import { countOnlyHere, draftsOf, type OnlyHere, waitingOf } from './only-here.ts';

/**
 * Has everything done that is only on this computer: the outbox sends at once, drafts go to the Drafts mailbox, changes to the
 * server. Whose work that is (outbox, sync) hears of it by the store. Resolves when nothing is left, when what is left cannot
 * be done (refused, unknown), or after the time limit; answers with what was there and what is left. Never throws.
 */
export async function finishWaiting(
  store: Store,
  account: Account,
  { clock, log }: { clock: Clock; log: Log },
): Promise<{ before: OnlyHere; left: OnlyHere }> {
  const { accountId } = account;
  const before = countOnlyHere(store, accountId);
  store.outbox.releaseNow(accountId);
  for (const draft of draftsOf(store, accountId)) {
    try {
      const { source, messageIdHeader } = await composeDraft(draft, account, store, clock.now());
      const flags = ['\\Draft', '\\Seen'];
      const { draftId } = draft;
      store.operations.enqueueAppend({
        accountId,
        specialUse: 'drafts',
        flags,
        source,
        messageIdHeader,
        draftId,
      });
    } catch (error) {
      log.warn('draft not saved at the provider', errorFacts(error));
    }
  }
  const isDone = () => {
    const { changes } = countOnlyHere(store, accountId);
    const isSending = waitingOf(store, accountId).some(
      ({ state }) => state === 'queued' || state === 'sending',
    );
    return changes === 0 && !isSending;
  };
  await new Promise<void>((resolve) => {
    const end = () => {
      stopHearing();
      stopClock();
      resolve();
    };
    const stopHearing = store.feed.subscribe(() => isDone() && end());
    const stopClock = clock.after(LIMITS.finishTimeout, end);
    if (isDone()) end();
  });
  const { sent, drafts, changes } = countOnlyHere(store, accountId);
  // The copies of drafts and of sent mail that still wait are told as drafts, and as nothing: they were no changes of the person.
  return { before, left: { sent, drafts, changes: Math.min(changes, before.changes) } };
}
