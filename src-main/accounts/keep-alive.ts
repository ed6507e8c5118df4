/**
 * Providers end a grant that nobody has used for a long time (some after 90 days). One whose access token lives long, or whose account is
 * seldom connected, is renewed once a week, so that nobody is asked to sign in again for having been away.
 */
import type { Clock } from '../base/clock.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { Store } from '../store/store.ts';
import type { AccessTokens } from './access-tokens.ts';

export type KeepAlive = {
  /** From now on until `stop`; the mail is open. */
  start(): void;
  stop(): void;
  /** After sleep, or on another network. */
  wake(): void;
};

const UNUSED_FOR = 7 * 24 * 60 * 60_000;
const LOOKED_EVERY = 6 * 60 * 60_000;
/** The first look waits until the mail has been fetched: that may have renewed it. */
const FIRST_LOOK = 60_000;

export function createKeepAlive({
  store,
  tokens,
  clock,
  log,
}: {
  store: () => Store;
  tokens: Pick<AccessTokens, 'renew' | 'wake'>;
  clock: Clock;
  log: Log;
}): KeepAlive {
  let cancel: (() => void) | undefined;

  function lookLater(ms: number): void {
    cancel?.();
    cancel = clock.after(ms, () => {
      lookLater(LOOKED_EVERY);
      look();
    });
  }

  function look(): void {
    for (const grant of store().grants.list()) {
      if (grant.kind !== 'oauth' || grant.state !== 'active') continue;
      // Either way round: a clock that was set back must not keep a grant waiting for years.
      if (Math.abs(clock.now() - (grant.refreshedAt ?? grant.grantedAt)) < UNUSED_FOR) continue;
      const account = store().accounts.server(grant.accountId);
      if (!account) continue;
      tokens
        .renew(account, grant.grantId)
        .catch((error: unknown) => log.warn('grant not kept alive', errorFacts(error)));
    }
  }

  return {
    start: () => lookLater(FIRST_LOOK),
    stop() {
      cancel?.();
      cancel = undefined;
    },
    wake() {
      tokens.wake();
      if (cancel) lookLater(FIRST_LOOK);
    },
  };
}
