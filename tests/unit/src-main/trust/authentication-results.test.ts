import { describe, expect, it } from 'vitest';
import { readAuthenticationResults } from '../../../../src-main/trust/authentication-results.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const plain = (text: string) => {
  const read = readAuthenticationResults(text);
  return (
    read && {
      by: read.authservId,
      results: read.results.map(({ method, result, properties }) => [
        method,
        result,
        Object.fromEntries(properties),
      ]),
    }
  );
};

describe('Authentication-Results', () => {
  it('are read as large providers write them', () => {
    const text = `mx.google.com;
       dkim=pass header.i=@example.org header.s=s1 header.b="aB/c+d==";
       spf=pass (google.com: domain of a@example.org designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@example.org;
       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org`;
    expect(plain(text)).toEqual({
      by: 'mx.google.com',
      results: [
        ['dkim', 'pass', { 'header.i': '@example.org', 'header.s': 's1', 'header.b': 'aB/c+d==' }],
        ['spf', 'pass', { 'smtp.mailfrom': 'a@example.org' }],
        ['dmarc', 'pass', { 'header.from': 'example.org' }],
      ],
    });
  });

  it.each([
    ['mail.example.org 1; none', { by: 'mail.example.org', results: [] }],
    ['"mail.example.org"; none;', { by: 'mail.example.org', results: [] }],
    [
      '(a (nested \\) one)) foo.example; dkim/1 = fail reason="bad; signature" header.d=example.com (x)',
      { by: 'foo.example', results: [['dkim', 'fail', { 'header.d': 'example.com' }]] },
    ],
    [
      'a.example; spf=pass smtp . mailfrom = b@c.example',
      { by: 'a.example', results: [['spf', 'pass', { 'smtp.mailfrom': 'b@c.example' }]] },
    ],
  ])('are read after RFC 8601: %s', (text, expected) => {
    expect(plain(text)).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['no results', 'mx.example.org'],
    ['no name', '; dmarc=pass'],
    ['a result in the place of the name', 'spf=pass smtp.mailfrom=a@b.example; dmarc=pass'],
    ['a comment that does not end', 'mx.example.org; dmarc=pass (x header.from=a.example'],
    ['a comment that ends twice', 'mx.example.org; dmarc=pass) header.from=a.example'],
    ['a quote that does not end', 'mx.example.org; dkim=pass header.d="a.example'],
    ['a control', 'mx.example.org; dmarc=pass\0'],
    ['a property that stands there twice', 'mx.example.org; dkim=pass header.d=a.example header.d=b.example'],
    ['two results without a semicolon', 'mx.example.org; spf=fail dmarc = pass = x'],
    ['too much', `mx.example.org; dmarc=pass (${'x'.repeat(30_000)})`],
    ['too many results', `mx.example.org${'; dkim=pass'.repeat(100)}`],
  ])('with %s say nothing', (_title, text) => {
    expect(readAuthenticationResults(text)).toBeUndefined();
  });
});

it('takes time in proportion to its length', () => {
  const spent = startCounting();
  for (const piece of ['(', '"', '\\', ' ', 'a=', ';', '(\\)', 'a.b=c '])
    readAuthenticationResults(`mx.example.org; dkim=pass ${piece.repeat(19_000 / piece.length)}`);
  expect(spent()).toBeLessThan(1_000);
});
