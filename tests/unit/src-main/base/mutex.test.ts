import { expect, it } from 'vitest';
import { createBound } from '../../../../src-main/base/mutex.ts';

it('takes no more tasks at once than it was made for, and others when one has ended, well or not', async () => {
  const bound = createBound(2);
  const ends: (() => void)[] = [];
  const wait = () => bound(() => new Promise<void>((resolve) => ends.push(resolve)));
  const [first, second] = [wait(), wait()];
  await expect(wait()).rejects.toMatchObject({ code: 'busy', retry: 'later' });
  ends[0]?.();
  await first;
  await expect(bound(() => Promise.reject(new Error('over')))).rejects.toThrow('over');
  expect(await bound(async () => 'taken')).toBe('taken');
  ends[1]?.();
  await second;
});
