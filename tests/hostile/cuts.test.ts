/** The link broken (RST) at every byte of one dialogue. Every kind of break: `npm run torture -- --cuts`. */
import { expect, it } from 'vitest';
import { runImapCuts } from '../torture/cut-imap.ts';
import { runSmtpCuts } from '../torture/cut-smtp.ts';

const OPTIONS = { kinds: ['reset'], directions: ['up', 'down'] } as const;

it('changes reach the server once, whichever byte of the dialogue was the last', async () => {
  const { lines, tally } = await runImapCuts(OPTIONS);
  expect(lines).toEqual([]);
  expect(tally.rounds).toBeGreaterThan(800);
}, 120_000);

it('a message is never delivered twice, whichever byte of its submission was the last', async () => {
  const { lines, tally } = await runSmtpCuts(OPTIONS);
  expect(lines).toEqual([]);
  expect(tally.rounds).toBeGreaterThan(600);
}, 120_000);
