import { expect, it, vi } from 'vitest';
import { namesAreRight } from '../../../../src-renderer/spelling/names-are-right.ts';

const speller = {
  check: async (words: readonly string[]) => new Set(words),
  subscribe: () => () => undefined,
};

it('takes the names of the people who are written to for right, and nothing else', async () => {
  const judge = namesAreRight(speller);
  expect([...(await judge.check(['Inês', 'teh']))]).toEqual(['Inês', 'teh']);
  judge.setNames(['Inês Carvalho', 'jonas@brandt-papier.example']);
  expect([...(await judge.check(['Inês', "Carvalho's", 'teh', 'Carv', 'jonas']))]).toEqual([
    'teh',
    'Carv',
    'jonas',
  ]);
});

it('tells whoever shows marks when the names change, and only then', () => {
  const judge = namesAreRight(speller);
  const listener = vi.fn();
  const stop = judge.subscribe(listener);
  judge.setNames(['Inês', 'Jonas']);
  judge.setNames(['Jonas', 'Inês']);
  expect(listener).toHaveBeenCalledTimes(1);
  judge.setNames([]);
  expect(listener).toHaveBeenCalledTimes(2);
  stop();
  judge.setNames(['Inês']);
  expect(listener).toHaveBeenCalledTimes(2);
});
