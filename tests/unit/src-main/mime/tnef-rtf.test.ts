import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../../src-main/mime/parse-source.ts';
import { readRtf } from '../../../../src-main/mime/tnef-rtf.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';
import { binary, messageProperties, tnef } from './tnef-writer.ts';

const head = (packed: Buffer, size: number, form: string) => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(packed.length + 12, 0);
  bytes.writeUInt32LE(size, 4);
  bytes.write(form, 8, 'latin1');
  return Buffer.concat([bytes, packed]);
};
const stored = (rtf: string) => head(Buffer.from(rtf, 'latin1'), rtf.length, 'MELA');
const read = (rtf: string) => readRtf(stored(rtf));
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const OUTLOOK = [
  '{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fnil\\fcharset204 Arial Cyr;}}',
  '{\\colortbl\\red0\\green0\\blue0;}\\uc1\\pard\\plain\\deftab360 \\f0\\fs24 ',
  '{\\*\\htmltag19 <html>}{\\*\\htmltag64}\\htmlrtf {\\htmlrtf0 ',
  '{\\*\\htmltag84 <b title="a\\{b\\}">}\\htmlrtf {\\b \\htmlrtf0 Gr\\\'fc\\u223?e & 1 < 2{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0 ',
  "{\\*\\htmltag84 &nbsp;}\\htmlrtf \\'a0\\htmlrtf0 {\\f1 \\'cf\\'f0\\'e8}\\u-10179?\\u-8704?",
  '{\\*\\mhtmltag84 <i>not this</i>}\\htmlrtf not this either\\par\\htmlrtf0',
  '{\\*\\htmltag27 </html>}\\htmlrtf }}\\htmlrtf0}',
].join('\r\n');

describe('the RTF of Outlook', () => {
  // MS-OXRTFCP §4: both examples.
  it.each([
    [
      '2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0',
      'hello world',
    ],
    ['1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0', 'WXYZWXYZWXYZWXYZWXYZ'],
  ])('is unpacked', (hex, text) => {
    expect(readRtf(bytes(hex))).toEqual({ text });
  });

  it('gives the HTML that was packed into it, and nothing that is only for programs that read RTF', () => {
    const html = read(OUTLOOK)?.html?.replaceAll('\n', '');
    expect(html).toBe('<html><b title="a{b}">Grüße &#38; 1 &#60; 2</b>&nbsp;При😀</html>');
  });

  it('gives text that was packed into it, and the words of one that was written as RTF', () => {
    expect(read('{\\rtf1\\ansi\\fromtext{\\fonttbl{\\f0 A;}}a\\tab b\\par <c>\\line d}')).toEqual({
      text: 'a\tb\n<c>\nd',
    });
    expect(
      read('{\\rtf1\\ansi{\\info{\\title No}}{\\pict 0102}Yes\\~\\emdash{\\*\\x no}\\bin3 abc!}'),
    ).toEqual({
      text: 'Yes\u00a0\u2014!',
    });
    expect(read("{\\rtf1\\ansi\\ansicpg932 \\'93\\'fa\\'96\\'7b}")).toEqual({ text: '日本' });
  });

  it('takes no word for a sign because every object knows it', () => {
    expect(read('{\\rtf1\\fromhtml1 a\\constructor b}')).toEqual({ html: 'ab' });
    expect(read('{\\rtf1\\fromtext a\\constructor b}')).toEqual({ text: 'ab' });
  });

  it('is no text where there is none, or where it is none', () => {
    for (const content of [
      Buffer.alloc(0),
      Buffer.alloc(16),
      stored(''),
      stored('plain'),
      stored('{\\rtf1 }'),
    ]) {
      expect(readRtf(content)).toBeUndefined();
    }
  });

  it('is read up to where it is broken, and never for long', () => {
    const whole = stored(OUTLOOK);
    let seed = 7;
    const random = (most: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % most;
    };
    for (let round = 0; round < 500; round++) {
      const broken = Buffer.from(
        round % 2
          ? whole
          : bytes(
              '2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0',
            ),
      );
      for (let change = 0; change < 4; change++) broken[16 + random(broken.length - 16)] = random(256);
      const found = readRtf(broken.subarray(0, 16 + random(broken.length - 16)));
      expect(Object.values(found ?? {}).join('').length).toBeLessThan(5_000);
    }
    for (const many of [
      '{',
      '\\u1',
      '\\bin9999999999 ',
      "\\'",
      "\\f1\\'e0",
      '{\\*\\htmltag1 ',
      '\\uc10\\u99',
    ]) {
      const spent = startCounting();
      readRtf(stored(`{\\rtf1\\fromhtml1${many.repeat(100_000)}`));
      expect(spent()).toBeLessThan(2_000);
    }
    // Each pair of bytes says: the last seventeen again.
    const bomb = head(
      Buffer.alloc(2_000_000, Buffer.from('ff0cef0cef0cef0cef0cef0cef0cef0cef', 'hex')),
      0xffffffff,
      'LZFu',
    );
    const spent = startCounting();
    readRtf(bomb);
    expect(spent()).toBeLessThan(2_000);
  });

  it('is the text of a message that came as nothing else', () => {
    const wrapped = tnef(messageProperties(binary(0x1009, stored(OUTLOOK)))).toString('base64');
    const message = parseSource(
      Buffer.from(
        `Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrapped}\r\n`,
      ),
    );
    expect(message.html).toContain('<b title="a{b}">Grüße');
    expect(message.attachments).toEqual([]);
    expect(message.preview).toContain('Grüße & 1 < 2');
  });
});
