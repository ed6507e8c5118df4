/**
 * Runs on a file system of a few megabytes that is its own: leaves it less and less room and lets the store and the engine write until
 * there is none. Prints what it saw as one line of JSON.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { delay, systemClock } from '../../src-main/base/clock.ts';
import { MailError } from '../../src-main/base/errors.ts';
import { checkDatabase } from '../../src-main/store/database.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import type { AccountId, DraftId } from '../../src-shared/model/ids.ts';
import { startEngineHere } from './engine-here.ts';

const root = process.argv[2];
if (root === undefined) throw new Error('where is the small file system?');
const ballast = join(root, 'ballast');
const key = new Uint8Array(32).fill(7);
const account = 'account-1' as AccountId;

/** Leaves so many bytes free. */
function leave(bytes: number): void {
  rmSync(ballast, { force: true });
  const { bavail, bsize } = statfsSync(root ?? '');
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

const isFull = (error: unknown) => error instanceof MailError && error.code === 'disk-full';

function write(store: Store, round: number, acknowledged: Set<DraftId>): void {
  for (let step = 0; ; step++) {
    const subject = `${round}/${step} ${'x'.repeat(2_000)}`;
    const draft = store.drafts.create({ accountId: account, to: [], cc: [], bcc: [], subject, text: '' });
    acknowledged.add(draft.draftId);
    const [inbox, archive] = store.mailboxes.list(account);
    if (!inbox || !archive) throw new Error('no mailboxes');
    const person = { name: 'Bob', address: 'bob@example.org' };
    const uid = round * 10_000 + step + 1;
    const { added } = store.messages.addEnvelopes(inbox.mailboxId, [
      {
        uid,
        flags: [],
        internalDate: uid * 1000,
        size: uid,
        messageIdHeader: `<${uid}@x.org>`,
        inReplyTo: [],
        references: [],
        subject,
        from: [person],
        to: [person],
        cc: [],
        bcc: [],
        replyTo: [],
        hasAttachments: false,
      },
    ]);
    const from = { kind: 'mailbox' as const, mailboxId: inbox.mailboxId };
    store.operations.enqueueMove({ messageIds: added, from, to: archive.mailboxId });
  }
}

/** A closed database keeps its files until its statements are collected: then the disk gets their room back. */
async function giveBack(): Promise<void> {
  (globalThis as { gc?: () => void }).gc?.();
  await delay(systemClock, 10);
}

/** The store at many points of its writing. */
async function fillStore(rounds: number) {
  const directory = join(root ?? '', 'store');
  let lost = 0;
  let unsound = 0;
  let full = 0;
  let unexplained = 0;
  for (let round = 0; round < rounds; round++) {
    rmSync(directory, { recursive: true, force: true });
    rmSync(ballast, { force: true });
    await giveBack();
    const acknowledged = new Set<DraftId>();
    let store: Store | undefined = openStore({ directory, key, clock: systemClock });
    store.accounts.addLocal({
      accountId: account,
      address: '',
      displayName: 'Old mail',
      providerId: 'local',
      providerName: 'This computer',
      bodyMonths: 12,
      addedAt: 0,
      auth: 'none',
    });
    store.mailboxes.replaceList(account, [
      { path: 'INBOX', delimiter: '/', name: 'INBOX', specialUse: 'inbox', selectable: true },
      { path: 'Archive', delimiter: '/', name: 'Archive', specialUse: 'archive', selectable: true },
    ]);
    leave(round * 7_000);
    try {
      write(store, round, acknowledged);
    } catch (error) {
      if (isFull(error)) full += 1;
      else unexplained += 1;
    }
    // Every other time the program ends while the disk is full, and starts on the full disk, which may fail, but loses nothing.
    if (round % 2 === 1) {
      store.close();
      store = undefined;
      try {
        store = openStore({ directory, key, clock: systemClock });
      } catch (error) {
        if (!isFull(error)) unexplained += 1;
      }
    }
    rmSync(ballast, { force: true });
    store ??= openStore({ directory, key, clock: systemClock });
    const there = new Set(store.drafts.list().map(({ draftId }) => draftId));
    for (const draftId of acknowledged) if (!there.has(draftId)) lost += 1;
    store.drafts.create({ accountId: account, to: [], cc: [], bcc: [], subject: 'After', text: '' });
    store.close();
    store = openStore({ directory, key, clock: systemClock });
    const total = store.mailboxes.list().reduce((sum, mailbox) => sum + mailbox.total, 0);
    const pending = store.operations.due(account).length;
    if (total < pending) lost += pending - total;
    store.close();
    for (const name of ['journal.db', 'store.db'])
      if (!checkDatabase({ path: join(directory, name), key }, 'full')) unsound += 1;
    if (readdirSync(directory).some((name) => name.includes('damaged'))) unsound += 1;
  }
  rmSync(directory, { recursive: true, force: true });
  await giveBack();
  return { rounds, full, lost, unsound, unexplained };
}

/** The engine: what it tells, and that it goes on by itself. */
async function fillEngine() {
  const temporaryDirectory = join(root ?? '', 'tmp');
  mkdirSync(temporaryDirectory);
  const directory = join(root ?? '', 'mail');
  const engine = startEngineHere({ directory, temporaryDirectory, keychainService: 'Latchkey disk test' });
  const write = () => engine.request('recovery.putOff', {});
  await write();
  leave(0);
  let answers = 0;
  let refused: string | undefined;
  while (refused === undefined && answers < 5_000) {
    const answer = await write();
    answers += 1;
    if (!answer.ok) refused = answer.code;
  }
  const disk = () => engine.heard('profileChanged').map((state) => state.disk);
  const whileFull = (await engine.ask('app.getState', {})).profile?.disk;
  const stillAnswers = (await engine.request('accounts.list', {})).ok;
  rmSync(ballast, { force: true });
  const until = Date.now() + 20_000;
  while (disk().at(-1) !== 'ok' && Date.now() < until) await delay(systemClock, 50);
  const after = await write();
  await engine.stop();
  return { refused, whileFull, stillAnswers, told: disk().at(-1), after: after.ok };
}

/** A profile that may not be written, opened and while it is open. */
async function makeReadOnly() {
  const directory = join(root ?? '', 'store');
  const mount = (option: string) => execFileSync('mount', ['-o', `remount,${option}`, root ?? '']);
  const attempt = (task: () => unknown): string => {
    try {
      task();
      return 'ok';
    } catch (error) {
      return error instanceof MailError ? error.code : 'unexplained';
    }
  };
  const draft = { accountId: account, to: [], cc: [], bcc: [], subject: 'Kept', text: '' };
  const store = openStore({ directory, key, clock: systemClock });
  store.drafts.create(draft);
  store.close();
  await giveBack();
  mount('ro');
  const opened = attempt(() => openStore({ directory, key, clock: systemClock }));
  mount('rw');
  const again = openStore({ directory, key, clock: systemClock });
  const kept = again.drafts.list().length;
  again.close();
  return { opened, kept };
}

const store = await fillStore(40);
const readOnly = await makeReadOnly();
const engine = await fillEngine();
process.stdout.write(`${JSON.stringify({ store, readOnly, engine, left: existsSync(ballast) })}\n`);
process.exit(0);
