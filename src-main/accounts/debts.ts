/**
 * Accesses that were given up here and that their provider has not confirmed: a row in the journal says so, the key waits in the vault
 * under a name of its own, and the provider is asked again until it confirms, the person has seen to it on the provider's page, or
 * 90 days are over. All of it outlives the account and the program.
 *
 * A debt has the name of its grant, so that a sign-out that was cut off and runs again does not make a second one. The order on the disk:
 * the row, the key, and only then the grant's own key goes; at the end the receipt, the key, and last the row.
 */
import type { Debt } from '../../src-shared/model/debt.ts';
import type { AccountId, DebtId, GrantId } from '../../src-shared/model/ids.ts';
import type { ClosedDebt, Receipt } from '../../src-shared/model/receipt.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createSingleFlight } from '../base/mutex.ts';
import { withdrawRegistration } from '../oauth/register.ts';
import type { DebtRecord } from '../store/debt-records.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import { type DebtSecret, deleteDebtSecret, readDebtSecret, writeDebtSecret } from './debt-secrets.ts';
import { readGrantSecret } from './grant-secrets.ts';
import { type Payment, payDebt } from './pay-debt.ts';

const FIRST_RETRY = 60_000;
const RARELY = 6 * 60 * 60_000;
/** However often the network comes and goes. */
const AT_MOST_EVERY = 5_000;
const GIVEN_UP_AFTER = 90 * 24 * 60 * 60_000;

export type Debts = {
  list(): Debt[];
  /** From now on this access is owed. Throws keychain-*; then it is not. */
  owe(debt: DebtRecord, secret: DebtSecret): Promise<void>;
  /** Asks now, once. Throws not-found; busy while the account is being signed out, or signed in again to what asking would end. */
  retry(debtId: DebtId): Promise<Debt[]>;
  /** The person says that the access is gone. Throws not-found, busy, keychain-*; then it is still owed. */
  giveUp(debtId: DebtId): Promise<Debt[]>;
  /** The mail was opened: goes on with what is owed, and clears up after a sign-out that was cut off. Never throws. */
  resume(): Promise<void>;
  /** The network may be back: asks soon. */
  wake(): void;
  /** Asks no more; resolves when nobody is being asked. */
  stop(): Promise<void>;
};

export function createDebts(context: {
  store: () => Store;
  vault: Vault;
  providers: Provider[];
  servers: AuthorizationServers;
  clock: Clock;
  log: Log;
  /** Its receipt is not written yet. */
  isSigningOut(accountId: AccountId): boolean;
}): Debts {
  const { vault, clock, log, isSigningOut } = context;
  const once = createSingleFlight<DebtId, void>();
  const running = new Map<DebtId, Promise<void>>();
  let cancel = (): void => undefined;
  let hasStopped = false;

  vault.subscribe(({ state }) => {
    if (state === 'ready') wake();
  });

  /** Nothing while the mail is not open: whoever opens it calls `resume`. */
  function open(): DebtRecord[] {
    try {
      return context.store().debts.list();
    } catch (error) {
      if (error instanceof MailError) return [];
      throw error;
    }
  }

  function schedule(): void {
    cancel();
    const next = open()
      .filter(({ debtId }) => !running.has(debtId))
      .map(({ nextTryAt = 0 }) => nextTryAt);
    if (hasStopped || next.length === 0) return;
    cancel = clock.after(Math.max(0, Math.min(...next) - clock.now()), payWhatIsDue);
  }

  function payWhatIsDue(): void {
    for (const { debtId, nextTryAt = 0 } of open()) {
      if (nextTryAt <= clock.now() && !running.has(debtId)) void pay(debtId, false);
    }
    schedule();
  }

  /** Never throws. */
  function pay(debtId: DebtId, isAsked: boolean): Promise<void> {
    const paying = once(debtId, async () => {
      try {
        await tryToPay(debtId, isAsked);
      } catch (error) {
        log.warn('debt', errorFacts(error));
        postpone(debtId, error);
      }
    }).finally(() => {
      running.delete(debtId);
      schedule();
    });
    running.set(debtId, paying);
    return paying;
  }

  async function tryToPay(debtId: DebtId, isAsked: boolean): Promise<void> {
    const debt = context.store().debts.get(debtId);
    if (!debt) return;
    if (isSigningOut(debt.accountId)) return put(debt, { nextTryAt: clock.now() + AT_MOST_EVERY });
    if (clock.now() - debt.since > GIVEN_UP_AFTER) return close(debt, 'too-old');
    if (isInUseAgain(debt)) return put(debt, { nextTryAt: clock.now() + RARELY });
    const secret = await readDebtSecret(vault, debtId, debt.clientId);
    if (!secret) return close(debt, 'key-lost');
    const payment = await payDebt(debt, secret, context, isAsked);
    if (payment.kind === 'paid') {
      await withdrawRegistration(secret.client, AbortSignal.timeout(LIMITS.revokeTimeout));
      return settle(debt, payment);
    }
    if (payment.newest !== undefined) {
      await writeDebtSecret(vault, debtId, { ...secret, token: payment.newest });
    }
    postpone(debtId, payment.error);
  }

  function put(debt: DebtRecord, change: Partial<DebtRecord>): void {
    context.store().debts.put({ ...debt, ...change });
  }

  function postpone(debtId: DebtId, error: unknown): void {
    const debt = open().find((one) => one.debtId === debtId);
    if (!debt) return;
    put(debt, { ...triedNow(debt, clock.now(), error), attempts: debt.attempts + 1 });
  }

  /** Where giving one key back ends the access of this client everywhere, whoever signed in again would be signed out. */
  function isInUseAgain({ providerId, address, clientId }: DebtRecord): boolean {
    if (!context.providers.some(({ id, revokesWholeGrant }) => id === providerId && revokesWholeGrant)) {
      return false;
    }
    const account = context.store().accounts.byAddress(address);
    const grant = account && context.store().grants.byAccount(account.accountId);
    return grant?.state === 'active' && grant.clientId === clientId;
  }

  async function settle(debt: DebtRecord, { isProved }: Payment & { kind: 'paid' }): Promise<void> {
    const { accountId, debtId, receiptId } = debt;
    amendReceipts(debt, (receipt) => {
      const { manageUrl, ...rest } = receipt;
      const paidAt = receipt.paidAt ?? clock.now();
      return isProved ? { ...rest, answer: 'no', paidAt } : { ...receipt, paidAt };
    });
    await deleteDebtSecret(vault, debtId);
    noteKey(debt, 'key-deleted');
    context.store().audit.append({
      accountId,
      kind: 'debt-paid',
      ...hostOf(debt),
      receiptId,
    });
    context.store().debts.remove(debtId);
  }

  function noteKey({ accountId }: DebtRecord, kind: 'key-stored' | 'key-deleted'): void {
    context.store().audit.append({ accountId, kind, detail: { what: 'debt' } });
  }

  async function close(debt: DebtRecord, why: ClosedDebt): Promise<void> {
    const { debtId } = debt;
    await deleteDebtSecret(vault, debtId);
    noteKey(debt, 'key-deleted');
    amendReceipts(debt, (receipt) =>
      receipt.paidAt === undefined ? { ...receipt, closed: { at: clock.now(), why } } : receipt,
    );
    context.store().debts.remove(debtId);
  }

  /** Of one access there may be several: signed out once more, to erase the mail. */
  function amendReceipts(debt: DebtRecord, amend: (receipt: Receipt) => Receipt): void {
    const { receipts } = context.store();
    for (const receipt of receipts.list()) {
      const isMine = receipt.accountId === debt.accountId && receipt.grantedAt === debt.grantedAt;
      if (isMine && receipt.answer === 'not-from-here') receipts.add(amend(receipt));
    }
  }

  function wake(): void {
    if (hasStopped) return;
    for (const debt of open()) {
      if (running.has(debt.debtId)) continue;
      const soon = Math.max(clock.now(), debt.triedAt + AT_MOST_EVERY, debt.notBefore ?? 0);
      if ((debt.nextTryAt ?? 0) > soon) put(debt, { nextTryAt: soon });
    }
    schedule();
  }

  return {
    list: () => context.store().debts.list(),
    async owe(debt, secret) {
      const { debts } = context.store();
      debts.put(debt);
      try {
        await writeDebtSecret(vault, debt.debtId, secret);
      } catch (error) {
        debts.remove(debt.debtId);
        throw error;
      }
      noteKey(debt, 'key-stored');
      schedule();
    },
    async retry(debtId) {
      const debt = context.store().debts.get(debtId);
      if (!debt) throw new MailError('not-found');
      if (isSigningOut(debt.accountId) || isInUseAgain(debt)) throw new MailError('busy', { retry: 'later' });
      // One that is under way began before the person asked: what has changed since, it may not have seen.
      await running.get(debtId);
      await pay(debtId, true);
      return context.store().debts.list();
    },
    async giveUp(debtId) {
      await running.get(debtId);
      const debt = context.store().debts.get(debtId);
      if (!debt) throw new MailError('not-found');
      if (isSigningOut(debt.accountId)) throw new MailError('busy', { retry: 'later' });
      await close(debt, 'given-up');
      schedule();
      return context.store().debts.list();
    },
    async resume() {
      try {
        for (const { debtId, accountId } of open()) {
          if (!isSigningOut(accountId)) await clearUp(debtId, context);
        }
      } catch (error) {
        log.warn('debts', errorFacts(error));
      }
      wake();
    },
    wake,
    async stop() {
      hasStopped = true;
      cancel();
      await Promise.allSettled(running.values());
    },
  };
}

/** When the provider is asked next, after it was asked `attempts` times and did not confirm. */
export function triedNow(
  { attempts }: Pick<DebtRecord, 'attempts'>,
  now: number,
  error: unknown,
): Pick<DebtRecord, 'triedAt' | 'nextTryAt' | 'lastError' | 'notBefore'> {
  const { code, detail } = error instanceof MailError ? error : new MailError('token-endpoint-down');
  const asked = Number(detail?.retryAfter);
  const notBefore = asked > 0 ? now + Math.min(asked * 1_000, RARELY) : 0;
  return {
    triedAt: now,
    notBefore,
    nextTryAt: Math.max(now + backoffDelay(attempts, FIRST_RETRY, RARELY), notBefore),
    lastError: code,
  };
}

/** A sign-out that was cut off: while the grant still has its key, it was not given up yet, and the person decides anew. */
async function clearUp(
  debtId: DebtId,
  { store, vault }: { store: () => Store; vault: Vault },
): Promise<void> {
  const grantId = debtId as string as GrantId;
  const grant = store().grants.get(grantId);
  if (grant?.state !== 'revoking') return;
  if (await readGrantSecret(vault, grantId)) {
    store().debts.remove(debtId);
    await deleteDebtSecret(vault, debtId);
    return;
  }
  store().grants.update(grantId, { state: 'revoked' });
  store().accounts.setSignIn(grant.accountId, 'signed-out', {
    accountId: grant.accountId,
    kind: 'forgotten',
  });
}

function hostOf({ issuer }: DebtRecord): { host?: string } {
  return issuer === undefined ? {} : { host: new URL(issuer).host };
}
