import { expect, it } from 'vitest';
import { drill } from '../drill/run.ts';

it('five accounts are signed out of at once, and no key of theirs lives on, also when the provider was down', async () => {
  const results = await drill(() => undefined);
  expect(results).toMatchObject([
    { act: 'provider answers', accounts: 5, alive: 0, open: 0, proved: 5 },
    { act: 'provider is down', accounts: 5, alive: 0, open: 0, proved: 5 },
  ]);
});
