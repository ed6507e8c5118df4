/** Drafts on servers that no one of ours is: with REPLACE (RFC 8508), without UIDPLUS, with a limit for messages. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId, DraftId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { PLAIN_CAPABILITIES, type ScriptedImap, startScriptedImap } from '../servers/scripted-imap.mjs';
import { localhost, passwordOf } from './imap-lab.ts';
import { addAccount, openTestStore, startWorld, type World } from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const USER = 'maya@lab.test';
const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let distrust: () => void;
let count = 0;
let server: ScriptedImap;
let store: Store;
let account: AccountId;
let world: World;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});
afterEach(async () => {
  await world?.sync.stop();
  store?.close();
  await server?.stop();
});

async function start(capabilities: string): Promise<void> {
  server = await startScriptedImap({ certs, capabilities });
  store = openTestStore(run.folder(`profile${count++}`));
  account = addAccount(store, USER, localhost(server.port));
  world = startWorld(store, new Map([[account, passwordOf(USER, 'secret')]]));
  world.sync.start();
  await world.until('the list', () => store.mailboxes.bySpecialUse(account, 'drafts') !== undefined);
}

const contentOf = (text: string) => ({
  accountId: account,
  to: [],
  cc: [],
  bcc: [],
  subject: 'Plan',
  text,
});

/** Writes it, and waits until the server has it and nothing that it is to be rid of. */
async function write(text: string, draftId?: DraftId): Promise<DraftId> {
  const id = draftId ?? store.drafts.create(contentOf(text)).draftId;
  store.drafts.save(id, contentOf(text));
  store.drafts.leave(id);
  await world.until('it is stored', () => store.drafts.get(id)?.storedAt !== undefined);
  await world.until('the old one has gone', () => !store.draftCopies.isAnythingLeft(account));
  return id;
}

const drafts = () =>
  server.mailbox(USER, 'Drafts').messages.map(({ uid, raw, flags }) => ({
    uid,
    text: raw.split('\r\n\r\n')[1]?.trim(),
    flags: [...flags].sort(),
  }));
const commands = (verb: string) => server.lines.filter((line) => line.includes(` ${verb} `));

/** What a server with REPLACE does, with the new UID told before or with the tagged line. */
function takeReplace(tell: 'before' | 'with' | 'never'): void {
  server.script(
    /^UID REPLACE/,
    ({ args, literals, session, say }) => {
      const { mailbox } = session;
      const uid = Number(args.split(' ')[0]);
      const at = mailbox?.messages.findIndex((one) => one.uid === uid) ?? -1;
      if (!mailbox || at < 0) return 'NO [EXPUNGEISSUED] not there';
      const made = server.deliver(USER, 'Drafts', literals.at(-1)?.toString('latin1') ?? '', {
        flags: ['\\Draft', '\\Seen'],
      });
      const code = `[APPENDUID ${mailbox.uidValidity} ${made.uid}]`;
      if (tell === 'before') say(`* OK ${code} replacement is ready`);
      say(`* ${mailbox.messages.length} EXISTS`);
      mailbox.messages.splice(at, 1);
      say(`* ${at + 1} EXPUNGE`);
      session.known = mailbox.messages.map((one) => one.uid);
      return tell === 'with' ? `OK ${code} done` : 'OK done';
    },
    100,
  );
}

it.each(['before', 'with', 'never'] as const)(
  'one version takes the place of the other in one command where that is offered (UID told: %s)',
  async (tell) => {
    await start(`${PLAIN_CAPABILITIES} REPLACE`);
    takeReplace(tell);
    const draftId = await write('first');
    await write('second', draftId);
    await write('third', draftId);
    expect(drafts()).toEqual([{ uid: 3, text: 'third', flags: ['\\Draft', '\\Seen'] }]);
    expect([commands('APPEND').length, commands('UID REPLACE').length]).toEqual([1, 2]);
    expect(commands('UID EXPUNGE')).toEqual([]);
  },
);

it('where a server refuses to replace, it is done in two steps', async () => {
  await start(`${PLAIN_CAPABILITIES} REPLACE`);
  server.script(/^UID REPLACE/, 'NO not today', 100);
  const draftId = await write('first');
  await write('second', draftId);
  expect(drafts()).toEqual([{ uid: 2, text: 'second', flags: ['\\Draft', '\\Seen'] }]);
});

it('a server that cannot expunge one message is only told which one is old', async () => {
  await start(PLAIN_CAPABILITIES.replace(' UIDPLUS', ''));
  const draftId = await write('first');
  await write('second', draftId);
  expect(drafts()).toEqual([
    { uid: 1, text: 'first', flags: ['\\Deleted', '\\Draft', '\\Seen'] },
    { uid: 2, text: 'second', flags: ['\\Draft', '\\Seen'] },
  ]);
  expect(server.lines.filter((line) => /\b(EXPUNGE|CLOSE)\b/.test(line))).toEqual([]);
});

it('a message that is larger than the server takes is not sent there, nor tried again', async () => {
  await start(`${PLAIN_CAPABILITIES} APPENDLIMIT=2000`);
  const { draftId } = store.drafts.create(contentOf('x'.repeat(5_000)));
  store.drafts.leave(draftId);
  await world.until('it was refused', () => !store.draftCopies.isAnythingLeft(account));
  expect(store.drafts.get(draftId)?.storedAt).toBeUndefined();
  expect(commands('APPEND')).toEqual([]);
  store.drafts.leave(draftId);
  expect(store.draftCopies.isAnythingLeft(account)).toBe(false);
});
