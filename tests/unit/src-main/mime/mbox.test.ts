import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mboxEntry,
  quoteFrom,
  readFromLine,
  unquoteFrom,
  writeFromLine,
} from '../../../../src-main/mime/mbox.ts';
import {
  looksLikeMbox,
  looksLikeMessage,
  type MboxMessage,
  type Reader,
  readMbox,
} from '../../../../src-main/mime/mbox-reader.ts';

const LARGEST = 1_000_000;

function readerOf(bytes: Uint8Array, step = Number.POSITIVE_INFINITY): Reader {
  return {
    size: bytes.length,
    async read(position, into) {
      const part = bytes.subarray(position, position + Math.min(into.length, step));
      into.set(part);
      return part.length;
    },
  };
}

async function read(text: string | Uint8Array, options: { largest?: number; step?: number } = {}) {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const found: MboxMessage[] = [];
  for await (const one of readMbox(readerOf(bytes, options.step), options.largest ?? LARGEST))
    found.push(one);
  return found;
}

/** The messages as text. */
async function textsOf(text: string, options = {}): Promise<string[]> {
  return (await read(text, options)).flatMap((one) =>
    one.kind === 'message' ? [Buffer.from(one.source).toString('latin1')] : [`(${one.kind})`],
  );
}

const FROM = 'From ada@example.org Thu Jan  1 00:00:10 2026';
const mail = (subject: string, body = 'Hello\n') => `Subject: ${subject}\n\n${body}`;

describe('a separator line', () => {
  it('is read in every form that programs write', () => {
    const expected = Date.UTC(2026, 0, 1, 0, 0, 10);
    expect(readFromLine(FROM)).toBe(expected);
    expect(readFromLine('From - Thu Jan 01 00:00:10 2026')).toBe(expected);
    expect(readFromLine('From 1234@xxx Thu Jan 01 02:00:10 +0200 2026')).toBe(expected);
    expect(readFromLine('From a@b.example Thu Jan  1 00:00:10 UTC 2026\r')).toBe(expected);
    expect(readFromLine('From "a b"@c.example Thu Jan  1 00:00 2026')).toBe(expected - 10_000);
  });

  it('is not what a sentence begins with', () => {
    for (const line of [
      'From there we went on',
      'From 10:30 to 12 in 2026',
      'From: ada@example.org',
      'From ',
    ]) {
      expect(readFromLine(line)).toBeUndefined();
    }
  });

  it('comes back as it was written, and never breaks its line', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 253_402_300_799 }), (sender, seconds) => {
        const line = writeFromLine(sender, seconds * 1_000);
        expect(line).not.toContain('\n');
        expect(readFromLine(line)).toBe(seconds * 1_000);
      }),
    );
  });
});

describe('an mbox file', () => {
  it('is told from a message and from anything else by its beginning', () => {
    expect(looksLikeMbox(Buffer.from(`${FROM}\n${mail('a')}`))).toBe(true);
    expect(looksLikeMbox(Buffer.from(`\r\n${FROM}\r\n`))).toBe(true);
    expect(looksLikeMbox(Buffer.from(mail('a')))).toBe(false);
    expect(looksLikeMessage(Buffer.from(mail('a')))).toBe(true);
    for (const other of ['', 'hello', 'From me to you', '\x7fELF\0\0', '{"a": 1}']) {
      expect(looksLikeMbox(Buffer.from(other))).toBe(false);
      expect(looksLikeMessage(Buffer.from(other))).toBe(false);
    }
  });

  it('is cut at its separators, whatever the line ends are and however few bytes a read brings', async () => {
    for (const end of ['\n', '\r\n']) {
      const text = [FROM, 'Subject: 1', '', 'One', '', FROM, 'Subject: 2', '', 'Two', 'lines', '', ''].join(
        end,
      );
      const expected = [`Subject: 1${end}${end}One${end}`, `Subject: 2${end}${end}Two${end}lines${end}`];
      expect(await textsOf(text)).toEqual(expected);
      expect(await textsOf(text, { step: 7 })).toEqual(expected);
    }
  });

  it('keeps lines that begin with From and are no separators, and takes one quote off those that were quoted', async () => {
    const body = 'From there we went on\n\nFrom here too\n>From a\n>>From b\n> From c\n';
    const [source] = await textsOf(`${FROM}\n${mail('x', body)}\n`);
    expect(source).toBe(mail('x', 'From there we went on\n\nFrom here too\nFrom a\n>From b\n> From c\n'));
  });

  it('finds separators without an empty line before them where a header follows', async () => {
    expect(await textsOf(`${FROM}\n${mail('1')}${FROM}\n${mail('2')}`)).toEqual([mail('1'), mail('2')]);
    expect(await textsOf(`${FROM}\n${mail('1', `Look:\n${FROM}\nthat was it\n`)}`)).toEqual([
      mail('1', `Look:\n${FROM}\nthat was it\n`),
    ]);
  });

  it('believes a Content-Length that leads to a separator, and no other', async () => {
    const body = `Forwarded:\n\n${FROM}\nSubject: inner\n\nText\n`;
    const entry = (length: number) => `${FROM}\nContent-Length: ${length}\n${mail('outer', body)}\n`;
    const right = await textsOf(`${entry(body.length) + FROM}\n${mail('next')}`);
    expect(right).toHaveLength(2);
    expect(right[0]).toContain('Subject: inner');
    expect(await textsOf(`${entry(body.length + 3) + FROM}\n${mail('next')}`)).toHaveLength(3);
    expect(await textsOf(`${entry(999_999_999_999) + FROM}\n${mail('next')}`)).toHaveLength(3);
  });

  it('gives the flags that other programs left in the header, and the message without them', async () => {
    const thunderbird = `From - Thu Jan  1 00:00:10 2026\nX-Mozilla-Status: 1007\nX-Mozilla-Status2: 00000000\nX-Mozilla-Keys: $label1 nonjunk              \n${mail('t')}\n`;
    const mutt = `${FROM}\nSubject: m\nStatus: RO\nX-Status: AF\nX-Keywords: work\n later\nContent-Type: text/plain\n\nHi\n\n`;
    const unread = `${FROM}\nSubject: u\nStatus: O\n\nHi\n\n`;
    const takeout = `${FROM}\nX-Gmail-Labels: Inbox,Unread,Starred\nSubject: g\n\nHi\n\n`;
    const found = await read(`${thunderbird + mutt + unread + takeout}${FROM}\n${mail('silent')}\n`);
    expect(found.map((one) => (one.kind === 'message' ? [...one.flags].sort() : one.kind))).toEqual([
      ['$Forwarded', '$label1', '\\Answered', '\\Flagged', '\\Seen', 'nonjunk'],
      ['\\Answered', '\\Flagged', '\\Seen', 'later', 'work'],
      [],
      ['\\Flagged'],
      ['\\Seen'],
    ]);
    expect((await textsOf(thunderbird + mutt))[0]).toBe(mail('t'));
    expect((await textsOf(mutt))[0]).toBe('Subject: m\nContent-Type: text/plain\n\nHi\n');
  });

  it('passes over what was deleted in the other program, and over that program’s own notes', async () => {
    const expunged = `${FROM}\nX-Mozilla-Status: 0009\n${mail('gone')}\n`;
    const notes = `${FROM}\nSubject: DON'T DELETE THIS MESSAGE\nX-IMAP: 1 2\n\nInternal\n\n`;
    expect(await textsOf(`${expunged}${notes}${FROM}\n${mail('here')}`)).toEqual([
      '(no-mail)',
      '(no-mail)',
      mail('here'),
    ]);
  });

  it('shows a message that is marked as deleted but was not expunged, because nobody would see it otherwise', async () => {
    const [one] = await read(`${FROM}\nStatus: RO\nX-Status: D\n${mail('marked')}\n`);
    expect(one).toMatchObject({ kind: 'message', flags: ['\\Seen'] });
  });

  it('keeps the last message of a file that was cut off, and says that it was', async () => {
    const part = 'Content-Type: multipart/mixed; boundary="b1"\n\n--b1\n\nText\n';
    for (const cut of ['Subject: only a hea', mail('cut', 'in the mid'), part]) {
      const found = await read(`${FROM}\n${mail('1')}\n${FROM}\n${cut}`);
      expect(found.map((one) => one.kind === 'message' && one.isCut)).toEqual([false, true]);
    }
    const [whole] = await read(`${FROM}\n${part}--b1--\n`);
    expect(whole).toMatchObject({ isCut: false });
  });

  it('goes on behind a message that is too large', async () => {
    const huge = mail('huge', `${'x'.repeat(70)}\n`.repeat(200_000));
    expect(
      await textsOf(`${FROM}\n${mail('1')}\n${FROM}\n${huge}\n${FROM}\n${mail('3')}`, { largest: 100_000 }),
    ).toEqual([mail('1'), '(too-large)', mail('3')]);
  });

  it('survives a header line of a megabyte, two separators in a row, zero bytes and a file that is only a separator', async () => {
    const long = `Subject: 1\nX-Long: ${'a'.repeat(1_000_000)}\n\nHi\n`;
    expect(await textsOf(`${FROM}\n${long}`, { largest: 5_000_000 })).toEqual([long]);
    expect(await textsOf(`${FROM}\n${FROM}\n${mail('1')}`)).toEqual(['(empty)', mail('1')]);
    expect(await textsOf(`${FROM}\n${mail('nul', 'a\0b\n')}`)).toEqual([mail('nul', 'a\0b\n')]);
    expect(await textsOf(FROM)).toEqual(['(empty)']);
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    'From ',
    '>From ',
    '>>From x',
    FROM,
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    'Subject: a',
    'Status: RO\n',
    '\0',
  ),
  fc.constantFrom(
    'X-Latchkey-Size: 3\n',
    'X-Mozilla-Status: 0001\n',
    'Content-Length: 12\n',
    ': ',
    '\xe9\xff',
  ),
  fc.string({ maxLength: 12 }),
);
const anySource = fc
  .array(piece, { minLength: 1, maxLength: 24 })
  .map((all) => Buffer.from(all.join(''), 'latin1'));

describe('what is written', () => {
  it('is quoted and unquoted without a trace', () => {
    fc.assert(
      fc.property(anySource, (source) => {
        const quoted = Buffer.concat(quoteFrom(source));
        expect(Buffer.from(unquoteFrom(quoted)).equals(source)).toBe(true);
      }),
    );
  });

  it('comes back with every byte, flag and date, whatever stands in the messages', async () => {
    const anyFlags = fc.uniqueArray(
      fc.constantFrom('\\Seen', '\\Flagged', '\\Answered', '\\Draft', '$Forwarded', 'work', '$label1'),
    );
    const anyMessage = fc.record({
      source: anySource.filter((source) => source.length > 0),
      flags: anyFlags,
      internalDate: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000),
      sender: fc.constantFrom('ada@example.org', '', 'x y'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { minLength: 1, maxLength: 4 }), async (messages) => {
        const file = Buffer.concat(messages.flatMap((message) => mboxEntry(message)));
        const back = await read(file, { step: 50 });
        expect(back.map((one) => one.kind)).toEqual(messages.map(() => 'message'));
        for (const [index, one] of back.entries()) {
          const message = messages[index];
          if (one.kind !== 'message' || !message) throw new Error('not a message');
          expect(Buffer.from(one.source).equals(message.source)).toBe(true);
          expect([...one.flags].sort()).toEqual([...message.flags].sort());
          expect(one.internalDate).toBe(message.internalDate);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a hostile mbox', () => {
  it('a keyword cannot write a separator into an exported file', async () => {
    const forged =
      'x\u010a\u010aFrom\u0120a@b\u0120Thu\u0120Jan\u01201\u012000:00:00\u01202026\u010aSubject:\u0120forged';
    const entry = mboxEntry({
      source: Buffer.from(mail('real')),
      flags: [forged, '$Label1', 'caf\u00e9'],
      internalDate: 0,
      sender: 'a@b',
    });
    const [only, ...others] = await read(Buffer.concat(entry));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ kind: 'message', flags: ['$Label1', 'caf\u00e9'] });
  });

  it('a first line without an end is not read into memory', async () => {
    const size = 200 * LARGEST;
    let reads = 0;
    const endless: Reader = {
      size,
      async read(position, into) {
        reads += 1;
        into.fill(0x78);
        if (position === 0) into.set(Buffer.from(`${FROM} `));
        return Math.min(into.length, Math.max(0, size - position));
      },
    };
    const before = process.memoryUsage().arrayBuffers;
    const kinds: string[] = [];
    for await (const one of readMbox(endless, LARGEST)) kinds.push(one.kind);
    expect(kinds).toEqual(['too-large']);
    expect(reads).toBeGreaterThan(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * LARGEST);
  });
});
