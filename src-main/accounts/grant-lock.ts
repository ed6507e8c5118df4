/**
 * One renewal of a grant at a time, also when two programs share one keychain: a refresh token that rotates is worth one use, and a second
 * use may end the grant (RFC 9700 §4.14.2).
 *
 * The lock is the system's own on a file in the person's runtime folder. It goes with the process, however that ends, so there is no stale
 * one to be judged by its age: a computer that slept three days in the middle of a renewal goes on with it. Whoever holds it gives it
 * back after a time limit in any case, and whoever waits for it stops waiting and comes back later.
 */
import { join } from 'node:path';
import type { GrantId } from '../../src-shared/model/ids.ts';
import { delay, systemClock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { runtimeFolder } from '../base/runtime-folder.ts';
import { tryLockFile } from '../store/profile-lock.ts';

/** Runs the task while nobody else on this computer renews this grant. Throws busy (retry later) when another is too long about it. */
export type GrantLock = <T>(grantId: GrantId, task: () => Promise<T>) => Promise<T>;

/** How often a lock that is taken is tried again: soon at first, for a renewal takes no longer than an answer over the network. */
const FIRST_LOOK = 4;
const LAST_LOOK = 200;

/** `folder` answers with the place of the lock files. Times in milliseconds; they are real ones, because other processes live in them. */
export function createGrantLock({
  log,
  folder = runtimeFolder,
  waitMs = LIMITS.renewalWait,
  holdMs = LIMITS.renewalHold,
}: {
  log: Log;
  folder?: () => string;
  waitMs?: number;
  holdMs?: number;
}): GrantLock {
  /** Undefined where no lock can be had at all: a mail program that cannot renew is worse than two that may meet. */
  async function take(grantId: GrantId): Promise<(() => void) | undefined> {
    const until = performance.now() + waitMs;
    for (let look = FIRST_LOOK; ; look = Math.min(LAST_LOOK, look * 1.5)) {
      let release: (() => void) | undefined;
      try {
        release = tryLockFile(join(folder(), `grant-${grantId}.lock`));
      } catch (error) {
        log.warn('no lock for renewals', errorFacts(error));
        return undefined;
      }
      if (release) return release;
      if (performance.now() + look > until) throw new MailError('busy', { retry: 'later' });
      await delay(systemClock, look * (0.5 + Math.random() / 2));
    }
  }

  return async (grantId, task) => {
    let release = await take(grantId);
    const giveBack = () => {
      release?.();
      release = undefined;
    };
    const cancel = systemClock.after(holdMs, giveBack);
    try {
      return await task();
    } finally {
      cancel();
      giveBack();
    }
  };
}
