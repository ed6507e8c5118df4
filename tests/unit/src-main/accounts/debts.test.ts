import { expect, it } from 'vitest';
import { createDebts, triedNow } from '../../../../src-main/accounts/debts.ts';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createLog } from '../../../../src-main/base/log.ts';
import type { DebtRecord } from '../../../../src-main/store/debt-records.ts';
import { createVault } from '../../../../src-main/vault/vault.ts';
import type { DebtId, ReceiptId } from '../../../../src-shared/model/ids.ts';
import { ACCOUNT, openTestStore, START } from '../store/test-store.ts';

const HOUR = 60 * 60_000;
const busy = (retryAfter: number) =>
  new MailError('token-endpoint-down', { retry: 'later', detail: { host: 'mail.example', retryAfter } });

it('is asked for no sooner than the provider wants', () => {
  expect(triedNow({ attempts: 0 }, START, busy(1_800)).nextTryAt).toBe(START + 1_800_000);
  expect(triedNow({ attempts: 0 }, START, busy(1)).nextTryAt).toBeGreaterThanOrEqual(START + 30_000);
  expect(triedNow({ attempts: 0 }, START, busy(10 ** 9)).nextTryAt).toBeLessThanOrEqual(START + 6 * HOUR);
});

it('is not asked for sooner because the network came back', () => {
  const { store, clock } = openTestStore();
  const vault = createVault({ service: 'unused' });
  vault.startSession();
  const refuse = () => Promise.reject(new Error('nobody is asked'));
  const debts = createDebts({
    store: () => store,
    vault,
    providers: [],
    servers: { ofProvider: refuse, ofIssuer: refuse, ofGrant: refuse, peek: () => undefined },
    clock,
    log: createLog(() => undefined),
    isSigningOut: () => false,
  });
  const debt: DebtRecord = {
    debtId: 'debt-1' as DebtId,
    accountId: ACCOUNT,
    receiptId: 'LK-1' as ReceiptId,
    address: 'maya@lab.test',
    providerName: 'Lab Mail',
    providerId: 'lab',
    clientId: 'latchkey-mail',
    grantedAt: START,
    since: START,
    attempts: 1,
    ...triedNow({ attempts: 0 }, START, busy(1_800)),
  };
  store.debts.put(debt);
  clock.time = START + 60_000;
  debts.wake();
  expect(store.debts.list()).toMatchObject([{ nextTryAt: START + 1_800_000 }]);
  store.debts.put({ ...debt, notBefore: 0 });
  debts.wake();
  expect(store.debts.list()).toMatchObject([{ nextTryAt: clock.time }]);
});
