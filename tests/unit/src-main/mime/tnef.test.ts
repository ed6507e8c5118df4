import { describe, expect, it } from 'vitest';
import { attachmentOf, nestedOf, parseSource } from '../../../../src-main/mime/parse-source.ts';
import { readTnef } from '../../../../src-main/mime/tnef.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';
import {
  attribute,
  binary,
  embedded,
  file,
  messageProperties,
  number,
  tnef,
  unicode,
} from './tnef-writer.ts';

const inMail = (stream: Buffer, text = 'See the file.') =>
  Buffer.from(
    `Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${text}\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n${stream.toString('base64')}\r\n--b\r\nContent-Type: application/pdf; name=last.pdf\r\n\r\n%PDF-\r\n--b--\r\n`,
  );
const html = (text: string) => binary(0x1013, Buffer.from(text, 'latin1'));
const named = [0x8005, 0x03, Buffer.from([1, 0, 0, 0])] as [number, number, Buffer];

describe('winmail.dat', () => {
  it('gives its files to the message, behind the others, and is not shown itself', () => {
    const source = inMail(
      tnef(
        file(
          'LONGNA~1.TXT',
          Buffer.from('one'),
          unicode(0x3707, 'Lönger name.txt'),
          unicode(0x370e, 'text/plain'),
        ),
        file('two.exe', Buffer.from('MZ')),
      ),
    );
    const message = parseSource(source);
    expect(message.text).toBe('See the file.');
    expect(message.attachments).toMatchObject([
      { part: 1, filename: 'last.pdf' },
      { part: 2, filename: 'Lönger name.txt', contentType: 'text/plain', size: 3, preview: 'text' },
      { part: 3, filename: 'two.exe', isProgram: true },
    ]);
    expect(Buffer.from(attachmentOf(source, 2)?.content ?? []).toString()).toBe('one');
    expect(attachmentOf(source, 0)?.filename).toBe('winmail.dat');
  });

  it('gives its text where the message has none', () => {
    const stream = tnef(messageProperties(named, number(0x3fde, 28_591), html('<p>Gr\xfc\xdfe</p>')));
    const message = parseSource(inMail(stream, ''));
    expect(message).toMatchObject({ html: '<p>Grüße</p>', text: 'Grüße' });
    expect(message.attachments).toMatchObject([{ filename: 'last.pdf' }]);
    expect(parseSource(inMail(tnef(messageProperties(unicode(0x1000, 'plain\r\nwords'))), '')).text).toBe(
      'plain\nwords',
    );
  });

  it('stays the file that it is when nothing can be taken out of it', () => {
    for (const stream of [
      tnef(messageProperties(binary(0x1009, Buffer.from('LZFu')))),
      Buffer.from('no tnef at all'),
      tnef(),
    ]) {
      expect(parseSource(inMail(stream)).attachments[0]).toMatchObject({ part: 0, filename: 'winmail.dat' });
    }
  });

  it('opens the messages in it as mail, in each other too', () => {
    const inner = tnef(messageProperties(unicode(0x0037, 'innermost'), unicode(0x1000, 'deep')));
    const outer = tnef(
      messageProperties(
        unicode(0x0037, 'A subject'),
        unicode(0x0c1a, 'Ann'),
        unicode(0x5d01, 'ann@x.test'),
        unicode(0x1000, 'Hello'),
      ),
      embedded('innermost', inner),
    );
    const source = inMail(tnef(embedded('A subject', outer)));
    const { attachments } = parseSource(source);
    expect(attachments[1]).toMatchObject({ part: 2, filename: 'A subject.dat', preview: 'message' });
    expect(nestedOf(source, [2])).toMatchObject({
      subject: 'A subject',
      from: [{ name: 'Ann', address: 'ann@x.test' }],
      text: 'Hello',
      attachments: [{ part: 0, preview: 'message' }],
    });
    expect(nestedOf(source, [2, 0])).toMatchObject({ subject: 'innermost', text: 'deep' });
    expect(nestedOf(source, [2, 1])).toBeUndefined();
    expect(nestedOf(source, [1])).toBeUndefined();
  });

  it('is read up to where it is broken, wherever that is, and never for long', () => {
    const whole = tnef(
      messageProperties(unicode(0x0037, 'Subject'), named),
      file('a.txt', Buffer.from('content'), unicode(0x3707, 'a long name.txt')),
      embedded('inside', tnef(messageProperties(unicode(0x1000, 'x')))),
    );
    const spent = startCounting();
    for (let length = 0; length < whole.length; length++) readTnef(whole.subarray(0, length));
    for (let at = 6; at < whole.length; at++) {
      for (const byte of [0, 0x7f, 0xff]) {
        const broken = Buffer.from(whole);
        broken[at] = byte;
        readTnef(broken);
      }
    }
    expect(spent()).toBeLessThan(5_000);
    const many = attribute(1, 0x00069003, Buffer.alloc(400_000, 0xff));
    expect(readTnef(tnef(many))?.files).toEqual([]);
    const loop = Buffer.alloc(800_000);
    for (let at = 0; at < loop.length; at += 8) loop.writeUInt32LE(0x00011001, at);
    expect(readTnef(tnef(attribute(1, 0x00069003, loop)))).toBeDefined();
  });

  it('has no more files than anybody attaches', () => {
    const stream = tnef(...Array.from({ length: 1_500 }, () => file('a', Buffer.from('x'))));
    expect(readTnef(stream)?.files).toHaveLength(1_000);
  });
});
