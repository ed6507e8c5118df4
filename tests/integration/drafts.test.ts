/** Drafts here and in the mailbox Drafts of a real server; a connection of another program tells what is there. */
import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src-main/store/store.ts';
import { type EditParts, editMessage } from '../../src-main/writing/edit-message.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import type { AccountId, DraftId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { foreignDraft, PICTURE } from './foreign-draft.ts';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { addAccount, messagesIn, openTestStore, startWorld, type World } from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'a password for everyone';
const USERS = Array.from({ length: 16 }, (_, n) => `user${n}@lab.test`);

const run = createRunFolder();
let dovecot: Dovecot;
let distrust: () => void;
let count = 0;
let user: string;
let truth: ImapFlow;
let devices: Device[];

type Device = { store: Store; account: AccountId; world: World };

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  dovecot = await startDovecot({
    run,
    certs,
    passwords: Object.fromEntries(USERS.map((one) => [one, PASSWORD])),
    extra: `
mail_plugins = $mail_plugins quota
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  quota_rule = *:storage=1M
}
protocol imap {
  mail_plugins = $mail_plugins quota
}`,
  });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});

beforeEach(async () => {
  user = USERS[count++] ?? '';
  devices = [];
  truth = new ImapFlow({
    host: 'localhost',
    port: dovecot.imapsPort,
    secure: true,
    auth: { user, pass: PASSWORD },
    logger: false,
  });
  await truth.connect();
});
afterEach(async () => {
  for (const { world, store } of devices) {
    await world.sync.stop();
    store.close();
  }
  await truth.logout();
});

async function device({ isOnline = true } = {}): Promise<Device> {
  const store = openTestStore(run.folder(`profile${count}-${devices.length}`));
  const account = addAccount(store, user, localhost(dovecot.imapsPort));
  const world = startWorld(store, new Map([[account, passwordOf(user, PASSWORD)]]));
  const made = { store, account, world };
  devices.push(made);
  if (isOnline) await goOnline(made);
  return made;
}

async function goOnline({ store, account, world }: Device): Promise<void> {
  world.sync.start();
  await world.until(
    'the mailbox Drafts',
    () => store.mailboxes.bySpecialUse(account, 'drafts') !== undefined,
  );
  await world.until('Drafts is known', () => {
    const drafts = store.mailboxes.bySpecialUse(account, 'drafts');
    return drafts !== undefined && store.mailboxes.syncState(drafts.mailboxId).uidValidity !== undefined;
  });
}

const contentOf = (account: AccountId, change: Partial<Draft> = {}) => ({
  accountId: account,
  to: [{ name: 'Bob', address: 'bob@example.org' }],
  cc: [],
  bcc: [],
  subject: 'Plan',
  text: 'Hello',
  ...change,
});

function write({ store, account }: Device, change: Partial<Draft> = {}): DraftId {
  const { draftId } = store.drafts.create(contentOf(account, change));
  store.drafts.leave(draftId);
  return draftId;
}

function change({ store, account }: Device, draftId: DraftId, text: string): void {
  store.drafts.save(draftId, contentOf(account, { text }));
  store.drafts.leave(draftId);
}

const stored = ({ store, world }: Device, draftId: DraftId) =>
  world.until('the draft is stored', () => store.drafts.get(draftId)?.storedAt !== undefined);

type Seen = { uid: number; flags: string[]; source: string; subject: string | undefined };

/** What is in Drafts, as another program sees it. */
async function onServer(): Promise<Seen[]> {
  const found: Seen[] = [];
  await truth.mailboxOpen('Drafts');
  const query = { uid: true, flags: true, source: true, envelope: true };
  for await (const { uid, flags, source, envelope } of truth.fetch('1:*', query)) {
    found.push({ uid, flags: [...(flags ?? [])], source: String(source), subject: envelope?.subject });
  }
  await truth.mailboxClose();
  return found;
}

/** Looks for news until it is so. */
async function sees({ world }: Device, what: string, isSo: () => boolean): Promise<void> {
  world.sync.wake();
  await world.until(what, isSo);
}

const partsOf = ({ store, world }: Device): EditParts => ({
  store,
  fetchBody: world.sync.fetchBody,
  fetchSource: world.sync.fetchSource,
  attachmentContent: world.sync.attachmentContent,
});

async function edit(one: Device, subject: string): Promise<Draft> {
  const message = messagesIn(one.store, one.account, 'Drafts').find((found) => found.subject === subject);
  if (!message) throw new Error(`no message ${subject}`);
  return editMessage(partsOf(one), message.messageId, new AbortController().signal);
}

describe('a draft that was left', () => {
  it('stands in Drafts as one message, with Bcc and what was typed by half, and each version takes the place of the one before', async () => {
    await truth.append('Drafts', rawMessage({ id: 'other@lab.test', subject: 'Of another program' }), [
      '\\Draft',
    ]);
    const here = await device();
    const draftId = write(here, {
      bcc: [
        { name: '', address: 'eve@example.org' },
        { name: '', address: 'half-ty' },
      ],
      asksDeliveryNotice: true,
    });
    await stored(here, draftId);
    const [other, first, ...more] = await onServer();
    expect(more).toEqual([]);
    expect(other?.subject).toBe('Of another program');
    expect(first?.flags.sort()).toEqual(['\\Draft', '\\Seen']);
    expect(first?.source).toMatch(/^Bcc: eve@example\.org\r$/m);
    expect(first?.source).not.toContain('half-ty');
    change(here, draftId, 'Hello again');
    await stored(here, draftId);
    await here.world.until(
      'the old one has gone',
      () => !here.store.draftCopies.isAnythingLeft(here.account),
    );
    const now = await onServer();
    expect(now.map(({ subject }) => subject)).toEqual(['Of another program', 'Plan']);
    expect(now[1]?.source).toContain('Hello again');
    // The row stands for its copy: the list of Drafts has the other one only.
    await sees(here, 'the copy is known', () =>
      here.store.messages
        .knownUids(idOfDrafts(here), { from: 1, to: 1_000 })
        .some(({ uid }) => uid === now[1]?.uid),
    );
    expect(messagesIn(here.store, here.account, 'Drafts').map(({ subject }) => subject)).toEqual([
      'Of another program',
    ]);
  });

  it('is on another device what it was here', async () => {
    const [here, there] = [await device(), await device()];
    const draftId = write(here, {
      cc: [{ name: 'Carl', address: 'carl@example.org' }],
      bcc: [{ name: '', address: 'half-ty' }],
      asksDeliveryNotice: true,
      asksReceipt: true,
      text: 'Two lines\n\n  of text',
    });
    await stored(here, draftId);
    await sees(there, 'the draft', () => messagesIn(there.store, there.account, 'Drafts').length === 1);
    const draft = await edit(there, 'Plan');
    const {
      accountId: _,
      draftId: __,
      savedAt: ___,
      storedAt: ____,
      ...same
    } = here.store.drafts.get(draftId) ?? {};
    expect(draft).toMatchObject(same);
    expect(draft.storedAt).toBeDefined();
    expect(messagesIn(there.store, there.account, 'Drafts')).toEqual([]);
  });

  it('is not stored while nothing is in it, and goes when it is emptied', async () => {
    const here = await device();
    const empty = { to: [], subject: '', text: '\n\n-- \nAda' };
    write(here, empty);
    const draftId = write(here);
    await stored(here, draftId);
    expect(await onServer()).toHaveLength(1);
    here.store.drafts.save(draftId, contentOf(here.account, empty));
    here.store.drafts.leave(draftId);
    await here.world.until('the copy has gone', () => !here.store.draftCopies.isAnythingLeft(here.account));
    here.store.drafts.remove(draftId);
    await here.world.until('nothing is left', () => !here.store.draftCopies.isAnythingLeft(here.account));
    expect(await onServer()).toEqual([]);
  });

  it('goes there once, as it is by then, when there was no link', async () => {
    const here = await device({ isOnline: false });
    const draftId = write(here);
    change(here, draftId, 'second');
    change(here, draftId, 'third');
    await goOnline(here);
    await stored(here, draftId);
    const found = await onServer();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ uid: 1, source: expect.stringContaining('third') });
  });

  it('is there once although the program ended between the command and its answer', async () => {
    const here = await device({ isOnline: false });
    const draftId = write(here);
    const copyId = here.store.draftCopies.begin(draftId, 1, '<cut@lab.test>');
    expect(copyId).toBeDefined();
    await truth.append('Drafts', rawMessage({ id: 'cut@lab.test', subject: 'Plan' }), ['\\Draft', '\\Seen']);
    await goOnline(here);
    await stored(here, draftId);
    expect((await onServer()).map(({ uid }) => uid)).toEqual([1]);
    here.store.drafts.remove(draftId);
    await here.world.until('the copy has gone', () => !here.store.draftCopies.isAnythingLeft(here.account));
    expect(await onServer()).toEqual([]);
  });

  it('stays here when there is no room for it there, and says so', async () => {
    const here = await device();
    const { draftId } = here.store.drafts.create(contentOf(here.account));
    const content = new Uint8Array(1_500_000).map((_, at) => at * 7);
    here.store.drafts.addAttachment(draftId, { filename: 'a.bin', contentType: 'application/x', content });
    here.store.drafts.leave(draftId);
    await here.world.until('it was refused', () => !here.store.draftCopies.isAnythingLeft(here.account));
    expect(here.store.drafts.get(draftId)?.storedAt).toBeUndefined();
    expect(here.store.onlyHere()).toMatchObject({ drafts: 1 });
    const tries = here.world.lines.filter((line) => line.includes('sync.draftRefused'));
    expect(tries).toHaveLength(1);
    here.store.drafts.removeAttachment(draftId, 0);
    here.store.drafts.leave(draftId);
    await stored(here, draftId);
    expect(here.store.onlyHere()).toMatchObject({ drafts: 0 });
  });
});

describe('the copy of a draft', () => {
  it('goes with a draft that is discarded', async () => {
    const here = await device();
    const draftId = write(here);
    await stored(here, draftId);
    here.store.drafts.remove(draftId);
    await here.world.until('the copy has gone', () => !here.store.draftCopies.isAnythingLeft(here.account));
    expect(await onServer()).toEqual([]);
  });

  it('stays until the message was sent: an undo brings the draft back with it', async () => {
    const here = await device();
    const draftId = write(here);
    await stored(here, draftId);
    const send = () => {
      const draft = here.store.drafts.get(draftId);
      if (!draft) throw new Error('no draft');
      return here.store.outbox.add({
        accountId: here.account,
        draft,
        source: Buffer.from('Subject: Plan\r\n\r\nHello'),
        smtpEnvelope: { from: user, to: ['bob@example.org'] },
        messageIdHeader: '<sent@lab.test>',
        notBefore: Date.now() + 60_000,
      }).submissionId;
    };
    const first = send();
    expect(here.store.draftCopies.isAnythingLeft(here.account)).toBe(false);
    const back = here.store.outbox.toDraft(first);
    expect(back.storedAt).toBeDefined();
    expect(await onServer()).toHaveLength(1);
    here.store.outbox.finishSent(send(), {});
    await here.world.until('the copy has gone', () => !here.store.draftCopies.isAnythingLeft(here.account));
    expect(await onServer()).toEqual([]);
  });

  it('is never taken for another message', async () => {
    const here = await device();
    const draftId = write(here);
    await stored(here, draftId);
    // The mailbox began anew: under the same UID stands another message now.
    await here.world.sync.stop();
    await truth.mailboxDelete('Drafts');
    await truth.mailboxCreate('Drafts');
    await truth.append('Drafts', rawMessage({ id: 'stranger@lab.test', subject: 'Stranger' }), ['\\Draft']);
    here.store.drafts.remove(draftId);
    await goOnline(here);
    await here.world.until('nothing is left', () => !here.store.draftCopies.isAnythingLeft(here.account));
    expect((await onServer()).map(({ subject }) => subject)).toEqual(['Stranger']);
  });
});

describe('two devices', () => {
  it('have what the other one wrote last, and a row that was not touched goes with its copy', async () => {
    const [here, there] = [await device(), await device()];
    const draftId = write(here);
    await stored(here, draftId);
    await sees(there, 'the draft', () => messagesIn(there.store, there.account, 'Drafts').length === 1);
    const theirs = await edit(there, 'Plan');
    change(there, theirs.draftId, 'Written there');
    await stored(there, theirs.draftId);
    await there.world.until('one copy', () => !there.store.draftCopies.isAnythingLeft(there.account));
    await sees(here, 'the row has gone', () => here.store.drafts.list().length === 0);
    await sees(here, 'theirs', () => messagesIn(here.store, here.account, 'Drafts').length === 1);
    expect((await edit(here, 'Plan')).text).toBe('Written there');
    expect(await onServer()).toHaveLength(1);
  });

  it('both keep what was changed on both', async () => {
    const [here, there] = [await device(), await device()];
    const draftId = write(here);
    await stored(here, draftId);
    await sees(there, 'the draft', () => messagesIn(there.store, there.account, 'Drafts').length === 1);
    const theirs = await edit(there, 'Plan');
    await here.world.sync.stop();
    change(here, draftId, 'Written here');
    change(there, theirs.draftId, 'Written there');
    await stored(there, theirs.draftId);
    await there.world.until('one copy', () => !there.store.draftCopies.isAnythingLeft(there.account));
    await goOnline(here);
    await stored(here, draftId);
    const texts = (await onServer()).map(({ source }) => /Written \w+/.exec(source)?.[0]).sort();
    expect(texts).toEqual(['Written here', 'Written there']);
    expect(here.store.drafts.get(draftId)).toMatchObject({ text: 'Written here', isCopy: true });
    expect(there.store.drafts.get(theirs.draftId)).toMatchObject({ text: 'Written there' });
  });

  it('do not take a draft away from somebody who has it open', async () => {
    const here = await device();
    const draftId = write(here);
    await stored(here, draftId);
    here.store.drafts.hold(draftId);
    const [copy] = await onServer();
    await truth.mailboxOpen('Drafts');
    await truth.messageDelete(String(copy?.uid), { uid: true });
    await truth.mailboxClose();
    await sees(here, 'nothing is in Drafts', () => {
      const { uidNext = 0 } = here.store.mailboxes.syncState(idOfDrafts(here));
      return uidNext > (copy?.uid ?? 0) && here.store.messages.uidCount(idOfDrafts(here)) === 0;
    });
    expect(here.store.drafts.get(draftId)).toBeDefined();
    change(here, draftId, 'Written on');
    await stored(here, draftId);
    expect(here.store.drafts.get(draftId)).toMatchObject({ isCopy: true, text: 'Written on' });
    expect(await onServer()).toHaveLength(1);
  });
});

it('a draft of another program is written on with all that is in it', async () => {
  await truth.append('INBOX', rawMessage({ id: 'question@lab.test', subject: 'Question' }));
  await truth.append('Drafts', foreignDraft(user), ['\\Draft']);
  const here = await device();
  await sees(
    here,
    'the draft and the question',
    () =>
      messagesIn(here.store, here.account, 'Drafts').length === 1 &&
      messagesIn(here.store, here.account, 'INBOX').length === 1,
  );
  const draft = await edit(here, 'Re: Question');
  expect(draft).toMatchObject({
    to: [{ name: 'Jörg', address: 'joerg@example.org' }],
    bcc: [{ name: '', address: 'eve@example.org' }],
    subject: 'Re: Question',
    html: expect.stringContaining('cid:pic@x'),
    inReplyTo: messagesIn(here.store, here.account, 'INBOX')[0]?.messageId,
    attachments: [
      { filename: 'picture-1.png', contentType: 'image/png', contentId: 'pic@x', size: PICTURE.length },
      { filename: 'notes.txt', contentType: 'text/plain' },
    ],
  });
  expect(Buffer.from(here.store.drafts.attachmentContent(draft.draftId, 0))).toEqual(PICTURE);
  // Asked for again it is the same one, and its next version takes the place of the foreign message.
  expect(here.store.drafts.list()).toHaveLength(1);
  here.store.drafts.save(draft.draftId, { ...draft, subject: 'Re: Question, answered' });
  here.store.drafts.leave(draft.draftId);
  await stored(here, draft.draftId);
  await here.world.until('one copy', () => !here.store.draftCopies.isAnythingLeft(here.account));
  const [now, ...more] = await onServer();
  expect(more).toEqual([]);
  expect(now?.source).toContain('In-Reply-To: <question@lab.test>');
  expect(now?.source).toContain('Content-ID: <pic@x>');
  here.store.drafts.remove(draft.draftId);
});

function idOfDrafts({ store, account }: Device) {
  const drafts = store.mailboxes.bySpecialUse(account, 'drafts');
  if (!drafts) throw new Error('no Drafts');
  return drafts.mailboxId;
}
