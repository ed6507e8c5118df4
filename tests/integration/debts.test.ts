import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src-main/store/store.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import { debt as debtSchema } from '../../src-shared/model/debt.ts';
import { type Receipt, receipt as receiptSchema } from '../../src-shared/model/receipt.ts';
import { SECRET_CLIENTS } from '../servers/auth-server.mjs';
import {
  type AccountsLab,
  type AccountsWorld,
  newAttempt,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KEY = new Uint8Array(32).fill(7);

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab();
});
afterAll(() => lab?.stop());
afterEach(() => {
  lab.authServer.faults.length = 0;
});

let number = 0;

/** An account over a profile and a keychain that another engine can open too, with a clock that stands still. */
async function signedIn(
  change: Record<string, unknown> = {},
  credential?: string,
): Promise<{ world: AccountsWorld; clock: ManualClock; service: string; refreshToken: string }> {
  number += 1;
  const service = `Latchkey debts test ${number}`;
  const clock = createManualClock(Date.now());
  const providersFile = join(lab.run.path, `debts-${number}.json`);
  writeFileSync(providersFile, JSON.stringify({ providers: [{ ...lab.provider, ...change }] }));
  const world = openAccountsWorld({ ...lab, providersFile }, { clock, vault: createVault({ service }) });
  await world.signIn(
    credential === undefined ? {} : { clientSecret: world.accounts.submitCredential(credential) },
  );
  const refreshToken = lab.authServer.issuedTokens.findLast(({ kind }) => kind === 'RefreshToken')?.value;
  if (refreshToken === undefined) throw new Error('no refresh token was issued');
  return { world, clock, service, refreshToken };
}

/** What a program that starts over the same files and keychain then is; the one before has ended. */
async function restart(before: AccountsWorld, service: string, clock: ManualClock): Promise<AccountsWorld> {
  await before.accounts.stop();
  before.store.close();
  const { directory } = before;
  const reuse = {
    directory,
    vault: createVault({ service }),
    store: openStore({ directory, key: KEY, clock }),
  };
  const world = openAccountsWorld(lab, { reuse, clock });
  await world.accounts.resume();
  clock.advance(0);
  return world;
}

function failRevocation(
  fault: { status?: number; drop?: boolean; delayMs?: number; body?: unknown },
  times = 99,
) {
  lab.authServer.faults.push({ path: '/token/revocation', times, ...fault });
}

async function signOut(
  { accounts, store }: AccountsWorld,
  mail: 'keep' | 'erase' = 'keep',
): Promise<Receipt> {
  const accountId = store.accounts.list()[0]?.accountId;
  if (accountId === undefined) throw new Error('no account');
  return accounts.signOut({ accountId, finishFirst: false, mail, onStep: () => undefined });
}

/** Then also the next timer is set, which a clock that stands still would not wait for. */
function until(store: Store, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo()) return;
      stop();
      setImmediate(resolve);
    };
    const stop = store.feed.subscribe(look);
    look();
  });
}

const paid = (world: AccountsWorld) => until(world.store, () => world.store.debts.list().length === 0);
const tried = (world: AccountsWorld, times: number) =>
  until(world.store, () => world.store.debts.list()[0]?.attempts === times);
const namesIn = async ({ vault }: AccountsWorld): Promise<string[]> =>
  JSON.parse((await vault.get('index')) ?? '[]');
const theDebt = ({ accounts }: AccountsWorld) => {
  const [debt] = accounts.debts.list();
  if (!debt) throw new Error('there is no debt');
  return debt;
};
function receiptNow({ store }: AccountsWorld): Receipt {
  const [receipt] = store.receipts.list();
  return receiptSchema.parse(receipt);
}

describe('an access that the provider has not confirmed', () => {
  it('is asked for again until the provider confirms, then proved, and the receipt is amended', async () => {
    const { world, clock, refreshToken } = await signedIn();
    failRevocation({ status: 503 }, 2);
    const receipt = await signOut(world);
    expect(receipt).toMatchObject({ answer: 'not-from-here', manageUrl: lab.authServer.manageUrl });
    expect(receipt.steps.find(({ name }) => name === 'forget')).toMatchObject({
      state: 'owed',
      outcome: 'held',
    });
    const debt = debtSchema.parse(theDebt(world));
    expect(debt).toMatchObject({
      accountId: receipt.accountId,
      receiptId: receipt.receiptId,
      attempts: 1,
      lastError: 'token-endpoint-down',
    });
    // Held under a name of its own, and nowhere else.
    expect(await namesIn(world)).toEqual([`debt/${debt.debtId}`]);
    expect(await world.vault.get(`debt/${debt.debtId}`)).toContain(refreshToken);
    expect(await lab.authServer.isActive(refreshToken)).toBe(true);
    for (const file of readdirSync(world.directory, { recursive: true, withFileTypes: true })) {
      if (file.isFile())
        expect(readFileSync(join(file.parentPath, file.name)).includes(refreshToken)).toBe(false);
    }
    expect(() => world.accounts.authenticationFor(receipt.accountId)).toThrow('grant-ended');

    clock.advance(MINUTE);
    await tried(world, 2);
    expect(theDebt(world).nextTryAt).toBeGreaterThanOrEqual(clock.now() + MINUTE);
    clock.advance(2 * MINUTE);
    await paid(world);
    expect(await lab.authServer.isActive(refreshToken)).toBe(false);
    const amended = receiptNow(world);
    expect(amended).toMatchObject({ receiptId: receipt.receiptId, answer: 'no', paidAt: clock.now() });
    expect(amended.steps).toEqual(receipt.steps);
    expect(await namesIn(world)).toEqual([]);
    expect(world.store.audit.list({ limit: 1 })).toMatchObject([
      { kind: 'debt-paid', accountId: receipt.accountId, receiptId: receipt.receiptId },
    ]);
    expect(world.lines.join('\n')).not.toContain(refreshToken);
    expect(world.accounts.receiptPage(amended)).toContain('<h1 class="no">No.</h1>');
  });

  it('is asked for more and more rarely, up to every six hours', async () => {
    const { world, clock } = await signedIn();
    failRevocation({ drop: true });
    await signOut(world);
    const waits: number[] = [];
    for (let attempt = 2; attempt <= 14; attempt++) {
      const { nextTryAt = 0 } = theDebt(world);
      waits.push(nextTryAt - clock.now());
      clock.advance(nextTryAt - clock.now());
      await tried(world, attempt);
    }
    expect(waits[0]).toBeGreaterThanOrEqual(MINUTE / 2);
    expect(waits[0]).toBeLessThanOrEqual(MINUTE);
    expect(Math.max(...waits)).toBeLessThanOrEqual(6 * HOUR);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(3 * HOUR);
  });

  it('is asked for soon when the network comes back, but not at every flicker of it', async () => {
    const { world, clock, refreshToken } = await signedIn();
    failRevocation({ drop: true }, 1);
    await signOut(world);
    world.accounts.wake();
    clock.advance(4_999);
    world.accounts.wake();
    expect(theDebt(world).attempts).toBe(1);
    clock.advance(1);
    await paid(world);
    expect(await lab.authServer.isActive(refreshToken)).toBe(false);
  });

  it('does not hold up the sign-out when the provider says nothing at all', async () => {
    const { world } = await signedIn();
    failRevocation({ delayMs: 60_000 }, 1);
    const began = performance.now();
    const receipt = await signOut(world);
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(receipt.steps[2]).toMatchObject({ outcome: 'revoke-unreachable' });
    expect(world.accounts.debts.list()).toHaveLength(1);
  }, 30_000);

  it('is paid by the next start of the program, also when the account was erased', async () => {
    const { world, clock, service, refreshToken } = await signedIn();
    failRevocation({ status: 503 }, 1);
    const { receiptId } = await signOut(world, 'erase');
    expect(world.store.accounts.list()).toEqual([]);
    expect(theDebt(world)).toMatchObject({ address: 'maya@lab.test', providerName: 'Lab Mail' });
    clock.advance(10_000);
    const next = await restart(world, service, clock);
    await paid(next);
    expect(await lab.authServer.isActive(refreshToken)).toBe(false);
    expect(receiptNow(next)).toMatchObject({ receiptId, answer: 'no' });
    expect(await namesIn(next)).toEqual([]);
    next.store.close();
  });

  it('is asked for once more by a person who asks while an attempt that will fail is under way', async () => {
    const { world, clock, refreshToken } = await signedIn();
    failRevocation({ status: 503 }, 2);
    await signOut(world);
    clock.advance(MINUTE);
    expect(theDebt(world).attempts).toBe(1);
    expect(await world.accounts.debts.retry(theDebt(world).debtId)).toEqual([]);
    expect(await lab.authServer.isActive(refreshToken)).toBe(false);
  });

  it('is given back with the secret of its client', async () => {
    const { id, secret } = SECRET_CLIENTS.post;
    const oauth = {
      ...('oauth' in lab.provider && lab.provider.oauth),
      clientId: id,
      clientSecret: 'required',
    };
    const { world, refreshToken } = await signedIn({ oauth }, secret);
    failRevocation({ drop: true }, 1);
    await signOut(world);
    const { debtId } = theDebt(world);
    expect((await namesIn(world)).sort()).toEqual([`debt-client/${debtId}`, `debt/${debtId}`]);
    expect(await world.accounts.debts.retry(debtId)).toEqual([]);
    expect(await lab.authServer.isActive(refreshToken)).toBe(false);
    expect(await namesIn(world)).toEqual([]);
  });

  it('can be closed by the person, and then the receipt claims nothing', async () => {
    const { world } = await signedIn();
    failRevocation({ drop: true });
    await signOut(world);
    expect(await world.accounts.debts.giveUp(theDebt(world).debtId)).toEqual([]);
    expect(await namesIn(world)).toEqual([]);
    const receipt = receiptNow(world);
    expect(receipt).toMatchObject({ answer: 'not-from-here', closed: { why: 'given-up' } });
    const page = world.accounts.receiptPage(receipt);
    expect(page).toContain('you said that you took the access back');
    expect(page).not.toContain('>No.<');
  });

  it('is paid when the provider refuses to take it back, but the person has ended it on its page and asks again', async () => {
    const { world } = await signedIn();
    failRevocation({ status: 400, body: { error: 'unsupported_token_type' } });
    const receipt = await signOut(world);
    expect(receipt.steps[2]).toMatchObject({ outcome: 'revoke-refused' });
    await lab.authServer.revokeEverythingOf('maya@lab.test');
    expect(await world.accounts.debts.retry(theDebt(world).debtId)).toEqual([]);
    expect(receiptNow(world).answer).toBe('no');
  });

  it('makes no new key by itself to see whether the old one still works', async () => {
    const { world, clock } = await signedIn();
    failRevocation({ status: 400, body: { error: 'unsupported_token_type' } });
    await signOut(world);
    const issued = lab.authServer.issuedTokens.length;
    clock.advance(MINUTE);
    await tried(world, 2);
    expect(lab.authServer.issuedTokens.length).toBe(issued);
  });

  it('holds the newest key when the provider hands out another one instead of taking it back', async () => {
    const { world } = await signedIn();
    failRevocation({ status: 200, body: {} });
    const receipt = await signOut(world);
    expect(receipt.steps[2]).toMatchObject({ outcome: 'revoke-refused', state: 'owed' });
    const newest = lab.authServer.issuedTokens.findLast(({ kind }) => kind === 'RefreshToken')?.value ?? '';
    expect(await world.vault.get(`debt/${theDebt(world).debtId}`)).toContain(newest);
    lab.authServer.faults.length = 0;
    expect(await world.accounts.debts.retry(theDebt(world).debtId)).toEqual([]);
    expect(await lab.authServer.isActive(newest)).toBe(false);
    expect(receiptNow(world).answer).toBe('no');
  });

  it.each([
    ['key-lost', 0],
    ['too-old', 91 * DAY],
  ] as const)('ends with honest words: %s', async (why, later) => {
    const { world, clock } = await signedIn();
    failRevocation({ drop: true });
    await signOut(world);
    const { debtId } = theDebt(world);
    if (why === 'key-lost') await world.vault.delete(`debt/${debtId}`);
    clock.advance(MINUTE + later);
    if (why === 'too-old') {
      await tried(world, 2); // it was being asked for when the computer fell asleep
      clock.advance(6 * HOUR);
    }
    await paid(world);
    expect(receiptNow(world)).toMatchObject({ answer: 'not-from-here', closed: { why } });
    expect(receiptNow(world).paidAt).toBeUndefined();
    expect(await namesIn(world)).toEqual([]);
    expect(world.accounts.receiptPage(receiptNow(world))).toContain('Nothing else can end this access now.');
  });

  it('is none where the provider has no way to be asked', async () => {
    const { world } = await signedIn({ revocation: 'none' });
    const receipt = await signOut(world);
    expect(receipt).toMatchObject({ answer: 'not-from-here', manageUrl: lab.authServer.manageUrl });
    expect(world.accounts.debts.list()).toEqual([]);
    expect(await namesIn(world)).toEqual([]);
  });

  it('waits while the person is signed in again to an access that would end with it', async () => {
    const { world, clock, refreshToken } = await signedIn({ revokesWholeGrant: true });
    failRevocation({ drop: true }, 1);
    const { accountId } = await signOut(world);
    await world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    await expect(world.accounts.debts.retry(theDebt(world).debtId)).rejects.toMatchObject({ code: 'busy' });
    clock.advance(HOUR);
    expect(await lab.authServer.isActive(refreshToken)).toBe(true);
    const receipt = await signOut(world);
    expect(receipt.steps[2]).toMatchObject({ outcome: 'revoked', facts: { everywhere: 1 } });
    expect(world.accounts.receiptPage(receipt)).toContain('on your other devices too');
    expect(await world.accounts.debts.retry(theDebt(world).debtId)).toEqual([]);
    expect(await lab.authServer.isActive(refreshToken)).toBe(false);
  });

  it('counts as paid when the account is signed out once more to erase its mail', async () => {
    const { world } = await signedIn();
    failRevocation({ drop: true }, 1);
    await signOut(world);
    await world.accounts.debts.retry(theDebt(world).debtId);
    const again = await signOut(world, 'erase');
    expect(again.steps[2]).toMatchObject({ outcome: 'already-ended' });
    expect(again.answer).toBe('no');
  });

  it('is amended on every receipt of the same access', async () => {
    const { world } = await signedIn();
    failRevocation({ drop: true }, 1);
    await signOut(world);
    const again = await signOut(world, 'erase');
    expect(again.steps[4]).toMatchObject({ outcome: 'held', state: 'owed' });
    await world.accounts.debts.retry(theDebt(world).debtId);
    expect(world.store.receipts.list().map(({ answer }) => answer)).toEqual(['no', 'no']);
  });

  it.each([
    ['is none yet while the account still has its key', true],
    ['stands when the account has no key any more', false],
  ])('after a sign-out that was cut off %s', async (_, hasKey) => {
    const { world, clock, service, refreshToken } = await signedIn();
    const grant = world.store.grants.list()[0];
    if (!grant) throw new Error('no grant');
    failRevocation({ drop: true });
    const { accountId } = await signOut(world);
    // The journal as it was in the middle of it.
    world.store.grants.update(grant.grantId, { state: 'revoking' });
    if (hasKey) await world.vault.put(`grant/${grant.grantId}`, JSON.stringify({ refreshToken }));
    const next = await restart(world, service, clock);
    expect(next.accounts.debts.list()).toHaveLength(hasKey ? 0 : 1);
    expect(next.store.grants.byAccount(accountId)?.state).toBe(hasKey ? 'revoking' : 'revoked');
    expect(await namesIn(next)).toEqual([`${hasKey ? 'grant' : 'debt'}/${grant.grantId}`]);
    await next.accounts.stop();
    next.store.close();
  });

  it('lives in memory only where there is no keychain, and the receipt says so', async () => {
    const providersFile = lab.providersFile;
    const world = openAccountsWorld({ ...lab, providersFile });
    world.vault.startSession();
    await world.signIn();
    failRevocation({ drop: true }, 1);
    const receipt = await signOut(world);
    expect(receipt.steps[4]).toMatchObject({ outcome: 'held-session' });
    expect(await world.accounts.debts.retry(theDebt(world).debtId)).toEqual([]);
    expect(receiptNow(world).answer).toBe('no');
  });
});
