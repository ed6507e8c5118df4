import { describe, expect, it } from 'vitest';
import { createCredentials } from '../../../../src-main/accounts/credentials.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';

describe('submitted secrets', () => {
  it('are given out once', () => {
    const credentials = createCredentials(createManualClock(0));
    const name = credentials.submit('secret');
    expect(credentials.take(name)).toBe('secret');
    expect(() => credentials.take(name)).toThrow('input-invalid');
  });

  it('are forgotten when nobody uses them', () => {
    const clock = createManualClock(0);
    const credentials = createCredentials(clock);
    const name = credentials.submit('secret');
    clock.advance(15 * 60_000);
    expect(() => credentials.take(name)).toThrow('input-invalid');
  });

  it('do not heap up when a window submits one after the other', () => {
    const credentials = createCredentials(createManualClock(0));
    const first = credentials.submit('first');
    const names = Array.from({ length: 1_000 }, () => credentials.submit('x'.repeat(10_000)));
    expect(() => credentials.take(first)).toThrow('input-invalid');
    const kept = names.filter((name) => {
      try {
        return credentials.take(name) !== '';
      } catch {
        return false;
      }
    });
    expect(kept).toEqual(names.slice(-20));
  });
});
