/** What `npm run torture` runs, one part after the other. */
import type { Direction, FaultKind } from '../servers/faulty-proxy.mjs';
import { runImapCuts } from './cut-imap.ts';
import { runSmtpCuts } from './cut-smtp.ts';
import { runKills } from './kill-rounds.ts';
import { runLargeMessage } from './large-message.ts';
import { addTallies, type Tally } from './tally.ts';

export type TortureOptions = { kills: number; cuts: boolean; seed: number; tell: (line: string) => void };

const KINDS: readonly FaultKind[] = ['cut', 'reset', 'half-close'];
const DIRECTIONS: readonly Direction[] = ['up', 'down'];

export async function torture({ kills, cuts, seed, tell }: TortureOptions): Promise<Tally> {
  const tallies: Tally[] = [];
  if (kills > 0) tallies.push((await runKills({ rounds: kills, seed, tell })).tally);
  if (cuts) {
    const options = { kinds: KINDS, directions: DIRECTIONS, tell };
    tallies.push((await runImapCuts(options)).tally, (await runSmtpCuts(options)).tally);
    tallies.push((await runLargeMessage({ megabytes: 300, tell })).tally);
  }
  return addTallies(tallies);
}
