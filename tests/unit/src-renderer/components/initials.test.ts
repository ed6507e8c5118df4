import { describe, expect, it } from 'vitest';
import { initialsOf } from '../../../../src-renderer/components/initials.ts';

describe('initials', () => {
  it('are the first letters of the first and the last word', () => {
    expect(initialsOf('Inês de Carvalho')).toBe('IC');
    expect(initialsOf('norrtåg')).toBe('N');
    expect(initialsOf('"Ulrike" (Lindgård)')).toBe('UL');
  });

  it('are one character where characters are words, and leave an article out', () => {
    expect(initialsOf('山田 由美')).toBe('山');
    expect(initialsOf('The Long Field')).toBe('LF');
  });

  it('are a question mark for nobody', () => {
    expect(initialsOf(' \u202e ')).toBe('?');
  });
});
