import { describe, expect, it } from 'vitest';
import { isTooComplex } from '../../../../src-renderer/html/sanitise.ts';

// What the sanitiser lets through can only be tried in a browser: tests/e2e and tests/hostile open mails in the real frame.
describe('HTML that is too much', () => {
  it('is told by its tags before anything parses it', () => {
    expect(isTooComplex('<b>'.repeat(15_001))).toBe(true);
    expect(isTooComplex('<p>a</p>'.repeat(7_000))).toBe(false);
  });

  it('is told by formatting that is never closed, which the parser would open again and again', () => {
    expect(isTooComplex('<b><i class=x><a href=y>'.repeat(101))).toBe(true);
    expect(isTooComplex('<b>a</b><i>b</i>'.repeat(1_000))).toBe(false);
    expect(isTooComplex('<br><body><span>'.repeat(1_000))).toBe(false);
  });

  it('is told by its length', () => {
    expect(isTooComplex('a'.repeat(5_000_001))).toBe(true);
  });
});
