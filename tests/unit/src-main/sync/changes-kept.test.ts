/**
 * Whatever comes between (refusals, cut connections, kills after any write, news from the server in any order): what the person was told
 * is done happens on the server, or the person is told that it did not. The store and the code that runs operations are the real ones.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MailError, toMailError } from '../../../../src-main/base/errors.ts';
import { openStore, type Store } from '../../../../src-main/store/store.ts';
import { isFinal, nextGroup, runGroup } from '../../../../src-main/sync/operations.ts';
import type { MailboxId, MessageId, OperationId } from '../../../../src-shared/model/ids.ts';
import { afterEachWrite } from '../store/after-each-write.ts';
import {
  ACCOUNT,
  addMailboxes,
  handClock,
  KEY,
  openTestStore,
  temporaryFolder,
} from '../store/test-store.ts';
import { createModelServer, headerOf, type ModelServer } from './model-server.ts';

const afterWrite = afterEachWrite();
const PATHS = ['INBOX', 'Archive', 'Trash'];
const FLAGS = ['\\Seen', '\\Flagged'];
const MESSAGES = [1, 2];
const GONE = 'gone';

class Killed extends Error {}

const number = (max: number) => fc.nat({ max });
/** The write after which the program is killed. */
const killAfter = fc.option(fc.nat({ max: 6 }), { nil: undefined, freq: 4 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('move' as const), n: number(1), to: number(2), killAfter }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('flag' as const),
      n: number(1),
      flag: number(1),
      isOn: fc.boolean(),
      killAfter,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move-all' as const), to: number(2), killAfter }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expunge' as const), n: number(1), killAfter }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), n: number(5), killAfter }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      fault: fc.constantFrom('none' as const, 'lost' as const, 'kill' as const, 'refused' as const),
      at: number(7),
      /** While the command is under way another connection brings news. */
      newsAt: number(7),
      news: number(3),
      killAfter,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('news' as const), news: number(3), killAfter }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('kill' as const), killAfter: fc.constant(undefined) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/**
 * What the person was told of one thing, and by which operations it comes about. Killed before it was answered: nobody knows, and what
 * is there after the start counts.
 */
type Told = { value: string | boolean; by: Set<OperationId> | 'unknown' };

type World = {
  parent: string;
  directory: string;
  clock: ReturnType<typeof handClock>;
  store: Store;
  server: ModelServer;
  /** Message, or message and flag → what was told, the last one last. Empty: the person was told that it failed. */
  told: Map<string, Told[]>;
  /** The changes that a kill left without an answer. */
  open: { key: string; outcomes: (string | boolean)[] }[];
  failures: string[];
  isKilled: boolean;
};

function copyOf(directory: string, parent: string): string {
  const to = join(parent, String(readdirSync(parent).length));
  mkdirSync(to);
  for (const name of readdirSync(directory)) {
    if (!name.endsWith('-shm')) cpSync(join(directory, name), join(to, name));
  }
  return to;
}

function openIn(world: World): void {
  world.store = openStore({ directory: world.directory, key: KEY, clock: world.clock });
  world.store.feed.subscribe((one) => {
    if (one.kind !== 'operationFailed' || world.isKilled) return;
    world.failures.push(`${one.operationKind} ${one.code}`);
    for (const all of world.told.values()) {
      const by = all.at(-1)?.by;
      const isMeant = by === 'unknown' || one.operationIds.some((id) => by?.has(id));
      if (isMeant) all.length = 0;
    }
  });
}

const mailboxIdOf = ({ store }: World, path: string) =>
  store.mailboxes.list(ACCOUNT).find((mailbox) => mailbox.path === path)?.mailboxId ?? (0 as MailboxId);

/** The message as the person sees it: where it stands and its flags. */
function seen(world: World, n: number): { messageId: MessageId; path: string; flags: string[] } | undefined {
  for (const path of PATHS) {
    const view = { kind: 'mailbox' as const, mailboxId: mailboxIdOf(world, path) };
    for (const { threadId } of world.store.threads.page(view, 0, 10).rows) {
      for (const message of world.store.threads.messages(threadId)) {
        if (message.messageIdHeader !== headerOf(n) || !message.mailboxIds.includes(view.mailboxId)) continue;
        return { messageId: message.messageId, path, flags: message.flags };
      }
    }
  }
  return undefined;
}

function shownValue(world: World, key: string): string | boolean {
  const [n, flag] = key.split(' ');
  const message = seen(world, Number(n));
  if (flag === undefined) return message?.path ?? GONE;
  return message?.flags.includes(flag) ?? false;
}

const onServer = ({ server }: World, n: number) =>
  PATHS.flatMap((path) =>
    [...(server.mailboxes.get(path)?.messages.values() ?? [])]
      .filter((one) => one.n === n && !one.flags.has('\\Deleted'))
      .map(({ flags }) => ({ path, flags: [...flags].sort() })),
  );

function takeNews(world: World, which: number): void {
  for (const [index, path] of PATHS.entries()) {
    if (which !== index && which !== PATHS.length) continue;
    const { messages } = world.store;
    const mailboxId = mailboxIdOf(world, path);
    const envelopes = world.server.envelopes(path);
    const there = new Set(envelopes.map(({ uid }) => uid));
    const known = messages.knownUids(mailboxId, { from: 1, to: 1_000_000 }).map(({ uid }) => uid);
    messages.addEnvelopes(mailboxId, envelopes);
    messages.removeUids(
      mailboxId,
      known.filter((uid) => !there.has(uid)),
    );
  }
}

/** As the operation runner does it. */
async function run({ store, server, clock }: World): Promise<boolean> {
  clock.time += 3_120_000;
  const group = nextGroup(store.operations.due(ACCOUNT, 1_000));
  if (group.length === 0) return false;
  store.operations.setAllRunning(group.map(({ operationId }) => operationId));
  try {
    await runGroup(server.connection, group, store, clock.now());
  } catch (thrown) {
    if (thrown instanceof Killed) throw thrown;
    server.disconnect();
    const error = toMailError(thrown);
    for (const { operationId } of group) {
      if (store.operations.get(operationId)?.state !== 'running') continue;
      if (isFinal(error)) store.operations.fail(operationId, error.code);
      else store.operations.postpone(operationId, clock.now() + 1_000);
    }
  }
  return true;
}

/** Asks for a change and notes what was told. */
function change(world: World, keys: string[], value: string | boolean, ask: () => OperationId[]): void {
  const shown = keys.map((key) => ({ key, before: shownValue(world, key) }));
  world.open = shown.map(({ key, before }) => ({ key, outcomes: [before, value] }));
  const by = new Set(ask());
  world.open = [];
  // What queued nothing acknowledged nothing.
  for (const { key, before } of shown)
    if (by.size > 0 && before !== value) world.told.get(key)?.push({ value, by });
}

/** Takes back the last change, with all that it changed; not when something of that was changed since. */
function undo(world: World, key: string): void {
  const last = world.told.get(key)?.at(-1);
  if (!last || last.by === 'unknown' || last.value === GONE) return;
  const { by } = last;
  const all = [...world.told].filter(([, told]) => told.some((one) => one.by === by));
  if (all.some(([, told]) => told.length < 2 || told.at(-1)?.by !== by)) return;
  world.open = all.map(([one, told]) => ({ key: one, outcomes: told.slice(-2).map(({ value }) => value) }));
  const inverse = world.store.operations.undo([...by]);
  world.open = [];
  for (const [one, told] of all) {
    told.pop();
    const before = told.at(-1);
    expect(shownValue(world, one), 'what an undo shows').toBe(before?.value);
    if (before && before.by !== 'unknown') before.by = new Set([...before.by, ...inverse]);
  }
}

async function doStep(world: World, one: Step): Promise<void> {
  const { store, server } = world;
  const { operations } = store;
  switch (one.do) {
    case 'kill':
      throw new Killed();
    case 'news':
      return takeNews(world, one.news);
    case 'undo': {
      const keys = [...world.told.keys()];
      return undo(world, keys[one.n % keys.length] ?? '');
    }
    case 'run': {
      let steps = 0;
      server.onStep = (isChange) => {
        const now = steps++;
        if (now === one.newsAt) takeNews(world, one.news);
        if (now < one.at) return;
        if (one.fault === 'kill' && now === one.at) throw new Killed();
        if (one.fault === 'lost' && now === one.at)
          throw new MailError('connection-lost', { retry: 'later' });
        if (one.fault === 'refused' && isChange) throw new MailError('change-refused');
      };
      await run(world);
      server.onStep = () => undefined;
      return;
    }
    case 'move-all': {
      const there = MESSAGES.flatMap((n) => seen(world, n) ?? []);
      const from = { kind: 'mailbox' as const, mailboxId: mailboxIdOf(world, there[0]?.path ?? '') };
      const path = PATHS[one.to] ?? 'INBOX';
      if (there.length < MESSAGES.length || there.some((message) => message.path !== there[0]?.path)) return;
      const messageIds = there.map(({ messageId }) => messageId);
      const keys = MESSAGES.map((n) => `${n}`);
      return change(world, keys, path, () =>
        operations.enqueueMove({ messageIds, from, to: mailboxIdOf(world, path) }),
      );
    }
    case 'move':
    case 'expunge':
    case 'flag': {
      const n = MESSAGES[one.n] ?? 1;
      const message = seen(world, n);
      if (!message) return;
      const messageIds = [message.messageId];
      const mailboxId = mailboxIdOf(world, message.path);
      if (one.do === 'flag') {
        const flag = FLAGS[one.flag] ?? '';
        const wish = { messageIds, add: one.isOn ? [flag] : [], remove: one.isOn ? [] : [flag] };
        return change(world, [`${n} ${flag}`], one.isOn, () => operations.enqueueFlags(wish));
      }
      if (one.do === 'expunge')
        return change(world, [`${n}`], GONE, () =>
          operations.enqueueExpunge({ messageIds, mailboxId, delay: 0 }),
        );
      const path = PATHS[one.to] ?? 'INBOX';
      const from = { kind: 'mailbox' as const, mailboxId };
      return change(world, [`${n}`], path, () =>
        operations.enqueueMove({ messageIds, from, to: mailboxIdOf(world, path) }),
      );
    }
  }
}

/** What a kill leaves is what the files hold at that moment. */
function restart(world: World, files: string | undefined, wasRefused: boolean): void {
  const directory = files ?? copyOf(world.directory, world.parent);
  world.store.close();
  world.directory = directory;
  world.server.onStep = () => undefined;
  world.server.disconnect();
  world.isKilled = false;
  openIn(world);
  if (wasRefused) {
    // The end came between the refusal and the word of it.
    for (const [key, all] of world.told) if (all.at(-1)?.value !== shownValue(world, key)) all.length = 0;
  }
  for (const { key, outcomes } of world.open) {
    const value = shownValue(world, key);
    expect(outcomes, `after a kill, ${key}`).toContain(value);
    const all = world.told.get(key) ?? [];
    if (all.length === 0 || all.at(-1)?.value !== value) all.push({ value, by: 'unknown' });
  }
  world.open = [];
}

async function survive(world: World, one: Step): Promise<void> {
  let left = one.killAfter;
  let files: string | undefined;
  afterWrite.call = () => {
    if (left === undefined || left-- > 0) return;
    left = undefined;
    files = copyOf(world.directory, world.parent);
    world.isKilled = true;
    throw new Killed();
  };
  try {
    await doStep(world, one);
    // Some code takes the end of a program for an error of its own.
    if (files !== undefined) throw new Killed();
  } catch (error) {
    if (files === undefined && !(error instanceof Killed)) throw error;
    afterWrite.call = undefined;
    restart(world, files, one.do === 'run' && one.fault === 'refused');
  } finally {
    afterWrite.call = undefined;
  }
}

async function finishAll(world: World): Promise<void> {
  for (let round = 0; round < 30; round += 1) {
    takeNews(world, PATHS.length);
    while (await run(world));
  }
  takeNews(world, PATHS.length);
}

function check(world: World): void {
  const { flags, move, expunge } = world.store.operations.pending(ACCOUNT);
  expect({ flags, move, expunge }, 'nothing waits for ever').toEqual({ flags: 0, move: 0, expunge: 0 });
  expect(
    world.failures.filter((failure) => !failure.endsWith('change-refused')),
    'nothing fails that the server did not refuse',
  ).toEqual([]);
  for (const n of MESSAGES) {
    const copies = onServer(world, n);
    const message = seen(world, n);
    expect(
      message ? [{ path: message.path, flags: [...message.flags].sort() }] : [],
      'engine and server',
    ).toEqual(copies);
    const place = world.told.get(`${n}`)?.at(-1)?.value;
    if (place !== undefined)
      expect(
        copies.map(({ path }) => path),
        `place of ${n}`,
      ).toEqual(place === GONE ? [] : [place]);
    else expect(copies.length, `copies of ${n}`).toBeLessThanOrEqual(1);
    if (!copies[0]) continue;
    for (const flag of FLAGS) {
      const isOn = world.told.get(`${n} ${flag}`)?.at(-1)?.value;
      if (isOn !== undefined) expect(copies[0].flags.includes(flag), `${flag} of ${n}`).toBe(isOn);
    }
  }
}

describe('a change that was acknowledged', () => {
  it('happens on the server or is told as failed, whatever comes between', async () => {
    const made = openTestStore();
    const { inbox } = addMailboxes(made.store);
    const parent = temporaryFolder();
    const capabilities = fc.record({ move: fc.boolean(), tellsUids: fc.boolean() });
    const filled = createModelServer(PATHS, { move: true, tellsUids: true });
    for (const n of MESSAGES) filled.deliver('INBOX', n);
    made.store.messages.addEnvelopes(inbox, filled.envelopes('INBOX'));
    const template = copyOf(made.directory, temporaryFolder());
    await fc.assert(
      fc.asyncProperty(capabilities, fc.array(step, { minLength: 1, maxLength: 14 }), async (can, steps) => {
        const server = createModelServer(PATHS, can);
        for (const n of MESSAGES) server.deliver('INBOX', n);
        const told = new Map<string, Told[]>();
        for (const n of MESSAGES) {
          told.set(`${n}`, [{ value: 'INBOX', by: new Set() }]);
          for (const flag of FLAGS) told.set(`${n} ${flag}`, [{ value: false, by: new Set() }]);
        }
        const own = mkdtempSync(join(parent, 'w'));
        const world: World = {
          parent: own,
          directory: copyOf(template, own),
          clock: handClock(),
          store: made.store,
          server,
          told,
          open: [],
          failures: [],
          isKilled: false,
        };
        openIn(world);
        try {
          for (const one of steps) await survive(world, one);
          await finishAll(world);
          check(world);
        } finally {
          world.store.close();
          rmSync(own, { recursive: true, force: true });
        }
      }),
      { seed: 11, numRuns: 80 },
    );
  }, 120_000);
});
