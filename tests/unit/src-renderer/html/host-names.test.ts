import { domainToASCII, domainToUnicode } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLabel, isDisguisedHost } from '../../../../src-renderer/html/host-names.ts';

describe('a label of a host', () => {
  it('is read as Node reads it', () => {
    for (const name of ['bücher', 'münchen-ost', 'почта', '例え', 'ليهمابتكلموشعربي', 'hello-あ-1', '😀']) {
      const ascii = domainToASCII(name);
      expect(decodeLabel(ascii.slice(4))).toBe(domainToUnicode(ascii));
    }
  });

  it('of any letters comes to an end, as letters or as none', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{0,60}$/), (text) => {
        const letters = decodeLabel(text);
        expect(letters === undefined || letters.length <= 130).toBe(true);
      }),
    );
  });
});

describe('a host in letters of other scripts', () => {
  it.each(['раypal.com', 'аррӏе.com', 'gооgle.de', 'exаmple.org', 'login.ραypal.com'])(
    'is disguised when it can be taken for a Latin one: %s',
    (host) => expect(isDisguisedHost(domainToASCII(host))).toBe(true),
  );

  it.each(['bücher.de', 'почта.рф', '例え.jp', 'παράδειγμα.gr', 'bank.example', 'xn--zca.example'])(
    'is not when it is a name of its own: %s',
    (host) => expect(isDisguisedHost(domainToASCII(host))).toBe(false),
  );

  it('is when nobody can read it', () => {
    expect(isDisguisedHost('xn--99999999.com')).toBe(true);
  });
});
