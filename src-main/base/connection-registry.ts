import type { AccountId } from '../../src-shared/model/ids.ts';

/**
 * Which connections are open to an account's servers just now. Who opens one enters it and takes it out when it is closed,
 * so that a sign-out can wait until none is left without knowing who holds them.
 */
export type ConnectionRegistry = {
  enter(accountId: AccountId): () => void;
  count(accountId: AccountId): number;
  /** Resolves when none is open; rejects with the signal's reason. */
  whenNone(accountId: AccountId, signal: AbortSignal): Promise<void>;
};

export function createConnectionRegistry(): ConnectionRegistry {
  const open = new Map<AccountId, number>();
  const waiting = new Set<{ accountId: AccountId; resolve: () => void }>();
  const count = (accountId: AccountId) => open.get(accountId) ?? 0;
  return {
    count,
    enter(accountId) {
      open.set(accountId, count(accountId) + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        open.set(accountId, count(accountId) - 1);
        if (count(accountId) > 0) return;
        for (const one of [...waiting]) {
          if (one.accountId === accountId) one.resolve();
        }
      };
    },
    whenNone(accountId, signal) {
      if (count(accountId) === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const one = {
          accountId,
          resolve: () => {
            waiting.delete(one);
            resolve();
          },
        };
        waiting.add(one);
        signal.addEventListener(
          'abort',
          () => {
            waiting.delete(one);
            reject(signal.reason);
          },
          { once: true },
        );
      });
    },
  };
}
