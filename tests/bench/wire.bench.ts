/** From the socket into the store, by the ways that sync goes: what a connection costs, envelopes and whole messages by the thousand. */
import { join } from 'node:path';
import type { ImapConnection } from '../../src-main/imap/imap-connection.ts';
import { createMessageParser } from '../../src-main/mime/parse-message.ts';
import type { Store } from '../../src-main/store/store.ts';
import { prefetchBodies } from '../../src-main/sync/body-fetch.ts';
import { createDoubts } from '../../src-main/sync/doubts.ts';
import { refreshMailboxes } from '../../src-main/sync/mailbox-poll.ts';
import { backfillBatch, FIRST_SCREEN, syncMailbox } from '../../src-main/sync/mailbox-sync.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { imapflowEnvelopes } from './floors.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { longestStall, median, percentile, timedAsync } from './measure.ts';
import { addBenchAccount, BENCH_ACCOUNT, emptyStore } from './store-world.ts';
import { againstFloor, type BenchContext, type Figure, type Suite } from './suite.ts';
import { connectTo, type Dialogue, measureDialogue, SLOW_LINE, startWorker } from './wire-world.ts';

const TIMES = 5;
/** As many as the background work asks for at once. */
const BATCH = 1_000;
const MAILBOXES = 200;
const CHANGED = 3;

type World = {
  context: BenchContext;
  server: MailServer;
  certs: Awaited<ReturnType<typeof makeCertificates>>;
};

export const suite: Suite = {
  name: 'wire',
  figures: ['first-screen', 'resync-unchanged', 'resync-200-mailboxes', 'envelope-sync', 'body-sync'],
  async *run(context) {
    const count = context.quick ? 20_000 : 100_000;
    const certs = await makeCertificates(context.run.folder('certs'));
    const distrust = trustAuthority(certs.ca);
    const server = await startMailServer(context, count, certs);
    try {
      const world = { context, server, certs };
      yield* dialogues(world);
      yield* pipelines(world);
      yield* manyMailboxes(world);
    } finally {
      distrust();
      await server.stop();
    }
  },
};

const noteOf = ({ server }: World) => `${server.count.toLocaleString('en-US')} messages, server's cache warm`;

function inboxOf(store: Store) {
  const inbox = store.mailboxes.bySpecialUse(BENCH_ACCOUNT, 'inbox');
  if (!inbox) throw new Error('no INBOX');
  return inbox;
}

async function firstScreen(connection: ImapConnection, store: Store): Promise<void> {
  await refreshMailboxes(connection, BENCH_ACCOUNT, store);
  await syncMailbox(connection, inboxOf(store), store, createDoubts());
}

/** A store that knows of the account and nothing else. */
function freshStore({ context }: World, name: string): Store {
  const store = emptyStore(context.run.folder(name));
  const { inbox } = addBenchAccount(store);
  store.mailboxes.reset(inbox);
  return store;
}

async function* dialogues(world: World): AsyncGenerator<Figure> {
  const { server, certs } = world;
  for (const link of [undefined, SLOW_LINE]) {
    const part = link ? '.slow' : '';
    const note = `${noteOf(world)}${link ? '; 80 ms round trip, 10 Mbit/s' : ''}`;
    const through = { port: server.port, certs, ...(link && { link }) };
    const screens: Dialogue[] = [];
    const resyncs: Dialogue[] = [];
    for (let time = 0; time < (link ? 2 : TIMES); time++) {
      const store = freshStore(world, `dialogue${time}`);
      try {
        screens.push(await measureDialogue(through, (connection) => firstScreen(connection, store)));
        if (inboxOf(store).total !== FIRST_SCREEN) throw new Error('the first screen is not whole');
        // As if all of it were here: what is not there yet does not change.
        const unchanged = (connection: ImapConnection) =>
          syncMailbox(connection, inboxOf(store), store, createDoubts()).then(() => undefined);
        resyncs.push(await measureDialogue(through, unchanged));
      } finally {
        store.close();
      }
    }
    const most = (limit: number) => ({ of: 'value' as const, bound: 'at most' as const, number: limit });
    const figures = (name: string, of: Dialogue[], limits: { time: number; trips: number }) => [
      {
        name: `${name}${part}`,
        value: median(of.map(({ milliseconds }) => milliseconds)),
        unit: 'ms',
        target: most(limits.time),
        note,
      },
      {
        name: `${name}${part}.round-trips`,
        value: Math.max(...of.map(({ trips }) => trips)),
        unit: 'trips',
        target: most(limits.trips),
        note,
      },
    ];
    yield* figures('first-screen', screens, { time: link ? 1_500 : 300, trips: 8 });
    yield* figures('resync-unchanged', resyncs, { time: link ? 500 : 150, trips: 4 });
    if (link) continue;
    const bytes = Math.max(...resyncs.map((one) => one.bytes));
    yield { name: 'resync-unchanged.bytes', value: bytes, unit: 'bytes', target: most(4_000), note };
  }
}

async function* pipelines(world: World): AsyncGenerator<Figure> {
  const { context, server, certs } = world;
  const worker = startWorker(context, certs.ca);
  const store = freshStore(world, 'pipeline');
  store.checkpointIn(join(context.builtFolder, 'checkpoint-worker.js'));
  const perSecond = (count: number, milliseconds: number) => (count / milliseconds) * 1_000;
  try {
    const connection = await connectTo(server.imapsPort, { worker });
    const floor = await imapflowEnvelopes(server.port);
    await connection.openMailbox('INBOX');
    const uids = await connection.existingUids(1, 4_294_967_295);
    const wire = await timedAsync(() => connection.streamEnvelopes(uids, () => undefined));
    await firstScreen(connection, store);
    const doubts = createDoubts();
    const left = new Map<MailboxId, number[]>();
    const fill = async () => {
      let outcome = 'more';
      while (outcome === 'more') {
        outcome = await backfillBatch({ connection, store, doubts, most: BATCH }, inboxOf(store), left);
      }
    };
    const { value: milliseconds, stalls } = await longestStall(() => timedAsync(fill));
    const stored = inboxOf(store).total;
    if (stored !== server.count) throw new Error(`${stored} of ${server.count} envelopes are there`);
    const note = `${noteOf(world)}; floor: imapflow's own reading, nothing done with it`;
    const target = { of: 'ratio' as const, bound: 'at least' as const, number: 0.8 };
    yield againstFloor(
      {
        name: 'envelope-sync',
        value: perSecond(stored - FIRST_SCREEN, milliseconds),
        unit: 'msg/s',
        target,
        note,
      },
      perSecond(server.count, floor),
    );
    yield againstFloor(
      {
        name: 'envelope-sync.wire',
        value: perSecond(uids.length, wire),
        unit: 'msg/s',
        note: 'read in the worker and handed over, not stored',
      },
      perSecond(server.count, floor),
    );
    yield {
      name: 'envelope-sync.stall',
      value: percentile(stalls, 1),
      unit: 'ms',
      note: "longest time in which the engine's thread answered nobody meanwhile",
    };
    yield* bodies(world, connection, store);
    connection.close();
  } finally {
    await worker.close();
    store.close();
  }
}

async function* bodies({ context }: World, connection: ImapConnection, store: Store): AsyncGenerator<Figure> {
  const wanted = context.quick ? 2_000 : 20_000;
  const parser = createMessageParser({ workerPath: join(context.builtFolder, 'parse-worker.js') });
  try {
    let done = 0;
    const milliseconds = await timedAsync(async () => {
      while (done < wanted) {
        const fetched = await prefetchBodies(connection, {
          accountId: BENCH_ACCOUNT,
          store,
          parseMessage: parser.parse,
          skipped: new Set(),
          since: 0,
          signal: new AbortController().signal,
          isWanted: () => false,
        });
        if (fetched === 0) throw new Error(`only ${done} bodies`);
        done += fetched;
      }
    });
    yield {
      name: 'body-sync',
      value: (done / milliseconds) * 1_000,
      unit: 'msg/s',
      target: { of: 'value', bound: 'at least', number: 600 },
      note: `${done.toLocaleString('en-US')} messages fetched, parsed, indexed, stored`,
    };
  } finally {
    await parser.close();
  }
}

async function* manyMailboxes(world: World): AsyncGenerator<Figure> {
  const { server, certs } = world;
  const maker = await connectTo(server.imapsPort);
  const paths = Array.from({ length: MAILBOXES }, (_, index) => `Box ${String(index).padStart(3, '0')}`);
  for (const path of paths) await maker.makeMailbox(path);
  const message = (path: string) => ({
    source: Buffer.from(
      `Message-ID: <${path.replace(' ', '')}@bench.test>\r\nSubject: ${path}\r\n\r\nNew.\r\n`,
    ),
    flags: [],
    internalDate: 0,
  });
  for (const path of paths) await maker.append(path, message(path));
  const store = freshStore(world, 'mailboxes');
  const doubts = createDoubts();
  const through = { port: server.port, certs };
  const resync = async (connection: ImapConnection) => {
    const states = await refreshMailboxes(connection, BENCH_ACCOUNT, store);
    for (const mailbox of store.mailboxes.list(BENCH_ACCOUNT)) {
      const { uidNext } = store.mailboxes.syncState(mailbox.mailboxId);
      if (!mailbox.path.startsWith('Box ') || states.get(mailbox.mailboxId)?.uidNext === uidNext) continue;
      await syncMailbox(connection, mailbox, store, doubts);
    }
  };
  try {
    await measureDialogue(through, resync);
    for (const path of paths.slice(0, CHANGED)) await maker.append(path, message(`${path} again`));
    const { milliseconds, bytes, trips } = await measureDialogue(through, resync);
    const note = `${MAILBOXES} mailboxes, ${CHANGED} of them with one new message; ${trips} round trips`;
    const target = { of: 'value' as const, bound: 'at most' as const, number: 1_000 };
    yield { name: 'resync-200-mailboxes', value: milliseconds, unit: 'ms', target, note };
    yield {
      name: 'resync-200-mailboxes.bytes',
      value: bytes,
      unit: 'bytes',
      note: 'most of it the status of each mailbox',
    };
  } finally {
    maker.close();
    store.close();
  }
}
