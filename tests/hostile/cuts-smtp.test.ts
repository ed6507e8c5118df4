/** The link broken (RST) at every byte of a submission. Every kind of break: `npm run torture -- --cuts`. */
import { expect, it } from 'vitest';
import { runSmtpCuts } from '../torture/cut-smtp.ts';

it('a message is never delivered twice, whichever byte of its submission was the last', async () => {
  const { lines, tally } = await runSmtpCuts({ kinds: ['reset'], directions: ['up', 'down'] });
  expect(lines).toEqual([]);
  expect(tally.rounds).toBeGreaterThan(500);
}, 240_000);
