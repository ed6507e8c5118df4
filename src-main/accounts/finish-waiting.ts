import type { Account } from '../../src-shared/model/account.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { LIMITS } from '../base/limits.ts';
import type { Store } from '../store/store.ts';
import { countOnlyHere, type OnlyHere, waitingOf } from './only-here.ts';

/**
 * Has everything done that is only on this computer: the outbox sends at once, drafts go to the Drafts mailbox, changes to the
 * server. Whose work that is (outbox, sync) hears of it by the store. Resolves when nothing is left, when what is left cannot
 * be done (refused, unknown), or after the time limit, which is short while there is no connection; answers with what was there and what is left. Never throws.
 */
export async function finishWaiting(
  store: Store,
  account: Account,
  { clock, registry }: { clock: Clock; registry: ConnectionRegistry },
): Promise<{ before: OnlyHere; left: OnlyHere }> {
  const { accountId } = account;
  const before = countOnlyHere(store, accountId);
  store.outbox.releaseNow(accountId);
  store.operations.releaseNow(accountId);
  store.drafts.leaveAll(accountId);
  const isDone = () => {
    const { changes } = countOnlyHere(store, accountId);
    // What has a time of its own is not sent before it: it is left behind, and the person decides.
    const isSending = waitingOf(store, accountId).some(
      ({ state, sendAt }) => state === 'sending' || (state === 'queued' && sendAt === undefined),
    );
    const isChanged = changes === store.operations.pending(accountId).refused;
    return isChanged && !isSending && !store.draftCopies.isAnythingLeft(accountId);
  };
  await new Promise<void>((resolve) => {
    const end = () => {
      stopHearing();
      stopClock();
      stopOffline();
      resolve();
    };
    const stopHearing = store.feed.subscribe(() => isDone() && end());
    const stopClock = clock.after(LIMITS.finishTimeout, end);
    const stopOffline = clock.after(
      LIMITS.finishOfflineTimeout,
      () => registry.count(accountId) === 0 && end(),
    );
    if (isDone()) end();
  });
  const { sent, drafts, changes } = countOnlyHere(store, accountId);
  // Copies of sent mail that still wait are told as nothing: they were no changes of the person.
  return { before, left: { sent, drafts, changes: Math.min(changes, before.changes) } };
}
