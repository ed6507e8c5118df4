/** The link broken (RST) at every byte of the server's answers. Every kind, both directions: `npm run torture -- --cuts`. */
import { expect, it } from 'vitest';
import { runImapCuts } from '../torture/cut-imap.ts';

it('changes reach the server once, whichever byte of the dialogue came last', async () => {
  const { lines, tally } = await runImapCuts({ kinds: ['reset'], directions: ['down'] });
  expect(lines).toEqual([]);
  expect(tally.rounds).toBeGreaterThan(500);
}, 240_000);
