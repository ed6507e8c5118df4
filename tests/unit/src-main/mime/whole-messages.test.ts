import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { composeCalendarReply, readAskedEvents } from '../../../../src-main/mime/calendar-reply.ts';
import { composeReceipt } from '../../../../src-main/mime/receipt-message.ts';
import { redirectMessage } from '../../../../src-main/mime/redirect-message.ts';

const MAYA = { name: 'Maya Lind', address: 'maya@lab.test' };
const BOB = { name: 'Bob', address: 'bob@lab.test' };
const base = { date: Date.UTC(2026, 10, 22, 6, 30), messageIdHeader: '<1@lab.test>' };
const original = { messageIdHeader: '<o@x>', references: ['<a@x>', '<o@x>'] };
const headOf = (source: Uint8Array) => Buffer.from(source).toString('latin1').split('\r\n\r\n')[0] ?? '';

describe('redirectMessage', () => {
  it('puts the Resent fields above the bytes of the message, which stay as they were', () => {
    const source = Buffer.from('Received: x\r\nFrom: ü\nSubject: a\r\n b\r\n\r\nBcc: stays\r\n.\r\n');
    const sent = redirectMessage(source, { from: MAYA, to: [BOB, MAYA], ...base });
    expect(Buffer.from(sent).toString()).toBe(
      'Resent-From: Maya Lind <maya@lab.test>\r\nResent-To: Bob <bob@lab.test>, Maya Lind <maya@lab.test>\r\n' +
        `Resent-Date: Sun, 22 Nov 2026 06:30:00 +0000\r\nResent-Message-ID: <1@lab.test>\r\n${source}`,
    );
  });

  it('leaves out who got the message hidden, on however many lines', () => {
    const source = Buffer.from(
      'To: a@b.test\r\nBcc: eve@evil.test,\r\n\tann@lab.test\r\nbcc : x@y.test\r\nResent-Bcc: z@y.test\r\nX-Latchkey-Unfinished: eyJiY2M\r\n i@y.test\r\nSubject: Bcc: no\r\n\r\nbody',
    );
    const text = Buffer.from(redirectMessage(source, { from: MAYA, to: [BOB], ...base })).toString();
    expect(text.endsWith('To: a@b.test\r\nSubject: Bcc: no\r\n\r\nbody')).toBe(true);
    expect(text).not.toMatch(/evil|ann@|y\.test/);
  });

  it('takes no address that could begin another field', () => {
    const to = [{ name: '', address: 'a@b.test>\r\nBcc: eve@evil.test' }];
    expect(() => redirectMessage(Buffer.from('\r\n'), { from: MAYA, to, ...base })).toThrow(
      'recipient-invalid',
    );
  });
});

describe('composeReceipt', () => {
  const receipt = {
    from: MAYA,
    to: BOB,
    subject: 'Displayed: Plän',
    text: 'Your message was displayed.',
    original,
    ...base,
  };

  it('says it in words and for programs, and nothing of the message or the computer', async () => {
    const source = Buffer.from(await composeReceipt(receipt));
    expect(source.toString()).toContain(
      'Content-Type: multipart/report; report-type=disposition-notification;\r\n boundary=',
    );
    expect(source.toString()).toContain(
      'Content-Type: message/disposition-notification\r\nContent-Transfer-Encoding: 7bit\r\n\r\nFinal-Recipient: rfc822; maya@lab.test\r\n' +
        'Original-Message-ID: <o@x>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n',
    );
    const email = await PostalMime.parse(source);
    expect([email.subject, email.inReplyTo, email.references]).toEqual([
      'Displayed: Plän',
      '<o@x>',
      '<a@x> <o@x>',
    ]);
    expect(headOf(source)).not.toMatch(/User-Agent|X-Mailer|Reporting/i);
  });

  it('names no message that has no name, and writes an address outside ASCII as RFC 6533 says', async () => {
    const odd = { ...receipt, original: { messageIdHeader: '<a\r\nb>', references: [] } };
    const source = Buffer.from(
      await composeReceipt({ ...odd, from: { name: '', address: 'jürgen@lab.test' } }),
    );
    expect(source.toString()).toContain('Final-Recipient: utf-8; j\\x{FC}rgen@lab.test\r\nDisposition:');
    expect(headOf(source)).not.toContain('In-Reply-To');
  });
});

describe('an answer to an invitation', () => {
  const CALENDAR = [
    'BEGIN:VCALENDAR',
    'METHOD:REQUEST',
    ...['BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'END:VTIMEZONE'],
    ...['BEGIN:VEVENT', 'UID:u-1', 'SEQUENCE:3', 'SUMMARY:Plan\\, part 2', 'ORGANIZER:mailto:bob@lab.test'],
    ...['BEGIN:VALARM', 'UID:other', 'END:VALARM', 'END:VEVENT'],
    ...[
      'BEGIN:VEVENT',
      'UID:u-1',
      'RECURRENCE-ID;TZID=Europe/Berlin:20261122T100000',
      'SUMMARY:Plan',
      'END:VEVENT',
    ],
    ...['BEGIN:VEVENT', 'UID:u-1', 'RECURRENCE-ID;VALUE=DATE:20261123', 'END:VEVENT'],
    ...['BEGIN:VEVENT', 'UID:u-1', 'RECURRENCE-ID;TZID="x:y":2026\\nATTENDEE', 'END:VEVENT'],
    ...['BEGIN:VEVENT', 'UID:u-2', 'END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\r\n');
  const events = readAskedEvents(CALENDAR, 'u-1');
  const reply = {
    from: MAYA,
    attendee: { name: 'Maya "M"; Lind\r\nX:1', address: 'maya+cal@lab.test' },
    organizer: BOB,
    answer: 'accepted' as const,
    comment: 'Gern,\nMaya',
    events: events.slice(0, 3),
    subject: 'Accepted: Plan',
    text: 'Maya has accepted.',
    original,
    ...base,
  };

  it('finds the events of the series, and which ones they are', () => {
    expect(events).toEqual([
      { uid: 'u-1', sequence: 3, summary: 'Plan, part 2' },
      {
        uid: 'u-1',
        sequence: 0,
        summary: 'Plan',
        recurrence: { value: '20261122T100000', isDay: false, isAndLater: false, zone: 'Europe/Berlin' },
      },
      {
        uid: 'u-1',
        sequence: 0,
        summary: '',
        recurrence: { value: '20261123', isDay: true, isAndLater: false },
      },
      // One date that nobody can read is no answer to the whole series.
    ]);
  });

  it('goes to the organizer, as words and as a calendar that says what one invitee answers', async () => {
    const source = Buffer.from(await composeCalendarReply(reply));
    const email = await PostalMime.parse(source);
    expect(email.to).toEqual([BOB]);
    expect(email.text?.trim()).toBe('Maya has accepted.\n\nGern,\nMaya');
    const part = email.attachments.find(({ mimeType }) => mimeType === 'text/calendar');
    expect(source.toString()).toContain('text/calendar; charset=utf-8; method=REPLY');
    const calendar = Buffer.from(part?.content as ArrayBuffer)
      .toString()
      .replace(/\r?\n /g, '')
      .split(/\r?\n/);
    expect(calendar).toEqual([
      'BEGIN:VCALENDAR',
      'PRODID:-//Latchkey Mail//EN',
      'VERSION:2.0',
      'METHOD:REPLY',
      ...[
        [],
        ['RECURRENCE-ID;TZID="Europe/Berlin":20261122T100000'],
        ['RECURRENCE-ID;VALUE=DATE:20261123'],
      ].flatMap((recurrence, at) => [
        'BEGIN:VEVENT',
        'UID:u-1',
        ...recurrence,
        `SEQUENCE:${at === 0 ? 3 : 0}`,
        'DTSTAMP:20261122T063000Z',
        'ORGANIZER;CN="Bob":mailto:bob@lab.test',
        'ATTENDEE;PARTSTAT=ACCEPTED;CN="Maya \'M\'; Lind X:1":mailto:maya+cal@lab.test',
        `SUMMARY:${['Plan\\, part 2', 'Plan', ''][at]}`,
        'COMMENT:Gern\\,\\nMaya',
        'END:VEVENT',
      ]),
      'END:VCALENDAR',
      '',
    ]);
  });
});
