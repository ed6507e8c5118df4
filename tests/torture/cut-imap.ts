/**
 * One dialogue of changes (a flag, a move, a copy for Sent) cut at every byte, with the engine's sync and store in process. The
 * connection is the one of the person's requests; what the cut left undone goes over the next one.
 */

import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Change } from '../../src-main/store/change.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import { localhost, passwordOf, rawMessage } from '../integration/imap-lab.ts';
import {
  addAccount,
  mailboxOf,
  messagesIn,
  openTestStore,
  startWorld,
  type World,
} from '../integration/sync-world.ts';
import { type FaultyProxy, startFaultyProxy } from '../servers/faulty-proxy.mjs';
import { type ScriptedImap, startScriptedImap } from '../servers/scripted-imap.mjs';
import { type Cut, type CutOptions, everyCut, inLanes, startCutWorld } from './cut-world.ts';
import { createFindings, type Findings } from './tally.ts';

const ONLY = 'only@lab.test';
const MOST = 3_000;
const PATIENCE = 30_000;

type Lane = {
  user: string;
  proxy: FaultyProxy;
  account: AccountId;
  messageId: MessageId;
  isArchived: boolean;
  isFlagged: boolean;
  /** The connection that carries changes, by its number at the proxy. */
  used: number;
  failures: string[];
};
type Scene = { server: ScriptedImap; store: Store; world: World; findings: Findings };

export async function runImapCuts(options: CutOptions): Promise<Findings> {
  const findings = createFindings(options.tell);
  const cutWorld = await startCutWorld();
  const server = await startScriptedImap({});
  const store = openTestStore(cutWorld.folder);
  const authentications = new Map<AccountId, Authentication>();
  const world = startWorld(store, authentications);
  const scene: Scene = { server, store, world, findings };
  const proxies: FaultyProxy[] = [];
  try {
    const lanes: Lane[] = [];
    for (let number = 0; number < (options.lanes ?? 32); number += 1) {
      const user = `u${number}@lab.test`;
      const proxy = await startFaultyProxy({ port: server.port, certs: cutWorld.certs });
      proxies.push(proxy);
      server.deliver(user, 'INBOX', rawMessage({ id: ONLY, subject: 'Only' }));
      const account = addAccount(store, user, localhost(proxy.port));
      authentications.set(account, passwordOf(user, 'right'));
      const state = { isArchived: false, isFlagged: false, used: 0, failures: [] };
      lanes.push({ user, proxy, account, messageId: 0 as MessageId, ...state });
    }
    store.feed.subscribe((change: Change) => {
      if (change.kind !== 'operationFailed') return;
      const lane = lanes.find(({ account }) => account === change.accountId);
      lane?.failures.push(`${change.operationKind} ${change.code}`);
    });
    world.sync.start();
    for (const lane of lanes) {
      const here = () => messagesIn(store, lane.account, 'INBOX')[0]?.messageId;
      await world.until('the message', () => here() !== undefined && isQuiet(lane, scene));
      lane.messageId = here() ?? lane.messageId;
    }
    const [first] = lanes;
    if (!first) return findings;
    const length = await measure(first, scene);
    options.tell?.(`IMAP: ${length.up} bytes up, ${length.down} down`);
    if (length.up + length.down > MOST) {
      findings.note('unexplained', `the dialogue is longer than ${MOST} bytes`);
    }
    await inLanes(lanes, everyCut(length, options), async (lane, cut) => {
      findings.tally.rounds += 1;
      if (findings.tally.rounds % 100 === 0) options.tell?.(`IMAP: ${findings.tally.rounds} cuts`);
      await change(lane, scene, cut).catch((error: unknown) =>
        findings.note('unexplained', `${nameOf(cut)}: ${String(error).slice(0, 600)}`),
      );
    });
    return findings;
  } finally {
    await world.sync.stop();
    store.close();
    for (const proxy of proxies) await proxy.stop();
    await server.stop();
    await cutWorld.stop();
  }
}

const nameOf = ({ kind, direction, at }: Cut) => `IMAP ${kind} ${direction} at ${at}`;

function isQuiet({ account }: Lane, { store, world }: Scene): boolean {
  const { flags, move, append } = store.operations.pending(account);
  const isListed = store.mailboxes.list(account).length > 1;
  return (
    flags + move + append === 0 &&
    isListed &&
    world.sync.state(account) === 'online' &&
    world.sync.progress(account).phase === 'idle'
  );
}

/** The same dialogue unharmed: how long it is. */
async function measure(lane: Lane, scene: Scene): Promise<{ up: number; down: number }> {
  await change(lane, scene, undefined);
  const dialogue = lane.proxy.dialogues.find(({ number }) => number === lane.used);
  return { up: dialogue?.up ?? 0, down: dialogue?.down ?? 0 };
}

/** One flag, one move and one copy, and what has to be true afterwards. */
async function change(lane: Lane, scene: Scene, cut: Cut | undefined): Promise<void> {
  const { store, server, findings } = scene;
  const { account, proxy, messageId, user } = lane;
  const number = proxy.connections() + 1;
  const copyId = `<copy${number}@${user}>`;
  proxy.setFaults(cut ? [{ ...cut, connection: number }] : []);
  lane.failures.length = 0;
  lane.isFlagged = !lane.isFlagged;
  lane.isArchived = !lane.isArchived;
  const from = mailboxOf(store, account, lane.isArchived ? 'INBOX' : 'Archive').mailboxId;
  const to = mailboxOf(store, account, lane.isArchived ? 'Archive' : 'INBOX').mailboxId;
  store.operations.enqueueFlags({
    messageIds: [messageId],
    add: lane.isFlagged ? ['\\Flagged'] : [],
    remove: lane.isFlagged ? [] : ['\\Flagged'],
  });
  store.operations.enqueueMove({ messageIds: [messageId], from: { kind: 'mailbox', mailboxId: from }, to });
  store.operations.enqueueAppend({
    accountId: account,
    specialUse: 'sent',
    flags: ['\\Seen'],
    source: Buffer.from(rawMessage({ id: copyId.slice(1, -1), subject: 'Copy' })),
    messageIdHeader: copyId,
  });
  await untilQuiet(lane, scene);

  const where = (path: string) => server.mailbox(user, path).messages;
  const name = cut ? nameOf(cut) : 'unharmed';
  const copies = where('Sent').filter(({ raw }) => raw.includes(copyId)).length;
  if (copies !== 1) findings.note(copies === 0 ? 'lost' : 'duplicated', `${name}: ${copies} copies in Sent`);
  const all = [...server.mailboxesOf(user).values()].flatMap(({ path, messages }) =>
    messages.filter(({ raw }) => raw.includes(ONLY)).map((message) => ({ path, message })),
  );
  const [first, ...more] = all;
  if (!first) findings.note('lost', `${name}: the message is nowhere`);
  if (more.length > 0) findings.note('duplicated', `${name}: ${all.map(({ path }) => path).join(', ')}`);
  if (first && first.path !== (lane.isArchived ? 'Archive' : 'INBOX')) {
    findings.note('lost', `${name}: the move to ${lane.isArchived ? 'Archive' : 'INBOX'}`);
  }
  if (first && first.message.flags.has('\\Flagged') !== lane.isFlagged) {
    findings.note('lost', `${name}: the flag should be ${lane.isFlagged ? 'on' : 'off'}`);
  }
  if (lane.failures.length > 0) findings.note('unexplained', `${name}: ${lane.failures.join(', ')}`);

  // The next change begins with a log-in again.
  for (const dialogue of proxy.dialogues) {
    const text = dialogue.pieces.map(({ bytes }) => bytes.toString('latin1')).join('');
    if (dialogue.number < number || !/UID (STORE|MOVE)|APPEND/.test(text)) continue;
    lane.used = dialogue.number;
    proxy.resetConnection(dialogue.number);
  }
  await untilQuiet(lane, scene);
}

/** Looks at news of this account only: there are many lanes. */
function untilQuiet(lane: Lane, scene: Scene): Promise<void> {
  const { store, world } = scene;
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`not quiet in time\n${world.lines.slice(-5).join('\n')}`));
    }, PATIENCE);
    const look = () => {
      if (!isQuiet(lane, scene)) return;
      end();
      resolve();
    };
    const stops = [
      store.feed.subscribe((change: Change) => {
        if ('accountId' in change && change.accountId === lane.account) look();
      }),
      world.sync.subscribe((account) => {
        if (account === lane.account) look();
      }),
    ];
    look();
  });
}
