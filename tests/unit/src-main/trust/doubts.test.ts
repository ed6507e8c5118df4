import { describe, expect, it } from 'vitest';
import { trueFormOf } from '../../../../src-main/trust/domain-doubts.ts';
import { decodeWords } from '../../../../src-main/trust/encoded-words.ts';
import { createKnownPeople } from '../../../../src-main/trust/known-people.ts';
import { addressClaimedBy, foldedName, hasInvisibleSigns } from '../../../../src-main/trust/name-doubts.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

describe('signs that cannot be seen', () => {
  it.each([
    ['right-to-left override', 'Ada \u202egpj.exe'],
    ['isolates', 'Ada \u2066x\u2069'],
    ['a mark of direction', 'Ada\u200f'],
    ['a space without width', 'a\u200bda'],
    ['a word joiner', 'a\u2060da'],
    ['a byte order mark', '\ufeffAda'],
    ['a blank of Braille', 'Ada \u2800'],
    ['a Hangul filler', '\u3164'],
    ['a half-width filler', '\uffa0'],
    ['a soft hyphen', 'pay\u00adpal'],
    ['tags', 'Ada\u{e0041}\u{e0064}'],
    ['a joiner between Latin letters', 'a\u200dda'],
    ['500 marks on one letter', `A${'\u0301'.repeat(500)}`],
    ['a line separator', 'Ada\u2028'],
    ['a control', 'Ada\u0007'],
    ['a variation selector on a letter', 'A\ufe0fda'],
  ])('are found: %s', (_title, text) => {
    expect(hasInvisibleSigns(text)).toBe(true);
  });

  it.each([
    'Ada Lovelace',
    'Nguyễn Thị Ánh',
    'کاوه\u200cنیا',
    'श्रीमती क्\u200dष',
    'Ada 👩\u200d💻',
    'Ada ❤\ufe0f',
    'Team 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    '山田 太郎',
    'محمد',
    'שלום',
    '👩🏽\u200d🚀',
  ])('are not seen where people write so: %s', (text) => {
    expect(hasInvisibleSigns(text)).toBe(false);
  });
});

describe('a name that claims to be an address', () => {
  it.each([
    ['ceo@bank.com', 'ceo@bank.com'],
    ['The boss (ceo@bank.com)', 'ceo@bank.com'],
    ['ceo＠bank．com', 'ceo@bank.com'],
    ['ceo @ bank.com', 'ceo@bank.com'],
    ['ceo\u200b@bank.com', 'ceo@bank.com'],
  ])('%s', (name, claimed) => {
    expect(addressClaimedBy({ name, address: 'x@evil.example' })).toBe(claimed);
  });

  it.each(['Ada', 'X@EVIL.example', '@ada', 'Ada @ work', 'a@b'])('is not %s', (name) => {
    expect(addressClaimedBy({ name, address: 'x@evil.example' })).toBeUndefined();
  });
});

describe('the true form of a domain', () => {
  it.each([
    ['x@Раypal.com', 'xn--ypal-43d9g.com'],
    ['x@xn--ypal-43d9g.com', 'xn--ypal-43d9g.com'],
    ['x@аррӏе.com', 'xn--80ak6aa92e.com'],
    ['x@bank。com', 'bank.com'],
    ['x@ｂank.com', 'bank.com'],
    ['x@ba\u00adnk.com', 'bank.com'],
    ['x@ba\u200bnk.com', 'bank.com'],
    ['x@gооgle.com', 'xn--ggle-55da.com'],
  ])('is told of %s', (address, ascii) => {
    expect(trueFormOf(address)).toBe(ascii);
  });

  it('that nobody can have registered is told as it stands', () => {
    expect(trueFormOf('x@xn--zzzzzzzzzzzz99999.com')).toBeDefined();
    expect(trueFormOf('x@a\u202eb.com')).toBeDefined();
  });

  it.each([
    'x@example.org',
    'x@müller.de',
    'x@xn--mller-kva.de',
    'x@президент.рф',
    'x@日本語テスト.jp',
    'x@παράδειγμα.gr',
    'x@[192.0.2.1]',
    'x@EXAMPLE.ORG',
    'root',
  ])('is not told of %s', (address) => {
    expect(trueFormOf(address)).toBeUndefined();
  });
});

describe('somebody known', () => {
  const ada = { name: 'Ada Lovelace', address: 'ada@paypal.com' };
  const jo = { name: 'Jo', address: 'jo@example.org' };
  const known = createKnownPeople([ada, jo]);

  it.each([
    ['ada@paypaI.com', 'another letter that looks the same'],
    ['ada@paypa1.com', 'a digit'],
    ['ada@payapl.com', 'two letters changed round'],
    ['ada@paypall.com', 'one letter more'],
    ['ada@paypl.com', 'one letter less'],
    ['ada@раураӏ.com', 'another script'],
    ['ada@xn--ypal-43d9g.com', 'another script in its ASCII form'],
    ['service@paypa1.com', 'another person at such a domain'],
    ['αda@paypal.com', 'a letter in front of the @'],
  ])('is resembled by %s: %s', (address) => {
    expect(known.lookalike(address)).toEqual(ada);
  });

  it.each(['ada@paypal.com', 'ADA@PayPal.com', 'eve@paypal.com', 'ada@example.com', 'x@elsewhere.example'])(
    'is not resembled by %s',
    (address) => {
      expect(known.lookalike(address)).toBeUndefined();
    },
  );

  it('has a namesake elsewhere, whatever the order, the case and the marks', () => {
    const elsewhere = { name: 'LOVELACE, Adá', address: 'ada@evil.example' };
    expect(known.namesake(elsewhere)).toEqual(ada);
    expect(known.namesake(ada)).toBeUndefined();
    expect(known.namesake({ name: 'Jo', address: 'jo@elsewhere.example' })).toBeUndefined();
    expect(foldedName('\u202eAda\u200b  Lovelace')).toBe('ada lovelace');
  });

  it('is found among 20,000 at once', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ({
      name: `Person Number${n}`,
      address: `person${n}@company${n % 2_000}-${(n * 7919) % 2_000}.example`,
    }));
    const all = createKnownPeople([...many, ada]);
    const spent = startCounting();
    for (let n = 0; n < 200; n++) all.lookalike(`someone${n}@organisation${n}.example`);
    expect(all.lookalike('ada@paypa1.com')).toEqual(ada);
    expect(spent()).toBeLessThan(500);
  });
});

it('encoded words are decoded once, controls in them are not passed on', () => {
  expect(decodeWords('=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?w6ho?=')).toBe('Grüßeèh');
  expect(decodeWords('=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=')).toBe('=?utf-8?q?x?=');
  expect(decodeWords('=?utf-8?q?a=0D=0AB?=')).toBe('a\ufffd\ufffdB');
  expect(decodeWords('=?nonsense?q?abc?=')).toBe('=?nonsense?q?abc?=');
});
