/** 100 MB here, 300 MB in `npm run torture`. */
import { expect, it } from 'vitest';
import { runLargeMessage } from '../torture/large-message.ts';

it('a message of 100 MB is read, its attachment saved whole, and the engine stays small', async () => {
  const { lines } = await runLargeMessage({ megabytes: 100 });
  expect(lines).toEqual([]);
}, 120_000);
