import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkify } from '../../../../src-renderer/html/linkify.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const linksOf = (text: string): string[] =>
  linkify(text).flatMap((segment) => (segment.kind === 'link' ? [segment.url] : []));

describe('links in plain text', () => {
  it('are found with http and https and as mail addresses', () => {
    expect(linksOf('see https://a.example/x?y=1#z and HTTP://B.example or me@c.example')).toEqual([
      'https://a.example/x?y=1#z',
      'HTTP://B.example',
      'mailto:me@c.example',
    ]);
  });

  it('leave the punctuation of the sentence outside', () => {
    expect(linksOf('(https://a.example/x).')).toEqual(['https://a.example/x']);
    expect(linksOf('https://a.example/x_(y), then')).toEqual(['https://a.example/x_(y)']);
    expect(linksOf('Is it https://a.example/?!')).toEqual(['https://a.example/']);
  });

  it('end before quotes and angle brackets', () => {
    expect(linksOf('<https://a.example/"onmouseover=alert(1)>')).toEqual(['https://a.example/']);
  });

  it('are never made of other schemes', () => {
    expect(linksOf('javascript:alert(1) data:text/html,x file:///etc/passwd smb://x https://')).toEqual([]);
  });

  it('never change the text', () => {
    const part = fc.constantFrom(
      'https://a.b',
      '(',
      ')',
      '.',
      ' ',
      '@',
      'x@y.de',
      '\n',
      '<',
      '"',
      'é',
      '://',
      'http',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        expect(
          linkify(text)
            .map((segment) => segment.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  it.each([
    ['brackets', `https://a.example/${'('.repeat(1_000_000)}`],
    ['closing brackets', `https://a.example/${')'.repeat(1_000_000)}`],
    ['letters without an at sign', 'a'.repeat(1_000_000)],
    ['at signs', 'a@'.repeat(500_000)],
    ['dots', `x@${'a.'.repeat(500_000)}`],
    ['beginnings of links', 'http://'.repeat(150_000)],
  ])('are found in linear time among a million %s', (_name, text) => {
    const spent = startCounting();
    linkify(text);
    expect(spent()).toBeLessThan(3_000);
  });
});
