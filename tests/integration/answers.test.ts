import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import german from '../../app/locales/de-engine.json';
import english from '../../app/locales/en-engine.json';
import { createEngineTexts } from '../../src-main/accounts/engine-texts.ts';
import { createConnectionRegistry } from '../../src-main/base/connection-registry.ts';
import { MailError } from '../../src-main/base/errors.ts';
import { createLog } from '../../src-main/base/log.ts';
import { createAnswerHandlers } from '../../src-main/ipc/answer-handlers.ts';
import { createComposeHandlers } from '../../src-main/ipc/compose-handlers.ts';
import { createOutboxHandlers } from '../../src-main/ipc/outbox-handlers.ts';
import { attachmentOf, parseSource } from '../../src-main/mime/parse-source.ts';
import { createOutbox, type Outbox } from '../../src-main/outbox/outbox.ts';
import { sendLimitsOf } from '../../src-main/outbox/send-limits.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import type { MailboxId, MessageId, SubmissionId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { createTestShell, press } from '../unit/src-main/ipc/test-shell.ts';
import { envelope, LISTED } from '../unit/src-main/store/test-store.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { account, grant, is, MAYA } from './outbox-records.ts';
import { type Cutter, startCutter } from './smtp-cutter.ts';
import { trustAuthority } from './trust-authority.ts';

const run = createRunFolder();
const never = new AbortController().signal;
let server: Cutter;
let distrust = () => {};
let folder: string;
let clock: ManualClock;
let store: Store;
let outbox: Outbox;
let isPressed: boolean;
let handlers: ReturnType<typeof createAnswerHandlers> &
  ReturnType<typeof createComposeHandlers> &
  ReturnType<typeof createOutboxHandlers>;
let inbox: MailboxId;
let archive: MailboxId;
let lastUid: number;

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  server = await startCutter(certs);
});
afterAll(async () => {
  distrust();
  await server.stop();
  await run.remove();
});

beforeEach(() => {
  server.reset();
  folder = mkdtempSync(join(tmpdir(), 'lk-answers-'));
  clock = createManualClock(Date.UTC(2026, 10, 22, 6));
  store = openStore({ directory: folder, key: new Uint8Array(32).fill(7), clock });
  const audit = { accountId: MAYA, kind: 'signed-in' as const };
  store.accounts.add({ account: account(server.port), grant: grant('g1'), audit });
  const junk = { path: 'Junk', delimiter: '/', name: 'Junk', specialUse: 'junk' as const, selectable: true };
  store.mailboxes.replaceList(MAYA, [...LISTED, junk]);
  for (const { mailboxId } of store.mailboxes.list(MAYA)) {
    store.mailboxes.setSyncState(mailboxId, { uidValidity: 1 });
  }
  inbox = mailbox('inbox');
  archive = mailbox('archive');
  lastUid = 0;
  const authentication = { kind: 'password' as const, user: 'maya@lab.test', password: async () => 'right' };
  outbox = createOutbox({
    store,
    authenticationFor: () => authentication,
    identityAuthentication: () => authentication,
    registry: createConnectionRegistry(),
    clock,
    log: createLog(() => {}),
  });
  outbox.start();
  const sourceOf = (id: MessageId) => store.bodies.source(id) ?? new Uint8Array();
  const sync = {
    fetchBody: async (id: MessageId) => {
      const body = store.bodies.get(id);
      if (!body) throw new MailError('offline');
      return body;
    },
    fetchSource: async (id: MessageId) => sourceOf(id),
    attachmentContent: async (id: MessageId, part: number) => {
      const found = attachmentOf(sourceOf(id), part);
      if (!found) throw new MailError('not-found');
      return found;
    },
  };
  isPressed = true;
  const context = {
    clock,
    shell: createTestShell({ requirePress: press(() => isPressed) }),
    texts: createEngineTexts({ en: english, de: german }, () => 'en'),
    rooms: () => ({ store, outbox, sync }),
  };
  handlers = {
    ...createAnswerHandlers(context),
    ...createComposeHandlers(context),
    ...createOutboxHandlers(context),
  };
});
afterEach(async () => {
  await outbox.stop();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function mailbox(use: 'inbox' | 'archive' | 'junk'): MailboxId {
  const found = store.mailboxes.bySpecialUse(MAYA, use);
  if (!found) throw new Error(`no ${use}`);
  return found.mailboxId;
}

/** A message that came, with its body. */
async function received(
  lines: readonly string[],
  change: Parameters<typeof envelope>[1] = {},
  into = inbox,
): Promise<MessageId> {
  lastUid += 1;
  const to = [{ name: 'Maya', address: 'maya@lab.test' }];
  const [messageId] = store.messages.addEnvelopes(into, [envelope(lastUid, { to, ...change })]).added;
  if (messageId === undefined) throw new Error('not added');
  const source = Buffer.from(lines.join('\r\n'));
  store.bodies.put(messageId, { ...(await parseSource(source)), source });
  return messageId;
}

const codeOf = (answer: unknown) =>
  Promise.resolve(answer).then(
    () => 'no failure',
    (error: unknown) => (error instanceof MailError ? error.code : error),
  );
const asked = ['Disposition-Notification-To: Bob <bob@example.org>', 'Subject: Plan', '', 'Hi'];

/** The message as it came to the server. */
async function delivered(submissionId: SubmissionId): Promise<string> {
  clock.advance(store.settings.get().undoSeconds * 1_000);
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!store.outbox.list().some((one) => one.submissionId === submissionId)) resolve();
    };
    store.feed.subscribe(look);
    look();
  });
  return server.received.at(-1) ?? '';
}

describe('a message passed on', () => {
  it('goes as it was to the new receivers, and is filed under Sent', async () => {
    const messageId = await received([
      'Bcc: eve@evil.test',
      'Subject: Plan',
      'From: bob@example.org',
      '',
      '.',
      'Hi',
    ]);
    const to = [{ name: 'Ann', address: 'ann@lab.test' }];
    const queued = await handlers['messages.redirect']({ messageId, to }, never);
    expect(queued).toMatchObject({ purpose: 'redirect', to, subject: 'Subject 1', state: 'queued' });
    const sent = await delivered(queued.submissionId);
    expect(sent).toMatch(
      /^Resent-From: Maya Lind <maya@lab\.test>\r\nResent-To: Ann <ann@lab\.test>\r\nResent-Date: .*\r\nResent-Message-ID: <.*@lab\.test>\r\nSubject: Plan\r\nFrom: bob@example\.org\r\n\r\n\.\.\r\nHi\r\n$/,
    );
    expect(server.wire()).toMatch(/MAIL FROM:<maya@lab\.test>.*\r\nRCPT TO:<ann@lab\.test>\r\nDATA/);
    expect(store.operations.due(MAYA)).toMatchObject([{ kind: 'append', specialUse: 'sent' }]);
    expect(store.drafts.list()).toEqual([]);
  });

  it('is gone when it is taken back, and no draft comes of it', async () => {
    const messageId = await received(['Subject: Plan', '', 'Hi']);
    const to = [{ name: '', address: 'ann@lab.test' }];
    const { submissionId } = await handlers['messages.redirect']({ messageId, to }, never);
    expect(await handlers['outbox.cancel']({ submissionId }, never)).toBeNull();
    expect([store.outbox.list(), store.drafts.list()]).toEqual([[], []]);
    const wrong = handlers['messages.redirect']({ messageId, to: [{ name: '', address: 'ann@' }] }, never);
    expect(await codeOf(wrong)).toBe('recipient-invalid');
  });

  it('goes nowhere without a press of the person, like a receipt and the answer to an invitation', async () => {
    const messageId = await received(['Subject: Plan', '', 'Hi']);
    isPressed = false;
    const to = [{ name: '', address: 'ann@lab.test' }];
    for (const one of [
      handlers['messages.redirect']({ messageId, to }, never),
      handlers['messages.sendReceipt']({ messageId }, never),
      handlers['invitations.answer']({ messageId, part: 0, uid: 'u-1', answer: 'accepted' }, never),
    ]) {
      expect(await codeOf(one)).toBe('press-missing');
    }
    expect(store.outbox.list()).toEqual([]);
  });
});

describe('a receipt', () => {
  it('goes once to who asked, from nobody, and every program can see that it went', async () => {
    const messageId = await received(asked);
    const queued = await handlers['messages.sendReceipt']({ messageId }, never);
    expect(queued).toMatchObject({ purpose: 'receipt', to: [{ address: 'bob@example.org' }] });
    expect(store.messages.get(messageId)?.flags).toEqual(['$MDNSent']);
    expect(await codeOf(handlers['messages.sendReceipt']({ messageId }, never))).toBe('receipt-sent');
    const sent = await delivered(queued.submissionId);
    expect(sent).toContain('Disposition: manual-action/MDN-sent-manually; displayed\r\n');
    expect(sent).toContain('Original-Message-ID: <m1@example.org>\r\n');
    expect(server.wire()).toMatch(/MAIL FROM:<>.*\r\nRCPT TO:<bob@example\.org>\r\n/);
    expect(store.operations.due(MAYA).map(({ kind }) => kind)).toEqual(['flags']);
    store.operations.enqueueFlags({ messageIds: [messageId], add: [], remove: ['$MDNSent'] });
    expect(await codeOf(handlers['messages.sendReceipt']({ messageId }, never))).toBe('receipt-sent');
  });

  it('that is taken back was never sent', async () => {
    const messageId = await received(asked);
    const { submissionId } = await handlers['messages.sendReceipt']({ messageId }, never);
    await handlers['outbox.cancel']({ submissionId }, never);
    expect(store.messages.get(messageId)?.flags).toEqual([]);
    await handlers['messages.sendReceipt']({ messageId }, never);
    expect(store.outbox.list()).toHaveLength(1);
  });

  it.each([
    ['nobody asked', []],
    ['two were named', ['Disposition-Notification-To: a@b.test, eve@evil.test']],
    ['it came by a list', [...asked.slice(0, 1), 'List-Id: <list.lab.test>']],
    ['it is bulk mail', [...asked.slice(0, 1), 'Precedence: bulk']],
    ['a program sent it', [...asked.slice(0, 1), 'Auto-Submitted: auto-generated']],
  ])('is not sent where %s', async (_why, head) => {
    const messageId = await received([...head, 'Subject: x', '', 'Hi']);
    expect(await codeOf(handlers['messages.sendReceipt']({ messageId }, never))).toBe('input-invalid');
  });

  it('is not sent for junk', async () => {
    const messageId = await received(asked, {}, mailbox('junk'));
    expect(await codeOf(handlers['messages.sendReceipt']({ messageId }, never))).toBe('input-invalid');
  });
});

describe('the answer to an invitation', () => {
  const calendar = (method: string) => [
    'Content-Type: text/calendar; charset=utf-8; method=REQUEST',
    '',
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', `METHOD:${method}`, 'BEGIN:VEVENT', 'UID:u-1', 'SEQUENCE:2'],
    ...[
      'SUMMARY:Planung',
      'DTSTART:20261124T100000Z',
      'DTEND:20261124T110000Z',
      'ORGANIZER;CN=Bob:mailto:bob@example.org',
    ],
    ...[
      'ATTENDEE;CN=Ann:mailto:ann@lab.test',
      'ATTENDEE;CN=Maya:mailto:maya+work@lab.test',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ],
  ];

  it('goes to its organizer only, under the address that was invited', async () => {
    const messageId = await received(calendar('REQUEST'));
    const part = store.bodies.get(messageId)?.invitations?.[0]?.part ?? -1;
    const answer = { messageId, part, uid: 'u-1', answer: 'declined' as const, comment: 'Leider nicht' };
    const queued = await handlers['invitations.answer'](answer, never);
    expect(queued).toMatchObject({ purpose: 'invitation', subject: 'Declined: Planung' });
    const sent = await delivered(queued.submissionId);
    expect(sent).toContain('text/calendar; charset=utf-8; method=REPLY');
    expect(sent).toContain('UID:u-1\r\nSEQUENCE:2\r\n');
    expect(sent).toContain('ATTENDEE;PARTSTAT=DECLINED;CN="Maya Lind":mailto:maya+work@lab.test\r\n');
    expect(sent).toContain('Maya Lind has declined');
    expect(server.wire().match(/RCPT TO:.*/g)).toEqual(['RCPT TO:<bob@example.org>']);
  });

  it('is of who was invited: where that is not certain the person is asked, and nobody is guessed at', async () => {
    const lines = calendar('REQUEST').map((line) => line.replace('maya+work@lab.test', 'team@lab.test'));
    const messageId = await received(lines);
    const place = { messageId, part: store.bodies.get(messageId)?.invitations?.[0]?.part ?? -1, uid: 'u-1' };
    const who = await handlers['invitations.getAttendee'](place, never);
    expect(who).toEqual({ choices: ['maya@lab.test', 'ann@lab.test', 'team@lab.test'] });
    for (const attendee of [{}, { attendee: 'eve@evil.test' }]) {
      const failed = handlers['invitations.answer']({ ...place, ...attendee, answer: 'accepted' }, never);
      expect(await codeOf(failed)).toBe('input-invalid');
    }
    const queued = await handlers['invitations.answer'](
      { ...place, attendee: 'team@lab.test', answer: 'accepted' },
      never,
    );
    const sent = (await delivered(queued.submissionId)).replaceAll('\r\n ', '');
    expect(sent).toContain(
      'ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY="mailto:maya@lab.test";CN="Maya":mailto:team@lab.test\r\n',
    );
    expect(sent).toMatch(/^From: .*maya@lab\.test/m);
  });

  it('is about the event that is meant, its newest state, and the one date of a series', async () => {
    const head = calendar('REQUEST').slice(0, 5);
    const people = ['ORGANIZER:mailto:bob@example.org', 'ATTENDEE:mailto:maya@lab.test', 'END:VEVENT'];
    const zone = (name: string) => [
      ...['BEGIN:VTIMEZONE', `TZID:${name}`, 'X-LIC-LOCATION:Europe/Rome', 'BEGIN:STANDARD'],
      ...[
        'DTSTART:16010101T030000',
        'TZOFFSETFROM:+0200',
        'TZOFFSETTO:+0100',
        'END:STANDARD',
        'END:VTIMEZONE',
      ],
    ];
    const lines = [
      ...head,
      ...zone('Other'),
      ...zone('(UTC+01:00) Bern\\, Rome'),
      'BEGIN:VEVENT',
      ...['UID:other', 'SUMMARY:Other', ...people],
      ...['BEGIN:VEVENT', 'UID:u-1', 'SEQUENCE:1', 'SUMMARY:Old'],
      ...['RECURRENCE-ID;TZID="(UTC+01:00) Bern, Rome":20261124T100000', ...people],
      ...['BEGIN:VEVENT', 'UID:u-1', 'SEQUENCE:4', 'SUMMARY:New'],
      ...['RECURRENCE-ID;RANGE=THISANDFUTURE;TZID="(UTC+01:00) Bern, Rome":20261124T100000', ...people],
      'END:VCALENDAR',
      '',
    ];
    const messageId = await received(lines);
    const part = store.bodies.get(messageId)?.invitations?.[0]?.part ?? -1;
    const queued = await handlers['invitations.answer'](
      { messageId, part, uid: 'u-1', answer: 'tentative' },
      never,
    );
    const sent = await delivered(queued.submissionId);
    const reply = sent.slice(sent.indexOf('BEGIN:VCALENDAR')).replaceAll('\r\n ', '');
    expect(reply.match(/^(?:UID|SEQUENCE|RECURRENCE-ID).*$/gm)).toEqual([
      'UID:u-1',
      'RECURRENCE-ID;TZID="(UTC+01:00) Bern, Rome";RANGE=THISANDFUTURE:20261124T100000',
      'SEQUENCE:4',
    ]);
    expect(reply.match(/^ATTENDEE/gm)).toHaveLength(1);
    // The zone that is named comes along, no other one and nothing else of it.
    expect(reply.match(/^(?:TZID|X-).*$/gm)).toEqual(['TZID:(UTC+01:00) Bern\\, Rome']);
    expect(reply).toContain('TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n');
    expect(reply).toMatch(/^DTSTAMP:\d{8}T\d{6}Z\r$/m);
    expect(reply).not.toContain('Old');
  });

  it('is given to a question only', async () => {
    for (const method of ['PUBLISH', 'CANCEL', 'REPLY']) {
      const messageId = await received(calendar(method));
      const part = store.bodies.get(messageId)?.invitations?.[0]?.part ?? 0;
      const failed = handlers['invitations.answer'](
        { messageId, part, uid: 'u-1', answer: 'accepted' },
        never,
      );
      expect(await codeOf(failed)).toBe('input-invalid');
    }
  });
});

describe('a draft', () => {
  it('that answers archives its conversation when the person wants it, and brings it back with the draft', async () => {
    const first = await received(['Subject: Plan', '', 'Hi']);
    const thread = {
      inReplyTo: ['<m1@example.org>'],
      references: ['<m1@example.org>'],
      subject: 'Re: Subject 1',
    };
    const second = await received(['Subject: Re: Plan', '', 'Hi again'], thread);
    const placesOf = (id: MessageId) => store.messages.placements(id).map(({ mailboxId }) => mailboxId);
    const { draftId } = await handlers['drafts.create'](
      { basedOn: { messageId: second, as: 'reply' } },
      never,
    );
    const { submissionId } = await handlers['outbox.send']({ draftId, thenArchive: true }, never);
    expect([placesOf(first), placesOf(second)]).toEqual([[archive], [archive]]);
    const back = await handlers['outbox.cancel']({ submissionId }, never);
    expect(back?.inReplyTo).toBe(second);
    expect([placesOf(first), placesOf(second)]).toEqual([[inbox], [inbox]]);
  });

  it('asks for a delivery notice under a name that tells nothing, and learns what the server takes', async () => {
    server.replies.set('EHLO', ['250-AUTH PLAIN\r\n250 DSN']);
    const content = {
      accountId: MAYA,
      to: [{ name: '', address: 'bob@lab.test' }],
      cc: [],
      bcc: [],
      subject: 'x',
    };
    const { draftId } = store.drafts.create({ ...content, text: 'Hi', asksDeliveryNotice: true });
    expect(sendLimitsOf(store, { accountId: MAYA })).toEqual({ attachments: 25_000_000 });
    const { submissionId } = await handlers['outbox.send']({ draftId }, never);
    await delivered(submissionId);
    expect(server.wire()).toContain(`RET=HDRS ENVID=${submissionId}\r\n`);
    expect(sendLimitsOf(store, { accountId: MAYA })).toEqual({
      attachments: 25_000_000,
      messageSize: 30_000_000,
      takesUtf8Addresses: false,
    });
  });

  it('to an address that the server cannot take fails before anything is sent, and says which', async () => {
    const content = {
      accountId: MAYA,
      to: [{ name: '', address: 'jürgen@lab.test' }],
      cc: [],
      bcc: [],
      subject: 'x',
    };
    const { draftId } = store.drafts.create({ ...content, text: 'Hi' });
    const { submissionId } = await handlers['outbox.send']({ draftId }, never);
    const failed = new Promise<void>((resolve) => {
      store.feed.subscribe(() => is('failed')(store.outbox.list()[0]) && resolve());
    });
    clock.advance(store.settings.get().undoSeconds * 1_000);
    await failed;
    expect(store.outbox.get(submissionId)).toMatchObject({ state: 'failed', error: 'address-not-sendable' });
    expect(server.wire()).not.toMatch(/MAIL FROM/);
  });

  it('begins with the signature, the quote apart, out of a link with nothing but what a link may say', async () => {
    const identity = store.identities.list()[0];
    if (!identity) throw new Error('no identity');
    store.identities.save({ ...identity, signature: { text: 'Maya' } });
    const messageId = await received([
      'Subject: Plan',
      'Delivered-To: maya@lab.test',
      // As other programs keep it in what was sent.
      'Bcc: Eve <eve@lab.test>',
      '',
      'Hi',
      '-- ',
      'Bob',
    ]);
    const reply = await handlers['drafts.create']({ basedOn: { messageId, as: 'reply' } }, never);
    expect(reply).toMatchObject({
      text: '\n\n-- \nMaya',
      html: '<p></p><div data-signature="">Maya</div>',
      quote: { messageId, kind: 'reply', text: 'Hi' },
      inReplyTo: messageId,
    });
    const whole = await handlers['drafts.create']({ basedOn: { messageId, as: 'forward-attached' } }, never);
    expect(whole.attachments).toMatchObject([{ filename: 'Subject 1.eml', contentType: 'message/rfc822' }]);
    expect(`${Buffer.from(store.drafts.attachmentContent(whole.draftId, 0))}`).not.toMatch(/bcc|eve@/i);
    expect(whole).not.toHaveProperty('quote');
    const mailto =
      'mailto:ann@lab.test?subject=x&body=a%0D%0Ab&attach=/etc/passwd&in-reply-to=%3Cm1%40example.org%3E';
    const linked = await handlers['drafts.create']({ mailto }, never);
    expect(linked).toMatchObject({
      to: [{ name: '', address: 'ann@lab.test' }],
      text: 'a\nb\n\n-- \nMaya',
      html: '<p>a<br>b</p><div data-signature="">Maya</div>',
      attachments: [],
      inReplyTo: messageId,
    });
    store.settings.set({ ...store.settings.get(), writeFormat: 'plain' });
    const plain = await handlers['drafts.create']({ basedOn: { messageId, as: 'forward' } }, never);
    expect(plain).not.toHaveProperty('html');
    expect(plain.quote?.kind).toBe('forward');
  });

  it('is made anew of a message with its text, its pictures and its people', async () => {
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const messageId = await received([
      'Content-Type: multipart/related; boundary=b',
      '',
      ...[
        '--b',
        'Content-Type: text/html',
        '',
        '<p>Hi <img src="cid:p@x"><script>1</script><img src="https://evil.test/a.png"></p>',
      ],
      ...[
        '--b',
        'Content-Type: image/png',
        'Content-ID: <p@x>',
        'Content-Transfer-Encoding: base64',
        '',
        png,
        '--b--',
        '',
      ],
    ]);
    const draft = await handlers['drafts.create']({ basedOn: { messageId, as: 'new' } }, never);
    expect(draft).toMatchObject({
      to: [{ address: 'maya@lab.test' }],
      subject: 'Subject 1',
      html: expect.stringContaining('<img src="cid:p%40x">'),
      attachments: [{ contentType: 'image/png', contentId: 'p@x' }],
    });
    expect(draft.html).not.toMatch(/script|evil/);
    expect(draft.inReplyTo).toBeUndefined();
  });
});
