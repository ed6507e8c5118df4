import type { AccountId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { Store } from '../store/store.ts';

/** The end of the program waits no longer for drafts than nobody notices: what is left goes at the next start. */
const LONGEST = 1_000;

/**
 * Has the drafts of all accounts stored on their servers now, as the program ends. Resolves when that is done where there is a link,
 * and at once where there is none. Throws what the store throws.
 */
export async function settleDrafts({
  store,
  clock,
  isOnline,
}: {
  store: Store;
  clock: Clock;
  isOnline(accountId: AccountId): boolean;
}): Promise<void> {
  store.drafts.leaveAll();
  const isDone = () =>
    store.accounts
      .list()
      .every(({ accountId }) => !isOnline(accountId) || !store.draftCopies.isAnythingLeft(accountId));
  if (isDone()) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      stopHearing();
      stopClock();
      resolve();
    };
    const stopHearing = store.feed.subscribe(() => isDone() && end());
    const stopClock = clock.after(LONGEST, end);
  });
}
