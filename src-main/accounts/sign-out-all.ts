/**
 * "Sign out of everything": all accounts as one act. Which accounts are still to come stands in the journal from the beginning, so that
 * the end of the program does not end it: the next start goes on. What no provider could be told is a debt of that account.
 */
import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import type { Receipt, ReceiptStep } from '../../src-shared/model/receipt.ts';
import { toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { QueuedSignOut } from '../store/debt-records.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { requireKeychain, type SignOutRequest } from './revoke-grant.ts';

/** Each has connections to close and servers to wait for; more at once would only wait for each other. */
const AT_ONCE = 4;

export type SignOutAllRequest = {
  finishFirst: boolean;
  mail: 'keep' | 'erase';
  onStep(accountId: AccountId, step: ReceiptStep): void;
};

/** `failed` is tried again at the next start. */
export type SignOutAllResult = { receipts: Receipt[]; failed: { accountId: AccountId; code: ErrorCode }[] };

export type SignOutAll = {
  /**
   * A receipt for each account that was signed out; one that fails stops no other. Throws keychain-locked and keychain-absent before
   * anything is done. Who asks while it runs gets the same answer.
   */
  start(request: SignOutAllRequest): Promise<SignOutAllResult>;
  /** Goes on with what the end of the program cut off. Never throws. */
  resume(): Promise<void>;
  /** Begins with no further account; resolves when those that have begun are done. */
  stop(): Promise<void>;
};

export function createSignOutAll({
  store,
  vault,
  log,
  signOut,
}: {
  store: () => Store;
  vault: Vault;
  log: Log;
  /** Joins a sign-out of this account that is running already. */
  signOut(request: SignOutRequest): Promise<Receipt>;
}): SignOutAll {
  let running: Promise<SignOutAllResult> | undefined;
  let resuming: Promise<void> | undefined;
  let hasStopped = false;

  async function work(
    queue: QueuedSignOut[],
    onStep: SignOutAllRequest['onStep'],
  ): Promise<SignOutAllResult> {
    const waiting = [...queue];
    const result: SignOutAllResult = { receipts: [], failed: [] };
    async function next(): Promise<void> {
      for (let one = waiting.shift(); one && !hasStopped; one = waiting.shift()) {
        const { grantId, ...request } = one;
        const { accountId } = request;
        try {
          result.receipts.push(await signOut({ ...request, onStep: (step) => onStep(accountId, step) }));
          store().signOuts.remove(grantId);
        } catch (error) {
          log.warn('account not signed out', errorFacts(error));
          result.failed.push({ accountId, code: toMailError(error).code });
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    return result;
  }

  async function begin({ onStep, ...wanted }: SignOutAllRequest): Promise<SignOutAllResult> {
    await resuming;
    await requireKeychain({ vault });
    const batch = randomUUID();
    const queue = signedIn(store()).map((one) => ({ ...one, batch, ...wanted }));
    store().signOuts.add(queue);
    return work(queue, onStep);
  }

  async function goOn(): Promise<void> {
    try {
      const there = new Set(signedIn(store()).map(({ grantId }) => grantId));
      const queue = store().signOuts.list();
      for (const { grantId } of queue) {
        if (!there.has(grantId)) store().signOuts.remove(grantId);
      }
      await work(
        queue.filter(({ grantId }) => there.has(grantId)),
        () => undefined,
      );
    } catch (error) {
      log.warn('sign out of everything', errorFacts(error));
    }
  }

  return {
    start(request) {
      running ??= begin(request).finally(() => {
        running = undefined;
      });
      return running;
    },
    async resume() {
      if (running || hasStopped) return;
      resuming ??= goOn().finally(() => {
        resuming = undefined;
      });
      await resuming;
    },
    async stop() {
      hasStopped = true;
      await Promise.allSettled([running, resuming]);
    },
  };
}

/** Whatever has a key here, also one that its provider takes no more. */
function signedIn(store: Store): Pick<QueuedSignOut, 'accountId' | 'grantId'>[] {
  return store.accounts.list().flatMap(({ accountId, auth, signIn }) => {
    const grant = store.grants.byAccount(accountId);
    if (auth === 'none' || !grant) return [];
    const isOut = signIn === 'signed-out' && grant.state === 'revoked';
    return isOut ? [] : [{ accountId, grantId: grant.grantId }];
  });
}
