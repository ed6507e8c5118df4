import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MailError } from '../../src-main/base/errors.ts';
import { openStore } from '../../src-main/store/store.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { type Receipt, receipt as receiptSchema } from '../../src-shared/model/receipt.ts';
import {
  type AccountsLab,
  type AccountsWorld,
  newAttempt,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

const PEOPLE = ['ada', 'bo', 'cleo', 'dina', 'eli'];
const FEW = PEOPLE.slice(0, 2);
const addressOf = (name: string) => `${name}@lab.test`;
const passwordOf = (name: string) => `${name} lab password`;
const EVERY_PATH = [
  '/token/revocation',
  '/token',
  '/token/introspection',
  '/.well-known/openid-configuration',
];

let lab: AccountsLab;
let providersFile: string;
beforeAll(async () => {
  const users = Object.fromEntries(PEOPLE.map((name) => [addressOf(name), passwordOf(name)]));
  lab = await startAccountsLab({ users });
  providersFile = join(lab.run.path, 'everything.json');
  const providers = [lab.provider, { ...lab.provider, id: 'no-endpoint', revocation: 'none', domains: [] }];
  writeFileSync(providersFile, JSON.stringify({ providers }));
});
afterAll(() => lab?.stop());
afterEach(() => {
  lab.authServer.faults.length = 0;
});

let number = 0;

type Party = { world: AccountsWorld; clock: ManualClock; service: string; tokens: string[] };

/** Accounts, five of them when nothing else is said; `how` says for some of them how they are signed in, the others are OAuth with all that belongs to it. */
async function everybody(
  how: Record<string, 'password' | 'no-endpoint'> = {},
  people = PEOPLE,
): Promise<Party> {
  number += 1;
  const service = `Latchkey everything test ${number}`;
  const clock = createManualClock(Date.now());
  const world = openAccountsWorld({ ...lab, providersFile }, { clock, vault: createVault({ service }) });
  const before = lab.authServer.issuedTokens.length;
  for (const name of people) {
    world.sit({ login: addressOf(name), password: passwordOf(name), decision: 'allow' });
    await world.signIn({
      address: addressOf(name),
      ...(how[name] === 'no-endpoint' && { providerId: 'no-endpoint' }),
      ...(how[name] === 'password' && { password: world.accounts.submitCredential(passwordOf(name)) }),
    });
  }
  const issued = lab.authServer.issuedTokens.slice(before);
  const tokens = issued
    .filter(
      ({ kind, accountId }) => kind === 'RefreshToken' && how[accountId?.split('@')[0] ?? ''] === undefined,
    )
    .map(({ value }) => value);
  return { world, clock, service, tokens };
}

const alive = async (tokens: string[]): Promise<boolean[]> =>
  Promise.all(tokens.map((token) => lab.authServer.isActive(token)));

function goOffline(): void {
  for (const path of EVERY_PATH) lab.authServer.faults.push({ path, times: 999, drop: true });
}

function leave(
  { accounts }: AccountsWorld,
  more: { finishFirst?: boolean; mail?: 'keep' | 'erase' } = {},
  told: string[] = [],
): Promise<Receipt[]> {
  return accounts
    .signOutEverything({
      finishFirst: false,
      mail: 'keep',
      ...more,
      onStep: (accountId, { name, state }) => told.push(`${accountId} ${name} ${state}`),
    })
    .then(({ receipts }) => receipts);
}

async function restart({ world, clock, service }: Party): Promise<AccountsWorld> {
  await world.accounts.stop();
  world.store.close();
  const { directory } = world;
  const store = openStore({ directory, key: new Uint8Array(32).fill(7), clock });
  const next = openAccountsWorld(
    { ...lab, providersFile },
    { reuse: { directory, vault: createVault({ service }), store }, clock },
  );
  await next.accounts.resume();
  clock.advance(0);
  return next;
}

function debtsPaid({ store }: AccountsWorld): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (store.debts.list().length > 0) return;
      stop();
      resolve();
    };
    const stop = store.feed.subscribe(look);
    look();
  });
}

const namesIn = async ({ vault }: AccountsWorld): Promise<string[]> =>
  JSON.parse((await vault.get('index')) ?? '[]');

describe('signing out of everything', () => {
  it('takes five accesses back at once, each with its receipt, as one act', async () => {
    const { world, tokens } = await everybody();
    expect(tokens).toHaveLength(5);
    const told: string[] = [];
    const receipts = await leave(world, {}, told);
    expect(await alive(tokens)).toEqual([false, false, false, false, false]);
    expect(receipts.map(({ address }) => address).sort()).toEqual(PEOPLE.map(addressOf));
    expect(new Set(receipts.map(({ answer }) => answer))).toEqual(new Set(['no']));
    expect(new Set(receipts.map(({ batch }) => batch)).size).toBe(1);
    for (const receipt of receipts) expect(receiptSchema.parse(receipt)).toEqual(receipt);
    for (const { accountId } of receipts) expect(told).toContain(`${accountId} mail done`);
    expect(world.store.accounts.list().map(({ signIn }) => signIn)).toEqual(Array(5).fill('signed-out'));
    expect(await namesIn(world)).toEqual([]);
    expect(await leave(world)).toEqual([]); // nothing is left to sign out of
  });

  it('works offline, and all five are dead at the provider after the link is back, though the program had ended', async () => {
    const party = await everybody();
    goOffline();
    const receipts = await leave(party.world, { mail: 'erase' });
    expect(receipts.map(({ answer }) => answer)).toEqual(Array(5).fill('not-from-here'));
    expect(party.world.store.accounts.list()).toEqual([]);
    expect(party.world.accounts.debts.list()).toHaveLength(5);
    expect(await namesIn(party.world)).toEqual(
      party.world.accounts.debts.list().map(({ debtId }) => `debt/${debtId}`),
    );
    party.clock.advance(10_000);
    lab.authServer.faults.length = 0;
    expect(await alive(party.tokens)).toEqual(Array(5).fill(true));
    const next = await restart(party);
    await debtsPaid(next);
    expect(await alive(party.tokens)).toEqual(Array(5).fill(false));
    expect(next.store.receipts.list().map(({ answer }) => answer)).toEqual(Array(5).fill('no'));
    expect(await namesIn(next)).toEqual([]);
    next.store.close();
  });

  it('says of an app password and of a provider without an endpoint what is left to the person', async () => {
    const { world, tokens } = await everybody({ bo: 'password', dina: 'no-endpoint' });
    expect(tokens).toHaveLength(3);
    const receipts = await leave(world);
    expect(await alive(tokens)).toEqual([false, false, false]);
    const outcomeOf = (name: string) =>
      receipts.find(({ address }) => address === addressOf(name))?.steps[2]?.outcome;
    expect(PEOPLE.map(outcomeOf)).toEqual([
      'revoked',
      'revoke-not-needed',
      'revoked',
      'revoke-no-endpoint',
      'revoked',
    ]);
    expect(world.accounts.debts.list()).toEqual([]);
    expect(await namesIn(world)).toEqual([]);
    const page = world.accounts.receiptsPage(receipts);
    for (const name of PEOPLE) expect(page).toContain(addressOf(name));
    const [, json = ''] = /<script type="application\/json" id="receipts">([^<]*)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(receipts);
  });

  it('goes on when one account fails, and comes back to that one at the next start', async () => {
    const party = await everybody({}, FEW);
    const { world } = party;
    const failing = world.store.accounts.byAddress(addressOf('ada'))?.accountId;
    const { setSignIn } = world.store.accounts;
    world.store.accounts.setSignIn = (accountId: AccountId, ...rest) => {
      if (accountId === failing) throw new MailError('disk-full');
      setSignIn(accountId, ...rest);
    };
    const left = await world.accounts.signOutEverything({ finishFirst: false, mail: 'keep', onStep() {} });
    expect(left.receipts).toHaveLength(1);
    expect(left.failed).toEqual([{ accountId: failing, code: 'disk-full' }]);
    expect(await alive(party.tokens)).toEqual(Array(2).fill(false));
    const next = await restart(party);
    expect(next.store.accounts.list().map(({ signIn }) => signIn)).toEqual(Array(2).fill('signed-out'));
    expect(new Set(next.store.receipts.list().map(({ batch }) => batch)).size).toBe(1);
    expect(next.store.signOuts.list()).toEqual([]);
    next.store.close();
  });

  it('is carried on by the next start when the program ends in the middle', async () => {
    const party = await everybody();
    const { world } = party;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const receiving = world.accounts.signOutEverything({ finishFirst: false, mail: 'keep', onStep: begin });
    await begun;
    await world.accounts.stop();
    expect((await receiving).receipts).toHaveLength(4);
    expect((await alive(party.tokens)).filter(Boolean)).toHaveLength(1);
    const next = await restart(party);
    expect(await alive(party.tokens)).toEqual(Array(5).fill(false));
    const receipts = next.store.receipts.list();
    expect(receipts).toHaveLength(5);
    expect(new Set(receipts.map(({ batch }) => batch)).size).toBe(1);
    next.store.close();
  });

  it('leaves who signed in again meanwhile signed in', async () => {
    const party = await everybody({}, FEW);
    const { world } = party;
    const [account] = world.store.accounts.list();
    if (!account) throw new Error('no account');
    const { accountId } = account;
    const grantId = world.store.grants.byAccount(accountId)?.grantId;
    if (!grantId) throw new Error('no grant');
    world.store.signOuts.add([{ accountId, grantId, batch: 'b', finishFirst: false, mail: 'keep' }]);
    world.sit({ login: addressOf('ada'), password: passwordOf('ada'), decision: 'allow' });
    await world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    await world.accounts.resume();
    expect(world.store.signOuts.list()).toEqual([]);
    expect(world.store.accounts.get(accountId)?.signIn).toBe('active');
    await leave(world);
  });

  it('keeps the mail of an account in which something could not be finished, and signs it out all the same', async () => {
    const { world, clock } = await everybody({}, FEW);
    const [account] = world.store.accounts.list();
    if (!account) throw new Error('no account');
    const { accountId } = account;
    const people = { to: [{ name: '', address: 'samir@lab.test' }], cc: [], bcc: [] };
    world.store.drafts.create({ accountId, ...people, subject: 'Plans', text: 'for Friday' });
    const told: string[] = [];
    const receiving = leave(world, { finishFirst: true, mail: 'erase' }, told);
    while (!told.includes(`${accountId} finish owed`)) {
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const receipts = await receiving;
    expect(receipts).toHaveLength(2);
    expect(world.store.accounts.list().map((one) => one.accountId)).toEqual([accountId]);
    expect(world.store.drafts.list()).toHaveLength(1);
    const receipt = receipts.find((one) => one.accountId === accountId);
    expect(receipt?.answer).toBe('no');
    expect(receipt?.steps[0]).toMatchObject({ outcome: 'not-finished', facts: { drafts: 1 } });
    expect(receipt?.steps[5]).toMatchObject({ outcome: 'mail-kept-unfinished', state: 'owed' });
  });

  it('joins a sign-out that is running already', async () => {
    const { world } = await everybody({}, FEW);
    const [account] = world.store.accounts.list();
    if (!account) throw new Error('no account');
    const { accountId } = account;
    const one = world.accounts.signOut({
      accountId,
      finishFirst: false,
      mail: 'keep',
      onStep: () => undefined,
    });
    const receipts = await leave(world);
    const { receiptId } = await one;
    expect(receipts.map((receipt) => receipt.receiptId)).toContain(receiptId);
    expect(new Set(world.store.receipts.list().map(({ batch }) => batch)).size).toBe(1);
    expect(receipts).toHaveLength(2);
  });

  // Last: nobody opens the keychain again.
  it('does nothing to any account while the keychain is locked', async () => {
    const { world, tokens } = await everybody({}, FEW);
    await lab.keychain.lock();
    await expect(leave(world)).rejects.toMatchObject({ code: 'keychain-locked' });
    expect(await alive(tokens)).toEqual(Array(2).fill(true));
    expect(world.store.accounts.list().map(({ signIn }) => signIn)).toEqual(Array(2).fill('active'));
    expect(world.store.signOuts.list()).toEqual([]);
  });
});
