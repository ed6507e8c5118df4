/**
 * Forms inside of mail that were made to break, to deceive or to reach out: each is read, or is a plain file, or shows its source, within
 * two seconds; and the next message is read.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMessageParser, type MessageParser } from '../../src-main/mime/parse-message.ts';
import { startCounting } from '../fixtures/processor-time.ts';
import {
  attribute,
  embedded,
  file,
  messageProperties,
  tnef,
  unicode,
} from '../unit/src-main/mime/tnef-writer.ts';
import { buildParseWorker } from './mime-worker.ts';

let parser: MessageParser;
let worker: Awaited<ReturnType<typeof buildParseWorker>>;

beforeAll(async () => {
  worker = await buildParseWorker(await mkdtemp(join(tmpdir(), 'lk-mime-')));
  parser = createMessageParser({ workerPath: worker.path });
  await parser.parse(Buffer.from('Subject: warm\r\n\r\nup'));
});
afterAll(async () => {
  await parser.close();
  await worker.remove();
});

const HEAD = 'From: a@b.test\r\nSubject: x\r\n';
/** What is promised for what is too complex, in milliseconds of the processor: half a second of a fast one, two seconds of a slow one. */
const PROMISED = 2_000;

const of = (type: string, body: string | Buffer, more = '') =>
  Buffer.concat([Buffer.from(`${HEAD}Content-Type: ${type}\r\n${more}\r\n`), Buffer.from(body as string)]);
const mixed = (...parts: string[]) =>
  of('multipart/mixed; boundary=b', `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`);
const attached = (type: string, content: Buffer, name: string) =>
  `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}`;
const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'METHOD:REQUEST', ...lines, 'END:VCALENDAR'].join('\r\n');

const EVENT = 'BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT';

async function parsed(source: Buffer) {
  const spent = startCounting();
  const message = await parser.parse(source);
  expect(spent()).toBeLessThan(PROMISED);
  expect((await parser.parse(Buffer.from(`${HEAD}\r\nnext`))).preview).toBe('next');
  return message;
}

describe('what is beyond the limits is offered as its source within two seconds', () => {
  const deep = (depth: number) => {
    const levels = Array.from(
      { length: depth },
      (_, level) => `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n`,
    );
    return Buffer.from(`${HEAD}${levels.join('')}\r\ndeep`);
  };
  it.each<[string, () => Buffer]>([
    ['20,000 levels', () => deep(20_000)],
    ['101 levels', () => deep(102)],
    [
      '50 MB of text that cannot be compressed',
      () => of('text/plain', randomBytes(37_500_000).toString('base64')),
    ],
    ['50 MB of HTML', () => of('text/html', '<p>Hello</p>'.repeat(4_200_000))],
    [
      '50 MB of quoted-printable',
      () => of('text/html', '=3Cb=3E'.repeat(7_000_000), 'Content-Transfer-Encoding: quoted-printable\r\n'),
    ],
    [
      '20 MB in two thousand texts',
      () => mixed(...Array.from({ length: 2_000 }, () => `\r\n${'x'.repeat(10_000)}`)),
    ],
  ])('%s', async (_name, make) => {
    const source = make();
    const message = await parsed(source);
    expect(message.isSource).toBe(true);
    // Packed beside the engine, not by it.
    expect(message.packed).toBeDefined();
    expect(message.text).toBe(source.toString('latin1', 0, 1_000_000));
  });
});

describe('what is only large or odd is read', () => {
  it('a message with 40 MB attached', async () => {
    const message = await parsed(
      mixed('\r\nSee the film.', attached('video/mp4', randomBytes(40_000_000), 'film.mp4')),
    );
    expect(message).toMatchObject({ isSource: false, text: 'See the film.' });
    expect(message.attachments).toMatchObject([{ filename: 'film.mp4', size: 40_000_000 }]);
  });

  it.each<[string, () => Buffer]>([
    [
      'one boundary at each of a hundred levels',
      () =>
        Buffer.from(
          `${HEAD}${'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(90)}\r\nin\r\n${'--b--\r\n'.repeat(90)}`,
        ),
    ],
    [
      'a million equal signs in Base64',
      () => of('text/plain', `SGVsbG8${'A='.repeat(5_000_000)}`, 'Content-Transfer-Encoding: base64\r\n'),
    ],
    ['a million unclosed comments', () => of(`text/plain${' ('.repeat(900_000)}`, 'in')],
    ['a hundred thousand parameters', () => of(`text/plain; ${'x=y; '.repeat(100_000)}`, 'in')],
    [
      'a hundred thousand sections of a name',
      () => of(`text/plain; ${Array.from({ length: 60_000 }, (_, at) => `name*${at}=x`).join('; ')}`, 'in'),
    ],
    [
      'a million beginnings of uuencoded files',
      () => of('text/plain', `${'begin 644 a\n'.repeat(500_000)}${'begin-base64 644 a\n'.repeat(300_000)}`),
    ],
    ['a million lines that flow', () => of('text/plain; format=flowed', '>> a \n'.repeat(1_000_000))],
    [
      'a million soft line breaks',
      () =>
        of(
          'text/plain',
          `in${'= \t\r\n'.repeat(1_000_000)}`,
          'Content-Transfer-Encoding: quoted-printable\r\n',
        ),
    ],
    [
      'a megabyte of encoded words in a name',
      () => of(`text/plain; name="${'=?utf-8?q?=0d=0aBcc:?= '.repeat(40_000)}"`, 'in'),
    ],
  ])('%s', async (_name, make) => {
    const message = await parsed(make());
    expect(message.isSource).toBe(false);
    expect((message.text ?? '') !== '' || message.attachments.length > 0).toBe(true);
  });

  it('a name of encoded line breaks is one harmless name', async () => {
    const name = '=?utf-8?q?a=0d=0aBcc:=00=e2=80=ae?=.pdf';
    const { attachments } = await parsed(
      mixed('\r\nx', attached('application/pdf', Buffer.from('%PDF-'), name)),
    );
    expect(attachments[0]?.filename).toMatch(/^a Bcc_[^\p{Cc}\p{Cf}]*\.pdf$/u);
  });
});

describe('messages in messages', () => {
  const letters = (depth: number) =>
    Buffer.from(
      `${`${HEAD}Content-Type: message/rfc822\r\n\r\n`.repeat(depth)}To: ${'a@b.test, '.repeat(1_000_000)}\r\n\r\nin`,
    );

  it('are opened one by one, ten deep, however many people they name', async () => {
    const source = letters(10);
    const spent = startCounting();
    for (let depth = 1; depth <= 10; depth++) {
      const nested = await parser
        .nested(
          source,
          Array.from({ length: depth }, () => 0),
        )
        .catch(() => undefined);
      if (nested) expect(nested.attachments.length + (nested.text ?? '').length).toBeGreaterThan(0);
    }
    expect(spent()).toBeLessThan(10 * PROMISED);
    await expect(parser.nested(letters(1), [0, 0])).rejects.toMatchObject({
      code: expect.stringMatching(/not-found|too-complex/),
    });
    await expect(
      parser.nested(mixed(attached('application/pdf', Buffer.from('%PDF-'), 'a.pdf')), [0]),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that call themselves something else stay what their bytes are', async () => {
    const inner = Buffer.from(`${HEAD}\r\n<script>`);
    const { attachments } = await parsed(
      mixed(attached('application/pdf', inner, 'report.pdf'), attached('image/png', inner, 'a.png')),
    );
    for (const attachment of attachments) expect(attachment).not.toHaveProperty('preview');
  });
});

describe('character sets that other readers confuse', () => {
  it.each([
    ['UTF-7', 'utf-7', '+ADw-script+AD4-alert(1)+ADw-/script+AD4-'],
    ['UTF-7 for IMAP', 'x-imap4-modified-utf7', '&ADw-script&AD4-'],
    ['escapes of ISO-2022-JP', 'iso-2022-jp', '\x1b(J<b title="\\"\x1b(B onload=alert(1)>'],
    ['HZ', 'hz-gb-2312', '~{<script>~}'],
    ['ISO-2022-KR', 'iso-2022-kr', '\x1b$)C\x0e<script>\x0f'],
  ])('%s makes no tag that did not stand there', async (_name, charset, body) => {
    const { html } = await parsed(of(`text/html; charset=${charset}`, `${body}<meta charset=utf-7>`));
    const written = (body.match(/</g) ?? []).length + 1;
    expect((html?.match(/</g) ?? []).length).toBe(written);
  });

  it('UTF-16 without its mark is decoded once, and no reader sees its bytes', async () => {
    const { html } = await parsed(of('text/html; charset=utf-16', Buffer.from('<p>ж</p>', 'utf16le')));
    expect(html).toBe('<p>ж</p>');
  });
});

describe('files in files', () => {
  it('archives and pictures that unpack to the moon are not unpacked', async () => {
    const zip = Buffer.concat([Buffer.from('PK\x03\x04'), deflateSync(Buffer.alloc(20_000_000))]);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000186a0000186a00806000000', 'hex');
    const { attachments } = await parsed(
      mixed(attached('application/zip', zip, '42.zip'), attached('image/png', png, 'huge.png')),
    );
    expect(attachments).toHaveLength(2);
    for (const attachment of attachments) expect(attachment).not.toHaveProperty('preview');
  });

  it('winmail.dat that lies about its lengths, or holds itself, comes to an end', async () => {
    const lies = tnef(attribute(1, 0x00069003, Buffer.alloc(100_000, 0xff)), file('a.txt', Buffer.from('x')));
    let nested = tnef(messageProperties(unicode(0x1000, 'deep')));
    for (let level = 0; level < 50; level++) nested = tnef(embedded('inside', nested));
    const many = tnef(...Array.from({ length: 20_000 }, () => file('a', Buffer.from('x'))));
    for (const stream of [lies, nested, many, randomBytes(1_000_000)]) {
      const message = await parsed(mixed('\r\nx', attached('application/ms-tnef', stream, 'winmail.dat')));
      expect(message.isSource).toBe(false);
      expect(message.attachments.length).toBeGreaterThan(0);
      expect(message.attachments.length).toBeLessThanOrEqual(1_000);
    }
  });

  it('yEnc and BinHex are text or files, and nothing more', async () => {
    const yenc = '=ybegin line=128 size=3 name=a.exe\r\nabc\r\n=yend size=3\r\n';
    expect(await parsed(of('text/plain', yenc))).toMatchObject({ attachments: [], isSource: false });
    const binhex = await parsed(
      mixed(attached('application/mac-binhex40', Buffer.from('(This file must be converted'), 'a.hqx')),
    );
    expect(binhex.attachments[0]).not.toHaveProperty('preview');
  });

  it.each<[string, () => string]>([
    [
      'a rule for every second',
      () =>
        calendar('BEGIN:VEVENT', 'UID:1', 'DTSTART:20260101T000000Z', 'RRULE:FREQ=SECONDLY', 'END:VEVENT'),
    ],
    [
      'a million dates',
      () =>
        calendar(
          'BEGIN:VEVENT',
          'UID:1',
          'RRULE:FREQ=SECONDLY;COUNT=1000000',
          `RDATE:${'20260101T000000Z,'.repeat(60_000)}`,
          'END:VEVENT',
        ),
    ],
    [
      'a zone of 4 MB',
      () =>
        calendar(
          'BEGIN:VTIMEZONE',
          'TZID:x',
          ...Array.from(
            { length: 60_000 },
            () => 'BEGIN:STANDARD\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETTO:+0100\r\nEND:STANDARD',
          ),
          'END:VTIMEZONE',
          'BEGIN:VEVENT',
          'UID:1',
          'DTSTART;TZID=x:20260101T000000',
          'END:VEVENT',
        ),
    ],
    [
      'an alarm and a file of this computer',
      () =>
        calendar(
          'BEGIN:VEVENT',
          'UID:1',
          'ATTACH:file:///etc/passwd',
          'BEGIN:VALARM',
          'ATTACH:http://x.test/',
          'END:VALARM',
          'END:VEVENT',
        ),
    ],
    [
      'thousands of components in each other',
      () => calendar(...Array.from({ length: 100_000 }, () => 'BEGIN:VEVENT')),
    ],
    ['ten thousand events', () => calendar(...Array.from({ length: 10_000 }, () => EVENT))],
    [
      'a megabyte of folded lines',
      () => calendar('BEGIN:VEVENT', 'UID:1', `SUMMARY:x${'\r\n x'.repeat(300_000)}`, 'END:VEVENT'),
    ],
    [
      'zones in zones',
      () =>
        calendar(
          ...Array.from({ length: 50_000 }, () => 'BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD'),
          EVENT.replace(':2026', ';TZID=x:2026'),
        ),
    ],
    [
      'a zone of a quarter of a million dates',
      () => {
        const dates = `RDATE:${'20260101T000000,'.repeat(5_000)}`;
        const change = [
          'BEGIN:DAYLIGHT',
          'DTSTART:16010101T000000',
          'TZOFFSETFROM:+0100',
          'TZOFFSETTO:+0200',
        ];
        return calendar(
          ...['BEGIN:VTIMEZONE', 'TZID:x', ...change, ...Array.from({ length: 50 }, () => dates)],
          ...[
            'END:DAYLIGHT',
            'END:VTIMEZONE',
            EVENT.replace('000000Z', '000000').replace(':2026', ';TZID=x:2026'),
          ],
        );
      },
    ],
    ['a line without end', () => calendar(`SUMMARY:${'x'.repeat(4_000_000)}`)],
  ])('a calendar with %s is told in words or stays a file', async (_name, make) => {
    const message = await parsed(mixed('\r\nx', attached('text/calendar', Buffer.from(make()), 'a.ics')));
    expect(message.isSource).toBe(false);
    expect(message.attachments).toMatchObject([{ filename: 'a.ics' }]);
    expect((message.invitations ?? []).length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(message.invitations ?? [])).not.toMatch(/passwd|x\.test/);
  });

  it('fifty events in zones of five hundred changes each are told in time', async () => {
    const change = (year: number) =>
      `BEGIN:STANDARD\r\nDTSTART:${year}0101T000000\r\nTZOFFSETFROM:+0${year % 9}00\r\nTZOFFSETTO:+0${(year + 1) % 9}00\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=-1SU\r\nEND:STANDARD`;
    const changes = Array.from({ length: 499 }, (_, at) => change(1601 + at)).join('\r\n');
    const lines = Array.from({ length: 50 }, (_, at) => [
      `BEGIN:VTIMEZONE\r\nTZID:z${at}\r\n${changes}\r\nEND:VTIMEZONE`,
      `BEGIN:VEVENT\r\nUID:${at}\r\nDTSTART;TZID=z${at}:20260101T000000\r\nEND:VEVENT`,
    ]);
    const file = attached('text/calendar', Buffer.from(calendar(...lines.flat())), 'a.ics');
    const message = await parsed(mixed('\r\nx', file));
    expect(message.invitations).toHaveLength(50);
    expect(message.invitations?.every(({ start }) => start?.unknownZone === undefined)).toBe(true);
  });

  it('ten thousand copies of one calendar are not read ten thousand times', async () => {
    const text = calendar(
      ...Array.from(
        { length: 100 },
        (_, at) => `BEGIN:VEVENT\r\nUID:${at}\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT`,
      ),
    );
    const message = await parsed(
      mixed(...Array.from({ length: 5_000 }, () => `Content-Type: text/calendar\r\n\r\n${text}`)),
    );
    expect(message.invitations).toHaveLength(100);
  });

  it('an answer to an invitation is shown, and changes nothing by itself', async () => {
    const reply = calendar(
      'BEGIN:VEVENT',
      'UID:1',
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:boss@x.test',
      'END:VEVENT',
    ).replace('REQUEST', 'REPLY');
    const message = await parsed(mixed(`Content-Type: text/calendar; method=REQUEST\r\n\r\n${reply}`));
    expect(message.invitations).toMatchObject([{ method: 'reply' }]);
  });

  it('a card with 100,000 fields, scripts and pictures from afar gives a person, inert', async () => {
    const card = [
      'BEGIN:VCARD',
      'FN:Ann',
      'URL:javascript:alert(1)',
      'PHOTO:https://x.test/a.png',
      ...Array.from({ length: 100_000 }, (_, at) => `EMAIL:a${at}@b.test`),
      'END:VCARD',
    ].join('\r\n');
    const message = await parsed(mixed(attached('text/vcard', Buffer.from(card), 'ann.vcf')));
    expect(message.people?.[0]?.addresses).toHaveLength(50);
    expect(JSON.stringify(message.people)).not.toMatch(/javascript|x\.test/);
  });

  it('programs are called so, whatever they call themselves', async () => {
    const programs: [string, Buffer][] = [
      ['a.pdf.exe', Buffer.from('x')],
      ['photo.jpg', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)])],
      ['notes.txt', Buffer.from('#!/bin/sh\n')],
      ['song.mp3', Buffer.from('\x7fELF\x02')],
      ['photo', Buffer.from('cffaedfe0000', 'hex')],
      ['letter.txt', Buffer.from('\ufeff[InternetShortcut]\r\nURL=file://x')],
      ['readme', Buffer.from('[Desktop Entry]\nExec=sh')],
      ['link.txt', Buffer.from('4c0000000114020000000000', 'hex')],
      ...[
        'scr',
        'bat',
        'ps1',
        'vbs',
        'js',
        'jar',
        'lnk',
        'url',
        'desktop',
        'terminal',
        'app',
        'msi',
        'hta',
        'reg',
        'iso',
        'EXE ',
      ].map((extension): [string, Buffer] => [`a.${extension}`, Buffer.from('x')]),
    ];
    const { attachments } = await parsed(
      mixed(...programs.map(([name, content]) => attached('application/pdf', content, name))),
    );
    expect(attachments.filter(({ isProgram }) => !isProgram)).toEqual([]);
    const honest = await parsed(
      mixed(
        attached('text/plain', Buffer.from('MZ is a country code'), 'mz.txt'),
        attached('application/pdf', Buffer.from('%PDF-'), 'exe.pdf'),
      ),
    );
    expect(honest.attachments.filter(({ isProgram }) => isProgram)).toEqual([]);
  });
});
