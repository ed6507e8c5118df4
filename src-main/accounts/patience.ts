/**
 * How long a grant's token endpoint is left alone after it failed, for all connections of the account together: each of them asks for a
 * token when it comes back, and a server that is down or busy must not be asked by all of them (RFC 9110 §10.2.3).
 */
import type { GrantId } from '../../src-shared/model/ids.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';

export type Patience = {
  /** Throws the last failure again while it is too early for another try. */
  require(grantId: GrantId): void;
  /** Answers whether this is the first failure since the last success. */
  fail(grantId: GrantId, error: unknown): boolean;
  succeed(grantId: GrantId): void;
  /** The network may be another one now: only what a server asked for is still waited for. */
  wake(): void;
};

/** While nothing answers, the fault is near: the network may be back in a moment. A server that answers "later" is given more time. */
const MOST_UNANSWERED = 30_000;
const MOST_ANSWERED = 5 * 60_000;

type Wait = { error: unknown; failures: number; at: number; ms: number; isAsked: boolean };

export function createPatience(clock: Clock, random: () => number = Math.random): Patience {
  const waits = new Map<GrantId, Wait>();
  return {
    require(grantId) {
      const wait = waits.get(grantId);
      if (!wait) return;
      const since = clock.now() - wait.at;
      // A clock that was set back says nothing about how long it has been.
      if (since >= 0 && since < wait.ms) throw wait.error;
    },
    fail(grantId, error) {
      const failures = waits.get(grantId)?.failures ?? 0;
      const detail = error instanceof MailError ? error.detail : undefined;
      const most = detail?.status === undefined ? MOST_UNANSWERED : MOST_ANSWERED;
      const asked = Number(detail?.retryAfter ?? 0) * 1_000;
      const own = backoffDelay(failures, undefined, most, random);
      const ms = Math.max(own, asked * (1 + random() / 10));
      waits.set(grantId, { error, failures: failures + 1, at: clock.now(), ms, isAsked: asked > 0 });
      return failures === 0;
    },
    succeed: (grantId) => void waits.delete(grantId),
    wake() {
      for (const wait of waits.values()) if (!wait.isAsked) wait.ms = 0;
    },
  };
}
