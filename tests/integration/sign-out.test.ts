import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { LIMITS } from '../../src-main/base/limits.ts';
import { createLog } from '../../src-main/base/log.ts';
import { openStore } from '../../src-main/store/store.ts';
import { createSync } from '../../src-main/sync/sync.ts';
import type { ReceiptStep } from '../../src-shared/model/receipt.ts';
import { receipt as receiptSchema } from '../../src-shared/model/receipt.ts';
import {
  type AccountsLab,
  type AccountsWorld,
  MAYA,
  newAttempt,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab();
});
afterAll(() => lab?.stop());
afterEach(() => {
  lab.authServer.faults.length = 0;
});

async function signedIn(options: Parameters<typeof openAccountsWorld>[1] = {}) {
  const world = openAccountsWorld(lab, options);
  const { accountId } = await world.signIn();
  return { world, accountId };
}
type Id = Awaited<ReturnType<typeof signedIn>>['accountId'];

async function signOut(
  { accounts }: AccountsWorld,
  accountId: Id,
  more: { finishFirst?: boolean; mail?: 'keep' | 'erase' } = {},
) {
  const told: ReceiptStep[] = [];
  const receipt = await accounts.signOut({
    accountId,
    finishFirst: false,
    mail: 'keep',
    ...more,
    onStep: (step) => told.push(step),
  });
  expect(receiptSchema.parse(receipt)).toEqual(receipt);
  return { receipt, told, outcomes: receipt.steps.map(({ outcome }) => outcome) };
}

/** A sign-out that never comes past its second step, and what a program that starts over the same files then is. */
async function killWhile(world: AccountsWorld, accountId: Id) {
  const grantId = world.store.grants.byAccount(accountId)?.grantId;
  const before: string = JSON.parse((await world.vault.get(`grant/${grantId}`)) ?? '{}').refreshToken;
  world.registry.enter(accountId); // never leaves, so that nothing is asked of the provider
  const isRevoking = new Promise<void>((resolve) => {
    world.store.feed.subscribe((change) => {
      if (change.kind === 'grant' && change.state === 'revoking') resolve();
    });
  });
  void signOut(world, accountId).catch(() => undefined);
  await isRevoking;
  // The files as they lie there in that moment, as a killed process leaves them.
  const directory = mkdtempSync(join(lab.run.path, 'killed'));
  cpSync(world.directory, directory, { recursive: true });
  const store = openStore({ directory, key: new Uint8Array(32).fill(7), clock: systemClock });
  return { before, restarted: openAccountsWorld(lab, { reuse: { vault: world.vault, store, directory } }) };
}

async function expectKeyGone(world: AccountsWorld): Promise<void> {
  expect(JSON.parse((await world.vault.get('index')) ?? '[]')).toEqual([]);
}

/** The account has no key any more: what is left waits to be given back, and for nothing else. */
async function expectKeyHeld(world: AccountsWorld): Promise<void> {
  const names: string[] = JSON.parse((await world.vault.get('index')) ?? '[]');
  expect(names).toEqual(world.accounts.debts.list().map(({ debtId }) => `debt/${debtId}`));
}

describe('signing out', () => {
  it('gives the access back, proves it both ways, deletes the key, keeps the mail, and answers no', async () => {
    const { world, accountId } = await signedIn();
    const { receipt, told, outcomes } = await signOut(world, accountId);
    expect(outcomes).toEqual([
      'nothing-waited',
      'disconnected',
      'revoked',
      'proved-both',
      'forgotten',
      'mail-kept',
    ]);
    expect(receipt).toMatchObject({ answer: 'no', address: MAYA.login, providerName: 'Lab Mail' });
    expect(receipt.manageUrl).toBeUndefined();
    expect(told.map(({ name, state }) => `${name} ${state}`).slice(2, 6)).toEqual([
      'disconnect running',
      'disconnect done',
      'revoke running',
      'revoke done',
    ]);
    for (const { kind, value } of lab.authServer.issuedTokens) {
      if (kind === 'RefreshToken' || kind === 'AccessToken')
        expect(await lab.authServer.isActive(value)).toBe(false);
    }
    await expectKeyGone(world);
    expect(world.store.accounts.get(accountId)?.signIn).toBe('signed-out');
    expect(world.store.grants.byAccount(accountId)?.state).toBe('revoked');
    expect(world.store.receipts.list()).toEqual([receipt]);
    expect(
      world.store.audit
        .list({ limit: 2 })
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['forgotten', 'revoked']);
    expect(() => world.accounts.authenticationFor(accountId)).toThrow('grant-ended');
  });

  it('makes no access token for the proof after a restart, and says so', async () => {
    const { world, accountId } = await signedIn();
    const restarted = openAccountsWorld(lab, { reuse: world });
    const tokens = lab.authServer.issuedTokens.length;
    const { receipt, outcomes } = await signOut(restarted, accountId);
    expect(outcomes).toContain('proved-refresh-only');
    expect(receipt.answer).toBe('no');
    expect(lab.authServer.issuedTokens.length).toBe(tokens);
  });

  it('takes the key from the account also when the provider cannot be reached, and says what is owed and where', async () => {
    const { world, accountId } = await signedIn();
    lab.authServer.faults.push({ path: '/token/revocation', times: 9, drop: true });
    const { receipt, outcomes } = await signOut(world, accountId);
    expect(outcomes).toEqual([
      'nothing-waited',
      'disconnected',
      'revoke-unreachable',
      'proof-unreachable',
      'held',
      'mail-kept',
    ]);
    expect(receipt).toMatchObject({ answer: 'not-from-here', manageUrl: lab.authServer.manageUrl });
    expect(receipt.steps.filter(({ state }) => state === 'owed').map(({ name }) => name)).toEqual([
      'revoke',
      'proof',
      'forget',
    ]);
    expect(world.store.audit.list({ limit: 2 }).map(({ kind }) => kind)).toContain('revoke-failed');
    await expectKeyHeld(world);
  });

  it.each([
    [500, 'revoke-unreachable'],
    [400, 'revoke-refused'],
  ])('does not claim a revocation that was answered with %i', async (status, outcome) => {
    const { world, accountId } = await signedIn();
    lab.authServer.faults.push({
      path: '/token/revocation',
      times: 9,
      status,
      body: { error: 'unsupported_token_type' },
    });
    const { receipt, outcomes } = await signOut(world, accountId);
    expect(outcomes).toContain(outcome);
    expect(receipt.answer).toBe('not-from-here');
    await expectKeyHeld(world);
  });

  it('believes no confirmation while the refresh token still gets new ones', async () => {
    const { world, accountId } = await signedIn();
    lab.authServer.faults.push({ path: '/token/revocation', times: 2, status: 200, body: {} });
    const { receipt, outcomes } = await signOut(world, accountId);
    expect(outcomes).toContain('revoke-refused');
    expect(outcomes).toContain('still-opens');
    expect(receipt.answer).toBe('not-from-here');
    const newest = lab.authServer.issuedTokens.findLast(({ kind }) => kind === 'RefreshToken');
    expect(await lab.authServer.isActive(newest?.value ?? '')).toBe(false);
  });

  it('says until when, while the mail server still takes the short key', async () => {
    // A mail server that does not ask about each token: no server of the lab can be that late.
    const { world, accountId } = await signedIn({ checkImap: async () => undefined });
    const { receipt, outcomes } = await signOut(world, accountId);
    const endsAt = world.store.grants.byAccount(accountId)?.accessTokenEndsAt;
    expect(outcomes).toContain('still-opens');
    expect(receipt).toMatchObject({ answer: 'until', until: endsAt });
  });

  it('proves nothing when the mail server cannot look at the key', async () => {
    const { world, accountId } = await signedIn();
    lab.authServer.faults.push({ path: '/token/introspection', times: 9, status: 503, body: {} });
    const { receipt, outcomes } = await signOut(world, accountId);
    expect(outcomes.slice(2, 4)).toEqual(['revoked', 'proof-unreachable']);
    expect(receipt.answer).toBe('not-from-here');
  });

  it('has nothing to give back when the provider ended the access before', async () => {
    const { world, accountId } = await signedIn();
    await lab.authServer.revokeEverythingOf(MAYA.login);
    const authentication = world.accounts.authenticationFor(accountId);
    if (authentication.kind !== 'oauth') throw new Error('not an OAuth account');
    authentication.token.invalidate((await authentication.token.get()).accessToken);
    await expect(authentication.token.get()).rejects.toThrow('grant-ended');
    const { receipt, outcomes } = await signOut(world, accountId);
    expect(outcomes.slice(2, 4)).toEqual(['already-ended', 'proved-refresh-only']);
    expect(receipt.answer).toBe('no');
  });

  it('leaves an app password to the person', async () => {
    const world = openAccountsWorld(lab);
    const { accountId } = await world.signIn({ password: world.accounts.submitCredential(MAYA.password) });
    const { receipt, outcomes } = await signOut(world, accountId);
    expect(outcomes).toEqual([
      'nothing-waited',
      'disconnected',
      'revoke-not-needed',
      'proof-not-needed',
      'forgotten',
      'mail-kept',
    ]);
    expect(receipt.answer).toBe('not-from-here');
    await expectKeyGone(world);
  });

  it('asks no endpoint that the provider does not have, keeps trying no key, and names the page that is left', async () => {
    const providersFile = join(lab.run.path, 'no-endpoint.json');
    writeFileSync(providersFile, JSON.stringify({ providers: [{ ...lab.provider, revocation: 'none' }] }));
    const world = openAccountsWorld({ ...lab, providersFile });
    const { accountId } = await world.signIn();
    expect(world.accounts.grantViews()[0]).toMatchObject({ revocation: 'none' });
    const requests = lab.authServer.log.length;
    const { receipt, outcomes } = await signOut(world, accountId);
    expect(outcomes.slice(2, 4)).toEqual(['revoke-no-endpoint', 'still-opens']);
    expect(receipt).toMatchObject({ answer: 'not-from-here', manageUrl: lab.authServer.manageUrl });
    const asked = lab.authServer.log.slice(requests).map(({ detail }) => detail);
    expect(asked.filter((line) => /POST \/token(\/revocation)? /.test(line))).toEqual([]);
    await expectKeyGone(world);
  });

  it('goes on when a connection does not close in time, and says how many', async () => {
    let end = (): void => undefined;
    const clock = {
      ...systemClock,
      after(ms: number, callback: () => void) {
        if (ms !== LIMITS.disconnectTimeout) return systemClock.after(ms, callback);
        end = callback;
        return () => undefined;
      },
    };
    const { world, accountId } = await signedIn({ clock });
    world.registry.enter(accountId);
    world.store.feed.subscribe((change) => {
      if (change.kind === 'grant' && change.state === 'revoking') setImmediate(() => end());
    });
    const { receipt } = await signOut(world, accountId);
    expect(receipt.steps[1]).toMatchObject({
      outcome: 'disconnect-late',
      state: 'owed',
      facts: { count: 1 },
    });
    expect(receipt.answer).toBe('no');
  });

  it('forgets a key that was in memory only', async () => {
    const world = openAccountsWorld(lab);
    world.vault.startSession();
    const { accountId } = await world.signIn();
    const { receipt, outcomes } = await signOut(world, accountId);
    expect(outcomes.slice(3, 5)).toEqual(['proved-both', 'forgotten-session']);
    expect(receipt.answer).toBe('no');
  });

  it('runs once at a time for an account', async () => {
    const { world, accountId } = await signedIn();
    const request = { accountId, finishFirst: false, mail: 'keep' as const, onStep: () => undefined };
    const first = world.accounts.signOut(request);
    await expect(world.accounts.signOut(request)).rejects.toMatchObject({ code: 'busy' });
    expect((await first).answer).toBe('no');
  });

  it('cancels a sign-in again that waits for the browser, and leaves no access behind', async () => {
    const { world, accountId } = await signedIn();
    world.sit(undefined);
    const link = world.nextLink();
    const signingIn = world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    await link;
    const cancelled = expect(signingIn).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    const { receipt } = await signOut(world, accountId);
    await cancelled;
    expect(receipt.answer).toBe('no');
    expect(world.store.grants.byAccount(accountId)?.state).toBe('revoked');
    await expectKeyGone(world);
  });

  it('begins when a sign-in again that was about to end has given back what it got', async () => {
    const before = lab.authServer.issuedTokens.length;
    let isHeld = false;
    let onHeld = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      onHeld = resolve;
    });
    const { world, accountId } = await signedIn({
      checkSmtp: (_settings, _authentication, signal) =>
        new Promise((resolve, reject) => {
          if (!isHeld) return resolve();
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          onHeld();
        }),
    });
    isHeld = true;
    const signingIn = world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    const refused = expect(signingIn).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    await held;
    const { receipt } = await signOut(world, accountId);
    await refused;
    expect(receipt.answer).toBe('no');
    for (const { kind, value } of lab.authServer.issuedTokens.slice(before)) {
      if (kind === 'RefreshToken') expect(await lab.authServer.isActive(value)).toBe(false);
    }
    await expectKeyGone(world);
  });

  it('lets nobody sign in to the account while it runs', async () => {
    const { world, accountId } = await signedIn();
    const signingOut = signOut(world, accountId);
    const again = world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    const anew = world.signIn({ address: MAYA.login.toUpperCase() });
    const refused = [again, anew].map((one) => expect(one).rejects.toMatchObject({ code: 'busy' }));
    await Promise.all(refused);
    expect((await signingOut).receipt.answer).toBe('no');
    expect(world.store.accounts.get(accountId)?.signIn).toBe('signed-out');
  });

  it('waits until the owners of connections have closed them', async () => {
    const { world, accountId } = await signedIn();
    const leave = world.registry.enter(accountId);
    world.store.feed.subscribe((change) => {
      if (change.kind === 'grant' && change.state === 'revoking') queueMicrotask(leave);
    });
    const { receipt } = await signOut(world, accountId);
    expect(receipt.steps[1]).toMatchObject({ outcome: 'disconnected', facts: { count: 1 } });
  });

  it.each(['sign out', 'sign in'] as const)(
    'that was cut off by the end of the process asks for the person at the next start: %s goes on from there',
    async (way) => {
      const { world, accountId } = await signedIn();
      const { before, restarted } = await killWhile(world, accountId);
      const sync = createSync({
        store: restarted.store,
        authenticationFor: restarted.accounts.authenticationFor,
        registry: restarted.registry,
        parseMessage: () => Promise.reject(new Error('nothing is fetched')),
        readAttachment: () => Promise.reject(new Error('nothing is fetched')),
        clock: systemClock,
        log: createLog(() => undefined),
      });
      sync.start();
      expect(sync.state(accountId)).toBe('needs-sign-in');
      expect(restarted.accounts.grantViews()[0]).toMatchObject({ state: 'revoking' });
      expect(await lab.authServer.isActive(before)).toBe(true);
      await sync.stop();
      if (way === 'sign out') {
        const { receipt } = await signOut(restarted, accountId);
        expect(receipt.answer).toBe('no');
        expect(restarted.store.accounts.get(accountId)?.signIn).toBe('signed-out');
        await expectKeyGone(restarted);
      } else {
        await restarted.accounts.signInAgain({ attemptId: newAttempt(), accountId });
        expect(restarted.store.accounts.get(accountId)?.signIn).toBe('active');
        expect(restarted.accounts.grantViews()).toMatchObject([{ state: 'active' }]);
      }
      expect(await lab.authServer.isActive(before)).toBe(false);
      restarted.store.close();
    },
  );

  it('erases the mail when the person wants it, also later', async () => {
    const { world, accountId } = await signedIn();
    const first = await signOut(world, accountId);
    const { receipt, outcomes } = await signOut(world, accountId, { mail: 'erase' });
    expect(outcomes.at(-1)).toBe('mail-erased');
    expect(receipt.answer).toBe(first.receipt.answer);
    expect(world.store.accounts.list()).toEqual([]);
    expect(world.store.receipts.list()).toHaveLength(2);
  });

  it('counts what is only here, and says what was left behind', async () => {
    const { world, accountId } = await signedIn();
    const people = { to: [{ name: '', address: 'samir@lab.test' }], cc: [], bcc: [] };
    world.store.drafts.create({ accountId, ...people, subject: 'Plans', text: 'for Friday' });
    expect(world.accounts.previewSignOut(accountId)).toMatchObject({
      drafts: [{ subject: 'Plans' }],
      waiting: [],
      canFinish: true,
    });
    const { receipt } = await signOut(world, accountId);
    expect(receipt.steps[0]).toMatchObject({
      outcome: 'left-behind',
      state: 'skipped',
      facts: { sent: 0, drafts: 1, changes: 0 },
    });
  });

  it('can be followed by a sign-in again over the mail that was kept', async () => {
    const { world, accountId } = await signedIn();
    await signOut(world, accountId);
    await world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    expect(world.store.accounts.get(accountId)?.signIn).toBe('active');
    expect(world.accounts.grantViews()[0]).toMatchObject({ state: 'active' });
  });

  it('ends in a page that a person can read, with the same facts as JSON inside', async () => {
    const { world, accountId } = await signedIn();
    const { receipt } = await signOut(world, accountId);
    const page = world.accounts.receiptPage(receipt);
    expect(page).toContain('Can Latchkey still read your mail?');
    expect(page).toContain('<h1 class="no">No.</h1>');
    const [, json = ''] = /<script type="application\/json" id="receipt">([^<]*)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(receipt);
    for (const { value } of lab.authServer.issuedTokens) expect(page).not.toContain(value);
  });

  // Last: nobody opens the keychain again.
  it('does nothing while the keychain is locked, because the key could be neither given back nor deleted', async () => {
    const { world, accountId } = await signedIn();
    await lab.keychain.lock();
    const request = { accountId, finishFirst: false, mail: 'erase' as const, onStep: () => undefined };
    await expect(world.accounts.signOut(request)).rejects.toMatchObject({ code: 'keychain-locked' });
    await expect(world.signIn()).rejects.toMatchObject({ code: 'keychain-locked' });
    expect(world.store.grants.byAccount(accountId)?.state).toBe('active');
    expect(world.store.receipts.list()).toEqual([]);
  });
});
