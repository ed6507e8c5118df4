import { describe, expect, it } from 'vitest';
import { isSameAddress } from '../../../../src-main/accounts/sign-in-plan.ts';

describe('the address that signed in', () => {
  const google = ['gmail.com', 'googlemail.com'];
  it.each([
    ['Maya@Lab.test', 'maya@lab.test', []],
    ['maya@googlemail.com', 'maya@gmail.com', google],
  ])('%s is the same as %s', (one, other, domains) => {
    expect(isSameAddress(one, other, domains)).toBe(true);
  });

  it.each([
    ['maya@lab.test', 'samir@lab.test', ['lab.test']],
    ['maya@lab.test', 'maya@lab.test.example', []],
    ['maya@gmail.com', 'maya@lab.test', google],
    ['maya', 'maya@lab.test', []],
  ])('%s is another one than %s', (one, other, domains) => {
    expect(isSameAddress(one, other, domains)).toBe(false);
  });
});
