/** Compares journal, engine and server after a crash. */

import { join } from 'node:path';
import { openDatabase } from '../../src-main/store/database.ts';
import { isEmptyDraft } from '../../src-main/store/draft-content.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { GONE, type Journal } from './journal.ts';
import { type EngineProcess, hashOf, type KillWorld } from './kill-world.ts';
import type { Findings } from './tally.ts';
import { differences, type EngineView, type ServerView, viewEngine, viewServer, without } from './views.ts';

const SETTLE_TIME = 45_000;
const DRAFTS = 'Drafts';
const MOST_MEMORY = 700_000_000;

type Checked = { world: KillWorld; engine: EngineProcess; journal: Journal; findings: Findings };

/** How often a message with this subject was delivered: what the receiving server logged. */
const deliveriesOf = (world: KillWorld, token: string) =>
  world.lab.smtp.messages.filter(({ text }) => text.includes(`\r\nSubject: ${token}\r\n`));

/** What can be seen without waiting: drafts, outbox, deliveries. */
export async function checkAtOnce({ world, engine, journal, findings }: Checked): Promise<void> {
  const drafts = await engine.ask('drafts.list', {});
  const outbox = await engine.ask('outbox.list', {});
  if (!drafts?.ok || !outbox?.ok) return findings.note('unexplained', 'no answer about drafts or the outbox');
  const texts = new Map(drafts.value.map((draft) => [String(draft.draftId), draft.text]));
  for (const draft of journal.drafts.values()) {
    const text = texts.get(draft.draftId) ?? GONE;
    if (draft.texts.has(text)) {
      draft.texts = new Set([text]); // what was open has been settled by the crash
      continue;
    }
    const isLost = text === GONE;
    findings.note(
      isLost ? 'lost' : 'unexplained',
      `draft ${draft.draftId} is ${isLost ? 'gone' : 'another'}`,
    );
    draft.texts = new Set([text]);
  }
  checkSends(outbox.value, { world, journal, findings });
}

function checkSends(outbox: Submission[], { world, journal, findings }: Omit<Checked, 'engine'>): void {
  for (const sent of journal.sends.values()) {
    const delivered = deliveriesOf(world, sent.token).length;
    const waiting = outbox.filter(({ subject }) => subject === sent.token);
    if (delivered > 1) findings.note('duplicated', `${sent.token} was delivered ${delivered} times`);
    if (waiting.length > 1) findings.note('duplicated', `${sent.token} waits ${waiting.length} times`);
    if (sent.isAcknowledged && delivered === 0 && waiting.length === 0) {
      findings.note('lost', `${sent.token} was queued and is nowhere`);
    }
    if (delivered === 0 && waiting.some(({ state }) => state === 'sent')) {
      findings.note('lost', `${sent.token} is called sent and was not received`);
    }
  }
}

/** Waits until nothing is on its way any more, then compares everything. Ends the engine. */
export async function checkAll(checked: Checked): Promise<void> {
  const { world, engine, findings } = checked;
  await settleOutbox(checked);
  const outcome = await waitUntilAlike(checked);
  if (outcome.left.length > 0) {
    for (const line of outcome.left.slice(0, 10)) findings.note('unexplained', `not alike: ${line}`);
    for (const line of engine.lastLines(5)) findings.tell(line);
  }
  checkMessages(outcome.server, checked);
  await checkAtOnce(checked);
  checkCopies(outcome.server, checked);
  const memory = await engine.peakMemory();
  if (memory > MOST_MEMORY) findings.note('unexplained', `the engine took ${Math.round(memory / 1e6)} MB`);
  for (const line of engine.complaints()) findings.note('unexplained', line.slice(0, 400));
  const code = await (await engine.engine).stop();
  if (code !== 0) findings.note('unexplained', `the engine ended with ${code}`);
  await checkFiles(world, findings);
}

/** The person looks at what is unknown: what arrived is settled, what did not is sent again. */
async function settleOutbox({ world, engine, journal, findings }: Checked): Promise<void> {
  const end = Date.now() + SETTLE_TIME;
  for (;;) {
    const outbox = await engine.ask('outbox.list', {});
    if (!outbox?.ok) return;
    const open = outbox.value.filter(({ state }) => state !== 'sent');
    if (open.length === 0) return;
    for (const { submissionId, state, subject, error } of open) {
      if (state === 'queued') await engine.ask('outbox.sendNow', { submissionId });
      if (state === 'failed') {
        findings.note('unexplained', `${subject} failed with ${error}`);
        await engine.ask('outbox.retry', { submissionId });
      }
      if (state !== 'unknown') continue;
      const arrived = deliveriesOf(world, subject);
      const noted = journal.sends.get(subject);
      if (arrived.length === 0) {
        if (noted) noted.retries += 1;
        await engine.ask('outbox.retry', { submissionId });
        continue;
      }
      const settled = await engine.ask('outbox.settle', { submissionId });
      if (settled?.ok) continue;
      const draft = await engine.ask('outbox.cancel', { submissionId });
      if (draft?.ok && draft.value) await engine.ask('drafts.discard', { draftId: draft.value.draftId });
    }
    if (Date.now() > end) {
      for (const { subject, state } of open) findings.note('unexplained', `${subject} stays ${state}`);
      return;
    }
    await tick(100);
  }
}

/** Engine and server, until neither has anything that the other has not; what is left after the time is told. */
export async function waitUntilAlike({
  world,
  engine,
}: Pick<Checked, 'world' | 'engine'>): Promise<{ server: ServerView; left: string[] }> {
  const end = Date.now() + SETTLE_TIME;
  for (let asked = 0; ; asked += 1) {
    const drafts = await engine.ask('drafts.list', {});
    if (asked % 10 === 0) {
      await engine.ask('sync.now', {});
      // Else they would rest before they go to the server.
      for (const { draftId } of drafts?.ok ? drafts.value : []) {
        await engine.ask('drafts.save', { draftId, isLeft: true });
      }
    }
    const preview = await engine.ask('grants.previewSignOut', { accountId: world.accountId });
    const pending = preview?.ok ? Object.values(preview.value.changes).reduce((sum, n) => sum + n, 0) : -1;
    const server = await viewServer(world.truth);
    const view = await viewEngine(engine);
    const left = view && drafts?.ok ? compare(view, server, drafts.value) : ['the engine does not answer'];
    if (pending !== 0) left.push(`${pending} changes still wait`);
    if (left.length === 0 || Date.now() > end) return { server, left };
    await tick(100);
  }
}

/** Text flows (RFC 3676): where its lines end says nothing. */
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A draft that stands on the server is shown as a draft: of each there is one copy there, of what it says, and no copy of nothing. */
function compare(view: EngineView, server: ServerView, drafts: Draft[]): string[] {
  const there = server.lines.get(DRAFTS) ?? [];
  const copies = without(there, view.lines.get(DRAFTS) ?? []);
  const rest = new Map(server.lines).set(DRAFTS, without(there, copies));
  const sources = copies.map((line) =>
    inOneLine(server.copies.get(line.split(' ')[0] ?? '')?.find(({ path }) => path === DRAFTS)?.text ?? ''),
  );
  const unknown = new Set(sources.keys());
  const missing = drafts.filter((draft) => {
    const found = [...unknown].find((index) => sources[index]?.includes(inOneLine(draft.text)));
    if (!isEmptyDraft(draft) && found !== undefined) unknown.delete(found);
    return !isEmptyDraft(draft) && found === undefined;
  });
  return [
    ...differences(view.lines, rest),
    ...missing.map(({ draftId }) => `draft ${draftId}: no copy on the server`),
    ...[...unknown].map((index) => `${DRAFTS}: a copy of no draft: ${copies[index]}`),
  ];
}

/** Every message once, whole, where the journal says, with the flags that it says. */
export function checkMessages(
  { copies }: ServerView,
  { journal, findings }: Pick<Checked, 'journal' | 'findings'>,
): void {
  for (const noted of journal.messages) {
    const found = copies.get(noted.messageIdHeader) ?? [];
    const [first, ...more] = found;
    const name = noted.messageIdHeader;
    if (more.length > 0) {
      findings.note('duplicated', `${name} stands in ${found.map(({ path }) => path).join(', ')}`);
    }
    if (!first) {
      if (!noted.places.has(GONE)) findings.note('lost', `${name} should be in ${[...noted.places]}`);
      noted.places = new Set([GONE]);
      continue;
    }
    if (first.hash !== noted.hash) findings.note('unsound', `${name} is not what it was`);
    if (!noted.places.has(first.path)) {
      findings.note('lost', `${name} is in ${first.path}, should be in ${[...noted.places]}`);
    }
    noted.places = new Set([first.path]);
    noted.contested.clear();
    for (const [flag, outcomes] of noted.flags) {
      const isOn = first.flags.has(flag);
      if (!outcomes.has(isOn)) findings.note('lost', `${name} has ${flag} ${isOn ? 'on' : 'off'}`);
      noted.flags.set(flag, new Set([isOn]));
    }
  }
}

/** One copy in Sent of everything that was delivered, of the bytes that were delivered. */
function checkCopies({ copies }: ServerView, { world, journal, findings }: Checked): void {
  for (const { token } of journal.sends.values()) {
    const [delivered] = deliveriesOf(world, token);
    if (!delivered) continue;
    const header = /^Message-ID:\s*(<[^>]+>)/im.exec(delivered.text)?.[1] ?? '';
    const filed = copies.get(header) ?? [];
    if (filed.length > 1) findings.note('duplicated', `${token} stands ${filed.length} times in Sent`);
    if (filed.some(({ hash }) => hash !== hashOf(delivered.raw))) {
      findings.note('unsound', `${token} in Sent is not what was sent`);
    }
  }
}

/** The files of the profile, opened with the key as another start would. */
async function checkFiles({ directory }: KillWorld, findings: Findings): Promise<void> {
  const key = await createVault({ service: 'Latchkey Mail test' }).get('store-key');
  for (const name of ['store.db', 'journal.db']) {
    try {
      const database = openDatabase({
        path: join(directory, name),
        key: Buffer.from(key ?? '', 'base64'),
        synchronous: 'NORMAL',
      });
      const answer = database.all<{ integrity_check: string }>('PRAGMA integrity_check');
      const orphans = database.all('PRAGMA foreign_key_check');
      database.close();
      if (answer.length !== 1 || answer[0]?.integrity_check !== 'ok') {
        findings.note('unsound', `${name}: ${answer.map((row) => row.integrity_check).join('; ')}`);
      }
      if (orphans.length > 0)
        findings.note('unsound', `${name}: ${orphans.length} rows without their parent`);
    } catch (error) {
      findings.note('unsound', `${name}: ${String(error)}`);
    }
  }
}

const tick = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
