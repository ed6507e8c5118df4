import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../../../src-main/base/packed.ts';

describe('pack', () => {
  it.each([
    ['a short text', Buffer.from('Hello')],
    ['a large file in Base64', Buffer.from(randomBytes(1_500_000).toString('base64'))],
    ['a large text', Buffer.from('The same words again. '.repeat(100_000))],
  ])('gives back %s', (_name, content) => {
    const packed = pack(content);
    expect(Buffer.from(unpack(packed)).equals(content)).toBe(true);
    expect(packed.length).toBeLessThan(content.length * 0.78 + 20);
  });

  it('still finds what repeats in a large text', () => {
    expect(pack(Buffer.from('The same words again. '.repeat(100_000))).length).toBeLessThan(50_000);
  });
});
