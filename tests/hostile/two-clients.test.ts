/** Another mail program at work in the same mailboxes at the same time: afterwards both sides have the same. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { secondConnection } from '../servers/lab.mjs';
import { act, deliver, PLACES, planRound, type Scene } from '../torture/actions.ts';
import { createJournal } from '../torture/journal.ts';
import { waitUntilAlike } from '../torture/kill-checks.ts';
import { type KillWorld, MAYA, startKillWorld } from '../torture/kill-world.ts';
import { createRandom, type Random } from '../torture/random.ts';
import { viewEngine, viewServer } from '../torture/views.ts';

const STEPS = 60;
let world: KillWorld;

beforeAll(async () => {
  world = await startKillWorld();
});
afterAll(() => world?.stop());

/** What the other program does next: anything. Answers with the Message-ID of what it deleted for good, if it did. */
async function other(
  random: Random,
  client: Awaited<ReturnType<typeof secondConnection>>,
  step: number,
): Promise<void> {
  const place = random.pick(PLACES) ?? 'INBOX';
  const target = random.pick(PLACES) ?? 'Archive';
  const lock = await client.getMailboxLock(place);
  try {
    const uids = (await client.search({ all: true }, { uid: true })) || [];
    const uid = random.pick(uids);
    const kind = random.next();
    if (uid === undefined || kind < 0.2) {
      const raw = `Message-ID: <other${step}@lab.test>\r\nSubject: other${step}\r\nFrom: x@lab.test\r\n\r\nx\r\n`;
      await client.append(place, raw);
    } else if (kind < 0.5) await client.messageFlagsAdd([uid], ['\\Flagged', '\\Seen'], { uid: true });
    else if (kind < 0.6) await client.messageFlagsRemove([uid], ['\\Seen'], { uid: true });
    else if (kind < 0.85 && target !== place) await client.messageMove([uid], target, { uid: true });
    else if (kind >= 0.85) await client.messageDelete([uid], { uid: true });
  } finally {
    lock.release();
  }
}

it('both change the same mailboxes at once, and agree when it is quiet', async () => {
  const random = createRandom(24);
  const journal = createJournal();
  for (let n = 0; n < 40; n += 1) await deliver(`m${n}`, { world, journal });
  const engine = world.start();
  expect(await engine.opened()).toBe(true);
  expect((await waitUntilAlike({ world, engine })).left).toEqual([]);
  const rival = await secondConnection(world.lab, MAYA);
  try {
    const theirs = (async () => {
      for (let step = 0; step < STEPS * 3; step += 1) await other(random, rival, step);
    })();
    for (let step = 0; step < STEPS; step += 1) {
      const view = await viewEngine(engine);
      if (!view) throw new Error('the engine ended');
      const scene: Scene = { world, engine, view, journal, touched: new Set() };
      const plan = planRound(random, 1_000 + step).filter(({ kind }) => ['flag', 'move'].includes(kind));
      for (const action of plan) await act(action, scene);
    }
    await theirs;
  } finally {
    await rival.logout();
  }
  const { left } = await waitUntilAlike({ world, engine });
  expect(left).toEqual([]);
  const { copies } = await viewServer(world.truth);
  expect([...copies].filter(([, places]) => places.length > 1)).toEqual([]);
  expect(engine.complaints()).toEqual([]);
  expect(await (await engine.engine).stop()).toBe(0);
}, 120_000);
