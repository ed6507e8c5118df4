import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeGrantSecret } from '../../../../src-main/accounts/grant-secrets.ts';
import { tryLockFile } from '../../../../src-main/store/profile-lock.ts';
import { ACCOUNT, START, testAccount, testGrant } from '../store/test-store.ts';
import { startTokenWorld } from './token-world.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const { grantId } = testGrant();

async function signedIn(options: Parameters<typeof startTokenWorld>[0] = {}) {
  const world = await startTokenWorld(options);
  const program = world.openProgram();
  await world.signIn(program);
  const first = await program.source.get();
  const renewals = () => world.server.calls.length - 1;
  return { ...world, world, program, first, renewals };
}

describe('the age of an access token', () => {
  it.each([
    ['three days of sleep', 3 * DAY],
    ['a clock that was set back by three days', -3 * DAY],
  ])('is looked at again after %s: one renewal, and nobody is asked', async (_case, jump) => {
    const { clock, program, renewals, server, world } = await signedIn();
    clock.advance(jump);
    const answers = await Promise.all(Array.from({ length: 10 }, () => program.source.get()));
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(server.isActive(answers[0]?.accessToken ?? '')).toBe(true);
    await program.source.get();
    expect(renewals()).toBe(1);
    expect(world.signInStateOf(program)).toBe('active');
  });

  it('is good enough after the clock was put right by some seconds', async () => {
    const { clock, program, renewals } = await signedIn();
    clock.advance(-20_000);
    await program.source.get();
    expect(renewals()).toBe(0);
  });

  it('needs no renewal for the whole of two hours but one, seen from many connections', async () => {
    const { clock, program, renewals } = await signedIn();
    for (let minute = 0; minute < 119; minute++) {
      clock.advance(60_000);
      await program.source.get();
    }
    // Each life of an hour ends a minute early.
    expect(renewals()).toBe(2);
  });

  it('lets a token that is still good open the mailbox while its renewal fails', async () => {
    const { clock, program, first, server, renewals } = await signedIn();
    clock.advance(HOUR - 50_000);
    server.faults.push({ status: 503 });
    expect((await program.source.get()).accessToken).toBe(first.accessToken);
    expect((await program.source.get()).accessToken).toBe(first.accessToken);
    expect(renewals()).toBe(1);
    clock.advance(10_000);
    expect((await program.source.get()).accessToken).not.toBe(first.accessToken);
  });

  it('does not count for a token that a server refused', async () => {
    const { program, first, server } = await signedIn();
    program.source.invalidate(first.accessToken);
    server.faults.push({ status: 503 });
    await expect(program.source.get()).rejects.toMatchObject({ code: 'token-endpoint-down' });
  });
});

describe('a token endpoint that fails', () => {
  it.each([
    ['500', { status: 500 }],
    ['503 with the words of a revocation', { status: 503, body: { error: 'invalid_grant' } }],
    ['429', { status: 429 }],
    ['408', { status: 408 }],
    ['a cut connection', { drop: true }],
  ])('never ends the grant: %s, thirty times', async (_case, fault) => {
    const { clock, program, first, server, renewals, world } = await signedIn();
    program.source.invalidate(first.accessToken);
    server.faults.push(...Array.from({ length: 30 }, () => fault));
    const began = clock.now();
    while (renewals() < 30) {
      await expect(program.source.get()).rejects.toMatchObject({ retry: 'later' });
      clock.advance(renewals() < 10 ? 500 : 5_000);
    }
    const calls = server.calls.slice(1);
    const gaps = calls.slice(1).map((at, index) => at - (calls[index] ?? began));
    const most = 'status' in fault ? 300_000 : 30_000;
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
    expect(Math.min(...gaps.slice(20))).toBeGreaterThanOrEqual(most / 2);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(most + 5_000);
    expect(world.grantOf(program)?.state).toBe('active');
    expect(world.signInStateOf(program)).toBe('active');
    clock.advance(most);
    expect(server.isActive((await program.source.get()).accessToken)).toBe(true);
    // One entry for the whole outage.
    expect(program.kinds().filter((kind) => kind === 'refresh-failed')).toHaveLength(1);
    expect(program.kinds().at(-1)).toBe('refreshed');
  });

  it('never ends the grant when its host has no address', async () => {
    const world = await startTokenWorld();
    const program = world.openProgram({
      known: {
        ...world.server.known,
        server: { issuer: 'http://gone.invalid', token_endpoint: 'http://gone.invalid/token' },
      },
    });
    await world.signIn(program);
    await expect(program.source.get()).rejects.toMatchObject({ retry: 'later' });
    expect(world.grantOf(program)?.state).toBe('active');
  });

  it.each([
    ['seconds', () => '120'],
    ['a date', () => new Date(START + 120_000).toUTCString()],
  ])('is left alone for as long as it asks in %s, by all connections together', async (_case, value) => {
    const { clock, program, first, server, renewals } = await signedIn();
    program.source.invalidate(first.accessToken);
    server.faults.push({ status: 429, headers: { 'retry-after': value() } });
    for (let second = 0; second < 119; second++) {
      const asked = await Promise.allSettled(Array.from({ length: 4 }, () => program.source.get()));
      expect(asked.every(({ status }) => status === 'rejected')).toBe(true);
      // Nor does another network change what the server asked for.
      program.tokens.wake();
      clock.advance(1_000);
    }
    expect(renewals()).toBe(1);
    clock.advance(15_000);
    await program.source.get();
    expect(renewals()).toBe(2);
  });

  it('is not left alone for longer than an hour, whatever it asks', async () => {
    const { clock, program, first, server } = await signedIn();
    program.source.invalidate(first.accessToken);
    server.faults.push({ status: 503, headers: { 'retry-after': '99999999' } });
    await expect(program.source.get()).rejects.toMatchObject({ detail: { retryAfter: 3_600 } });
    clock.advance(1.1 * HOUR);
    await program.source.get();
  });

  it('is asked again at once when the computer woke or the network is another one', async () => {
    const { program, first, server } = await signedIn();
    program.source.invalidate(first.accessToken);
    server.faults.push({ drop: true });
    await expect(program.source.get()).rejects.toMatchObject({ retry: 'later' });
    program.tokens.wake();
    await program.source.get();
  });

  it('is asked again after a clock that was set back, instead of years later', async () => {
    const { clock, program, first, server } = await signedIn();
    program.source.invalidate(first.accessToken);
    server.faults.push({ status: 503 });
    await expect(program.source.get()).rejects.toMatchObject({ retry: 'later' });
    clock.advance(-300 * DAY);
    await program.source.get();
  });
});

describe('a grant that the provider ended', () => {
  it('turns the account to "sign in again" at once and once, and costs no further request', async () => {
    const { program, first, server, renewals, world } = await signedIn();
    server.revokeAll();
    program.source.invalidate(first.accessToken);
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => program.source.get()));
    expect(asked.every(({ status }) => status === 'rejected')).toBe(true);
    expect(world.signInStateOf(program)).toBe('needs-sign-in');
    expect(renewals()).toBe(1);
    for (let again = 0; again < 50; again++) {
      await expect(program.source.get()).rejects.toMatchObject({
        code: 'grant-ended',
        retry: 'after-sign-in',
      });
    }
    expect(renewals()).toBe(1);
    expect(program.kinds().filter((kind) => kind === 'grant-ended')).toHaveLength(1);
  });

  it('is told from one whose key somebody deleted from the keychain', async () => {
    const { program, first, keychain, renewals, world } = await signedIn();
    program.source.invalidate(first.accessToken);
    for (const entry of [...keychain.entries.keys()])
      if (entry.startsWith('grant/')) keychain.entries.delete(entry);
    await expect(program.source.get()).rejects.toMatchObject({ code: 'grant-ended' });
    expect(renewals()).toBe(0);
    expect(world.signInStateOf(program)).toBe('needs-sign-in');
    const [ended] = program.store.audit.list({ accountId: ACCOUNT, limit: 1 });
    expect(ended).toMatchObject({ kind: 'grant-ended', facts: { because: 'key-missing' } });
  });

  it('is not assumed while the keychain is locked', async () => {
    const { program, first, keychain, world } = await signedIn();
    program.source.invalidate(first.accessToken);
    keychain.fault.locked = true;
    await expect(program.source.get()).rejects.toMatchObject({ code: 'keychain-locked', retry: 'later' });
    expect(world.signInStateOf(program)).toBe('active');
    keychain.fault.locked = false;
    await program.source.get();
  });
});

describe('two programs on one keychain', () => {
  it('renew one after the other, each with the refresh token that is good then', async () => {
    const world = await startTokenWorld();
    const programs = [world.openProgram(), world.openProgram()] as const;
    await world.signIn(programs[0]);
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(
        programs.flatMap(({ source }) => Array.from({ length: 10 }, () => source.get())),
      );
      expect(answers.every(({ accessToken }) => world.server.isActive(accessToken))).toBe(true);
      for (const { accessToken } of answers)
        for (const { source } of programs) source.invalidate(accessToken);
    }
    expect(world.server.state.reused).toBe(0);
    expect(world.server.calls.length).toBe(40);
    expect(programs.map((program) => world.signInStateOf(program))).toEqual(['active', 'active']);
  });

  it('say "later", and do not sign out, when the other is too long about its renewal', async () => {
    const { program, first, lockFolder, renewals, world } = await signedIn();
    program.source.invalidate(first.accessToken);
    const release = tryLockFile(`${lockFolder}/grant-${grantId}.lock`);
    await expect(program.source.get()).rejects.toMatchObject({ code: 'busy', retry: 'later' });
    expect(renewals()).toBe(0);
    expect(world.signInStateOf(program)).toBe('active');
    release?.();
    await program.source.get();
  });

  it('do not meet where the keys are in memory for this session: nothing is left on the disk', async () => {
    const world = await startTokenWorld();
    const program = world.openProgram();
    program.vault.startSession();
    await world.signIn(program);
    await program.source.get();
    expect(readdirSync(world.lockFolder)).toEqual([]);
  });

  it('do not write an older refresh token over a newer one of the other', async () => {
    const { clock, program, first, keychain, world } = await signedIn();
    const before = await world.savedToken(program);
    program.source.invalidate(first.accessToken);
    keychain.fault.writesLeft = 0;
    await program.source.get();
    keychain.fault.writesLeft = Number.POSITIVE_INFINITY;
    expect(await world.savedToken(program)).toBe(before);
    const other = world.openProgram();
    await writeGrantSecret(other.vault, grantId, { refreshToken: 'newer' });
    clock.advance(5 * 60_000);
    await expect.poll(() => program.tokens.refreshToken(grantId)).toBe('newer');
    expect(await world.savedToken(program)).toBe('newer');
  });
});

describe('what a renewal leaves in the audit log', () => {
  it('says so when other scopes came back, and not when they came in another order', async () => {
    const { program, first, server } = await signedIn({ scope: 'mail' });
    const renewWith = async (scope: string) => {
      server.state.scope = scope;
      program.source.invalidate((await program.source.get()).accessToken);
      await program.source.get();
    };
    expect(first.accessToken).toContain('at-');
    await renewWith('mail calendar');
    await renewWith('calendar mail');
    expect(program.kinds().filter((kind) => kind === 'scopes-changed')).toHaveLength(1);
    const changed = program.store.audit.list({ accountId: ACCOUNT, limit: 9 });
    expect(changed.find(({ kind }) => kind === 'scopes-changed')?.facts).toEqual({
      before: 'mail',
      scopes: 'mail calendar',
    });
  });

  it('and in the log of the program holds no token', async () => {
    const { program, first, server } = await signedIn();
    program.source.invalidate(first.accessToken);
    server.faults.push({ status: 503 });
    await program.source.get().catch(() => undefined);
    const text = JSON.stringify([program.lines, program.store.audit.list({ limit: 100 })]);
    expect(text).not.toMatch(/[ar]t-[\w-]{20}/);
    expect(program.store.accounts.server(ACCOUNT)).toMatchObject({ address: testAccount().address });
  });
});
