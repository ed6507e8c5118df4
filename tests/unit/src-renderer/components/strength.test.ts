import { describe, expect, it } from 'vitest';
import { LOWEST_LEVEL, measureStrength } from '../../../../src-renderer/components/strength.ts';
import { costOf } from '../../../fixtures/processor-time.ts';

describe('the strength of a passphrase', () => {
  it.each([
    ['password', 'strength.common'],
    ['short1', 'strength.short'],
    ['qwertyuiopasdfgh', 'strength.common'],
    ['aaaaaaaaaaaaaaaa', 'strength.pattern'],
    ['abcdefghabcdefgh', 'strength.pattern'],
    ['iloveyou', 'strength.common'],
  ])('%s is too weak, and why is said: %s', async (passphrase, warning) => {
    const { level, warnings } = await measureStrength(passphrase, []);
    expect(level).toBeLessThan(LOWEST_LEVEL);
    expect(warnings).toContain(warning);
  });

  it('sees the address of the person in it', async () => {
    const own = ['maya.lindgard'];
    expect((await measureStrength('maya.lindgard', own)).warnings).toContain('strength.own');
    expect((await measureStrength('maya.lindgard', [])).warnings).not.toContain('strength.own');
  });

  it('is good with words that have nothing to do with each other, and then nothing is warned of', async () => {
    const { level, warnings } = await measureStrength('otter brick lampshade violet ladder', []);
    expect(level).toBe(4);
    expect(warnings).toEqual([]);
  });

  it('is measured quickly, also when somebody pastes a book', async () => {
    expect(await costOf(() => measureStrength('x1'.repeat(5_000), []))).toBeLessThan(2_000);
  });
});
