/** kill -9 of the engine, 150 times, at random moments. More, and other seeds: `npm run torture -- --kills 1000 --seed 7`. */
import { expect, it } from 'vitest';
import { runKills } from '../torture/kill-rounds.ts';

it('loses nothing, sends nothing twice and opens again, whenever it was killed', async () => {
  const { lines, tally } = await runKills({ rounds: 150, seed: 1 });
  expect(lines).toEqual([]);
  expect(tally).toEqual({ rounds: 150, lost: 0, duplicated: 0, unsound: 0, unexplained: 0 });
}, 600_000);
