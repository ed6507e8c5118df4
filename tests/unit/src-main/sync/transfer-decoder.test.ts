import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTransferDecoder } from '../../../../src-main/sync/transfer-decoder.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

function decode(encoding: string, text: string, size: number): Buffer {
  const decoder = createTransferDecoder(encoding);
  const bytes = Buffer.from(text, 'latin1');
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(decoder.decode(bytes.subarray(at, at + size)));
  return Buffer.concat([...pieces, decoder.end()]);
}

describe('a transfer encoding', () => {
  it('base64 is undone whatever the pieces are', () => {
    const content = randomBytes(1_000);
    const text = content.toString('base64').replace(/.{76}/g, '$&\r\n');
    for (const size of [1, 2, 3, 5, 77, 5_000]) expect(decode('BASE64', text, size)).toEqual(content);
  });

  it('quoted-printable is undone whatever the pieces are', () => {
    const text = 'caf=C3=A9 with a soft=\r\n break, an end \t\r\nand =3D signs\r\n';
    for (const size of [1, 2, 3, 7, 500]) {
      expect(decode('quoted-printable', text, size).toString()).toBe(
        'café with a soft break, an end\r\nand = signs\r\n',
      );
    }
  });

  it('a line without end is undone in bounded pieces', () => {
    const text = '=41'.repeat(20_000);
    expect(decode('quoted-printable', text, 4_001).toString()).toBe('A'.repeat(20_000));
  });

  it('a megabyte of spaces is read once, and not held for a line end that never comes', () => {
    const decoder = createTransferDecoder('quoted-printable');
    const spent = startCounting();
    const spaces = ' '.repeat(1_000_000);
    const first = decoder.decode(Buffer.from(`${spaces}x${spaces}`));
    expect(first.length).toBeGreaterThan(1_980_000);
    expect(first.length + decoder.decode(Buffer.from(`${spaces}=`)).length + decoder.end().length).toBe(
      3_000_002,
    );
    expect(spent()).toBeLessThan(1_000);
  });

  it('what is not encoded, or nobody knows how, is handed on', () => {
    for (const encoding of ['7bit', '8bit', 'binary', 'x-unknown', ''])
      expect(decode(encoding, 'a=3D', 3).toString()).toBe('a=3D');
  });
});
