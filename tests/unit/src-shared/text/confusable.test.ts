import { describe, expect, it } from 'vitest';
import { isNear, resembles, skeletonOf } from '../../../../src-shared/text/confusable.ts';

describe('what texts look like', () => {
  it.each([
    ['paypal.com', 'раypal.com'],
    ['paypal.com', 'paypaI.com'],
    ['paypal.com', 'PayPal.com'],
    ['amazon.example', 'arnazon.example'],
    ['google.com', 'g00gle.com'],
    ['apple.com', 'ａｐｐｌｅ.com'],
    ['apple.com', 'ap\u200bple.com'],
    ['apple.com', 'aṗple.com'],
    ['cloud.example', 'doud.example'],
    ['ΟΤΕ.example', 'OTE.example'],
  ])('%s and %s look the same', (one, other) => {
    expect(skeletonOf(one)).toBe(skeletonOf(other));
  });

  it('keeps apart what a reader keeps apart', () => {
    expect(skeletonOf('example.org')).not.toBe(skeletonOf('example.net'));
    expect(skeletonOf('muster')).not.toBe(skeletonOf('master'));
    expect(skeletonOf('alicia')).not.toBe(skeletonOf('alida'));
  });
});

describe('what is near', () => {
  it.each([
    ['gmail.com', 'gmial.com', true],
    ['gmail.com', 'gmai.com', true],
    ['gmail.com', 'gmaill.com', true],
    ['example.org', 'exarnple.org', true],
    ['example.org', 'example.org', false],
    ['example.org', 'EXAMPLE.org', false],
    ['example.org', 'example.net', false],
    ['host1.example.org', 'host2.example.org', false],
    ['host1.example.org', 'hostl.example.org', true],
    ['jan', 'jon', false],
    ['jan', 'ján', true],
  ])('%s, %s: %s', (one, other, near) => {
    expect(isNear(one, other)).toBe(near);
    expect(isNear(other, one)).toBe(near);
  });

  it('an address resembles another by its name or by its domain, not by both a little', () => {
    expect(resembles('ada@exarnple.org', 'ada@example.org')).toBe(true);
    expect(resembles('lovelaec@example.org', 'lovelace@example.org')).toBe(true);
    expect(resembles('grace@exarnple.org', 'ada@example.org')).toBe(false);
    expect(resembles('ADA@example.org', 'ada@example.org')).toBe(false);
    expect(resembles('nobody', 'ada@example.org')).toBe(false);
  });
});
