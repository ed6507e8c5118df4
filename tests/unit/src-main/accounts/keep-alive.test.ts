import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeepAlive } from '../../../../src-main/accounts/keep-alive.ts';
import { startTokenWorld } from './token-world.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

/** An account whose access token never seems to end, so that nothing else renews it. */
async function startIdle() {
  const world = await startTokenWorld({ accessLife: 0, idleLimit: 90 * DAY });
  const program = world.openProgram();
  await world.signIn(program);
  const { tokens, log } = program;
  const keepAlive = createKeepAlive({ store: () => program.store, tokens, clock: world.clock, log });
  keepAlive.start();
  onTestFinished(() => keepAlive.stop());
  /** Lets the time pass in steps of hours, and what it set off come to its end. */
  async function pass(ms: number, step = 6 * HOUR) {
    for (let passed = 0; passed < ms; passed += step) {
      world.clock.advance(step);
      await tokens.settleAll();
    }
  }
  return { ...world, world, program, keepAlive, pass };
}

describe('a grant that nobody uses', () => {
  it('is renewed once a week, and outlives a hundred days at a server that ends it after 90 of silence', async () => {
    const { program, pass, server, world } = await startIdle();
    await pass(100 * DAY);
    expect(server.calls.length).toBeGreaterThanOrEqual(13);
    expect(server.calls.length).toBeLessThanOrEqual(14);
    const gaps = server.calls.slice(1).map((at, index) => at - (server.calls[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(7.5 * DAY);
    expect(world.signInStateOf(program)).toBe('active');
    expect(program.kinds()).not.toContain('grant-ended');
    expect(server.isActive((await program.source.get()).accessToken)).toBe(true);
  });

  it('would have ended there without it', async () => {
    const { program, keepAlive, pass, world } = await startIdle();
    keepAlive.stop();
    await pass(100 * DAY, 50 * DAY);
    await expect(program.source.get()).rejects.toMatchObject({ code: 'grant-ended' });
    expect(world.signInStateOf(program)).toBe('needs-sign-in');
  });

  it('is renewed soon after the computer slept for weeks', async () => {
    const { clock, program, keepAlive, server, pass } = await startIdle();
    keepAlive.wake();
    clock.advance(0);
    expect(server.calls).toHaveLength(0);
    keepAlive.stop();
    clock.advance(30 * DAY);
    keepAlive.start();
    keepAlive.wake();
    await pass(2 * 60_000, 60_000);
    expect(server.calls).toHaveLength(1);
    expect(program.kinds()).toContain('refreshed');
  });

  it('is tried again later when its server is down for days, and is not taken for ended', async () => {
    const { program, pass, server, world } = await startIdle();
    server.faults.push(...Array.from({ length: 10 }, () => ({ status: 503 })));
    await pass(11 * DAY);
    expect(world.signInStateOf(program)).toBe('active');
    expect(program.kinds().filter((kind) => kind === 'refresh-failed')).toHaveLength(1);
    expect(program.kinds()).toContain('refreshed');
  });

  it('is left alone once it has ended', async () => {
    const { pass, server, program } = await startIdle();
    server.revokeAll();
    await pass(40 * DAY);
    expect(server.calls).toHaveLength(1);
    expect(program.kinds().filter((kind) => kind === 'grant-ended')).toHaveLength(1);
  });
});
