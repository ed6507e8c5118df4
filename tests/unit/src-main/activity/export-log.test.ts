import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, addAccount } from '../store/test-store.ts';
import { DAY, openActivityWorld } from './activity-world.ts';

/** An exported log as somebody reads it who has docs/activity.md and nothing of this program. Answers with the first number that is wrong. */
function verify(text: string): number | undefined {
  const log = JSON.parse(text);
  let previous = log.checkpoint ? log.checkpoint.hash : '0'.repeat(64);
  let number = log.checkpoint ? log.checkpoint.number : 0;
  for (const entry of log.entries) {
    number += 1;
    const facts = Object.keys(entry.facts)
      .sort()
      .map((name) => [name, entry.facts[name]]);
    const said = [
      previous,
      entry.number,
      entry.at,
      entry.kind,
      entry.accountId ?? null,
      entry.address ?? null,
    ];
    said.push(entry.host ?? null, entry.receiptId ?? null, facts);
    const hash = createHash('sha256').update(JSON.stringify(said), 'utf8').digest('hex');
    if (entry.number !== number || entry.previous !== previous || entry.hash !== hash) return number;
    previous = hash;
  }
  const { head } = log;
  if (head && head.number > number) return number + 1;
  const sealed = head && log.entries.find((entry: { number: number }) => entry.number === head.number);
  return sealed && sealed.hash !== head.hash ? head.number : undefined;
}

async function exported(world: ReturnType<typeof openActivityWorld>): Promise<string> {
  const pieces: Uint8Array[] = [];
  await world.activity.exportTo((piece) => void pieces.push(piece));
  return Buffer.concat(pieces).toString('utf8');
}

async function filled() {
  const world = openActivityWorld();
  addAccount(world.store);
  world.store.audit.append({
    accountId: ACCOUNT,
    kind: 'scopes-changed',
    host: 'auth.exämple.org',
    detail: { zeta: 'a "quoted" \\ word', alpha: 3, ünder: '✓' },
  });
  await world.seal();
  return world;
}

describe('an exported log', () => {
  it('can be verified by who has only its description', async () => {
    const text = await exported(await filled());
    expect(JSON.parse(text)).toMatchObject({
      format: 'latchkey-activity-1',
      check: { state: 'unbroken', count: 4 },
      head: { number: 4 },
    });
    expect(verify(text)).toBeUndefined();
  });

  it('shows each change that was made to it', async () => {
    const text = await exported(await filled());
    const changed = (change: (log: { entries: Record<string, unknown>[] }) => void) => {
      const log = JSON.parse(text);
      change(log);
      return verify(JSON.stringify(log));
    };
    expect(changed(({ entries }) => Object.assign(entries[2] ?? {}, { host: 'elsewhere.example' }))).toBe(3);
    expect(changed(({ entries }) => Object.assign(entries[3] ?? {}, { facts: {} }))).toBe(4);
    expect(changed(({ entries }) => entries.splice(1, 1))).toBe(2);
    expect(changed(({ entries }) => entries.splice(1, 2, ...entries.slice(1, 3).reverse()))).toBe(2);
    expect(changed(({ entries }) => entries.pop())).toBe(4);
  });

  it('begins at its checkpoint after old entries were removed', async () => {
    const world = await filled();
    world.store.settings.set({ activityMonths: 1 });
    world.clock.advance(60 * DAY);
    world.store.audit.append({ kind: 'exported' });
    await world.activity.prune();
    await world.seal();
    const text = await exported(world);
    expect(JSON.parse(text)).toMatchObject({ checkpoint: { number: 4 }, check: { state: 'unbroken' } });
    expect(verify(text)).toBeUndefined();
  });

  it('is valid when there is hardly anything in it', async () => {
    const world = openActivityWorld({ isTemporary: true });
    expect(JSON.parse(await exported(world)).entries).toHaveLength(1);
  });
});
