/**
 * One submission cut at every byte, with the engine's outbox and store in process. Before the message has begun it goes again by
 * itself; when nobody can know whether it arrived it is unknown and stays so: nothing is ever delivered twice.
 */
import type { Clock } from '../../src-main/base/clock.ts';
import { createConnectionRegistry } from '../../src-main/base/connection-registry.ts';
import { createLog } from '../../src-main/base/log.ts';
import { createOutbox, type Outbox } from '../../src-main/outbox/outbox.ts';
import type { Store } from '../../src-main/store/store.ts';
import { type AccountId, accountId, grantId, type SubmissionId } from '../../src-shared/model/ids.ts';
import { account, grant } from '../integration/outbox-records.ts';
import { openTestStore } from '../integration/sync-world.ts';
import { type FaultyProxy, startFaultyProxy } from '../servers/faulty-proxy.mjs';
import { type ScriptedSmtp, startScriptedSmtp } from '../servers/scripted-smtp.mjs';
import { type Cut, type CutOptions, everyCut, inLanes, startCutWorld } from './cut-world.ts';
import { createFindings, type Findings } from './tally.ts';

/** The undo window and the waits between tries are over sooner: times of the store run so much faster. */
const SPEED = 200;
const PATIENCE = 30_000;

/** So many unknown ones are kept for a while, so that a second try of one would be seen. */
const KEPT = 3;

type Lane = { accountId: AccountId; proxy: FaultyProxy; unknown: SubmissionId[] };
type Scene = { server: ScriptedSmtp; store: Store; outbox: Outbox; findings: Findings };

export async function runSmtpCuts(options: CutOptions): Promise<Findings> {
  const findings = createFindings(options.tell);
  const cutWorld = await startCutWorld();
  const server = await startScriptedSmtp({});
  const store = openTestStore(cutWorld.folder);
  const outbox = createOutbox({
    store,
    authenticationFor: () => ({ kind: 'password', user: 'maya@lab.test', password: async () => 'right' }),
    identityAuthentication: () => ({
      kind: 'password',
      user: 'maya@lab.test',
      password: async () => 'right',
    }),
    registry: createConnectionRegistry(),
    clock: fastClock(),
    log: createLog(() => {}),
  });
  const scene: Scene = { server, store, outbox, findings };
  const proxies: FaultyProxy[] = [];
  try {
    const lanes: Lane[] = [];
    for (let number = 0; number < (options.lanes ?? 16); number += 1) {
      const proxy = await startFaultyProxy({ port: server.port, certs: cutWorld.certs });
      proxies.push(proxy);
      const id = accountId.parse(`a${number}`);
      store.accounts.add({
        account: {
          ...account(proxy.port),
          accountId: id,
          address: `a${number}@lab.test`,
          sendSavesCopy: true,
        },
        grant: { ...grant(`g${number}`), grantId: grantId.parse(`g${number}`), accountId: id },
        audit: { accountId: id, kind: 'signed-in' },
      });
      lanes.push({ accountId: id, proxy, unknown: [] });
    }
    outbox.start();
    const [first] = lanes;
    if (!first) return findings;
    await send(first, scene, undefined, 0);
    const [dialogue] = first.proxy.dialogues;
    const length = { up: dialogue?.up ?? 0, down: dialogue?.down ?? 0 };
    const spoken = Buffer.concat(
      (dialogue?.pieces ?? []).filter(({ direction }) => direction === 'up').map(({ bytes }) => bytes),
    );
    const messageAt = spoken.indexOf('DATA\r\n') + 'DATA\r\n'.length;
    options.tell?.(`SMTP: ${length.up} bytes up, ${length.down} down, the message from ${messageAt}`);
    await inLanes(lanes, everyCut(length, options), async (lane, cut) => {
      findings.tally.rounds += 1;
      if (findings.tally.rounds % 100 === 0) options.tell?.(`SMTP: ${findings.tally.rounds} cuts`);
      await send(lane, scene, cut, messageAt);
    });
    checkTwice(scene);
    return findings;
  } finally {
    await outbox.stop();
    store.close();
    for (const proxy of proxies) await proxy.stop();
    await server.stop();
    await cutWorld.stop();
  }
}

let sent = 0;

async function send(lane: Lane, scene: Scene, cut: Cut | undefined, messageAt: number): Promise<void> {
  const { store, outbox, server, findings } = scene;
  const { proxy } = lane;
  sent += 1;
  const subject = `S${String(sent).padStart(6, '0')}E`;
  const name = cut ? `SMTP ${cut.kind} ${cut.direction} at ${cut.at}` : 'SMTP unharmed';
  proxy.setFaults(cut ? [{ ...cut, connection: proxy.connections() + 1 }] : []);
  const { draftId } = store.drafts.create({
    accountId: lane.accountId,
    to: [{ name: '', address: 'bob@lab.test' }],
    cc: [],
    bcc: [],
    subject,
    text: 'Hi\n.\nBob',
  });
  const { submissionId } = await outbox.send(draftId);
  const stateOf = () => store.outbox.get(submissionId)?.state ?? 'gone';
  const isAtRest = () => ['gone', 'unknown', 'failed'].includes(stateOf());
  const rested = await until(store, isAtRest);
  const delivered = server.taken.filter(({ raw }) => raw.includes(subject)).length;
  if (!rested) findings.note('unexplained', `${name}: stays ${stateOf()}`);
  else if (stateOf() === 'failed') findings.note('unexplained', `${name}: failed`);
  if (delivered > 1) findings.note('duplicated', `${name}: delivered ${delivered} times`);
  if (stateOf() === 'gone' && delivered === 0) findings.note('lost', `${name}: called sent, not received`);
  const isBeforeMessage = cut?.direction === 'up' && cut.at < messageAt;
  if ((!cut || isBeforeMessage) && stateOf() !== 'gone') {
    findings.note('unexplained', `${name}: ${stateOf()}, though nothing of the message had left`);
  }
  if (stateOf() !== 'gone') lane.unknown.push(submissionId);
  const oldest = lane.unknown.length > KEPT ? lane.unknown.shift() : undefined;
  const back = oldest === undefined ? null : await outbox.cancel(oldest);
  if (back) store.drafts.remove(back.draftId);
}

/** What is unknown stays as it is, however long one waits. */
function checkTwice({ server, findings }: Scene): void {
  const counts = new Map<string, number>();
  for (const { raw } of server.taken) {
    const subject = /^Subject: (\S+)/m.exec(raw)?.[1] ?? '';
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  for (const [subject, count] of counts) {
    if (count > 1) findings.note('duplicated', `${subject} was delivered ${count} times in the end`);
  }
}

function until(store: Store, isSo: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (value: boolean) => {
      clearTimeout(timer);
      stop();
      resolve(value);
    };
    const timer = setTimeout(() => end(false), PATIENCE);
    const stop = store.feed.subscribe(() => isSo() && end(true));
    if (isSo()) end(true);
  });
}

function fastClock(): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * SPEED,
    after(ms, callback) {
      const timer = setTimeout(callback, Math.min(ms / SPEED + 1, 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
  };
}
