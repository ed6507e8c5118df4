import { describe, expect, it } from 'vitest';
import { domainOf, isAddress, parseTypedAddress } from '../../../../src-shared/text/address.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

describe('isAddress', () => {
  it.each(['maya@lindgard.example', 'a.b+c@sub.domain.example', 'jörg@müller.example', "o'neill@x.example"])(
    'takes %s',
    (text) => expect(isAddress(text)).toBe(true),
  );
  it.each([
    '',
    'maya',
    'maya@',
    '@lindgard.example',
    'maya@localhost',
    'maya lindgard@x.example',
    'maya@x..example',
    'maya@-x.example',
    '.maya@x.example',
    'a..b@x.example',
    'a@b@c.example\r\nBcc: evil@x.example',
    'maya@x.example>',
    `${'a'.repeat(65)}@x.example`,
  ])('refuses %j', (text) => expect(isAddress(text)).toBe(false));
});

describe('parseTypedAddress', () => {
  it('reads a name before the address, with or without quotes', () => {
    expect(parseTypedAddress('Maya Lindgård <maya@x.example>')).toEqual({
      name: 'Maya Lindgård',
      address: 'maya@x.example',
    });
    expect(parseTypedAddress('"Lindgård, Maya" <maya@x.example>')).toEqual({
      name: 'Lindgård, Maya',
      address: 'maya@x.example',
    });
  });
  it('keeps a half-typed address as it is, so that nothing typed is lost', () => {
    expect(parseTypedAddress('  maya@ ')).toEqual({ name: '', address: 'maya@' });
  });
  it('does not take long on hostile input', () => {
    const text = `${'<'.repeat(50_000)}${'"'.repeat(50_000)}`;
    const spent = startCounting();
    parseTypedAddress(text);
    expect(spent()).toBeLessThan(2_000);
  });
});

it('finds the domain in lower case', () => {
  expect(domainOf('Maya@Lindgard.EXAMPLE')).toBe('lindgard.example');
  expect(domainOf('maya')).toBe('');
});
