/** What `npm run torture` runs, one part after the other. */
import { runKills } from './kill-rounds.ts';
import { addTallies, type Tally } from './tally.ts';

export type TortureOptions = { kills: number; cuts: boolean; seed: number; tell: (line: string) => void };

export async function torture({ kills, seed, tell }: TortureOptions): Promise<Tally> {
  const tallies: Tally[] = [];
  if (kills > 0) tallies.push((await runKills({ rounds: kills, seed, tell })).tally);
  return addTallies(tallies);
}
