import { describe, expect, it } from 'vitest';
import { sayCountdown } from '../../../../../src-renderer/screens/accounts/countdown.ts';

describe('the count-down of a sign-in', () => {
  it('is silent until the last minute', () => {
    expect(sayCountdown(300_000)).toBeUndefined();
    expect(sayCountdown(60_001)).toBeUndefined();
  });

  it('counts the last minute down to nothing and not below', () => {
    expect(sayCountdown(60_000)).toBe('1:00');
    expect(sayCountdown(47_500)).toBe('0:48');
    expect(sayCountdown(900)).toBe('0:01');
    expect(sayCountdown(-5000)).toBe('0:00');
  });
});
