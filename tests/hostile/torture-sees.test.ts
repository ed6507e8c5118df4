/** The oracle of the torture runs sees what it is there to see: each kind of damage, planted. */
import { describe, expect, it } from 'vitest';
import { planRound } from '../torture/actions.ts';
import { begin, createJournal, flagOutcomes, GONE } from '../torture/journal.ts';
import { checkMessages } from '../torture/kill-checks.ts';
import { createRandom } from '../torture/random.ts';
import { createFindings } from '../torture/tally.ts';
import { differences, type ServerView } from '../torture/views.ts';

const copy = (path: string, hash = 'h', flags: string[] = []) => ({
  path,
  hash,
  flags: new Set(flags),
  text: '',
});

function findingsOf(
  copies: ServerView['copies'],
  change = (_journal: ReturnType<typeof createJournal>) => {},
) {
  const journal = createJournal();
  journal.addMessage('<a>', 'h', 'INBOX');
  change(journal);
  const findings = createFindings();
  checkMessages({ lines: new Map(), copies }, { journal, findings });
  const { rounds: _, ...found } = findings.tally;
  return found;
}
const NONE = { lost: 0, duplicated: 0, unsound: 0, unexplained: 0 };

describe('the oracle', () => {
  it('finds nothing where nothing is', () => {
    expect(findingsOf(new Map([['<a>', [copy('INBOX')]]]))).toEqual(NONE);
  });
  it('finds a message that is gone, in the wrong place, twice there, or changed', () => {
    expect(findingsOf(new Map())).toEqual({ ...NONE, lost: 1 });
    expect(findingsOf(new Map([['<a>', [copy('Trash')]]]))).toEqual({ ...NONE, lost: 1 });
    expect(findingsOf(new Map([['<a>', [copy('INBOX'), copy('Trash')]]]))).toEqual({
      ...NONE,
      duplicated: 1,
    });
    expect(findingsOf(new Map([['<a>', [copy('INBOX', 'other')]]]))).toEqual({ ...NONE, unsound: 1 });
  });
  it('finds an acknowledged change that is not there, and takes either outcome of one that was not answered', () => {
    const flagged = (isDone: boolean | undefined) => (journal: ReturnType<typeof createJournal>) => {
      const [message] = journal.messages;
      if (message) begin(flagOutcomes(message, '\\Seen'), true)(isDone);
    };
    const unseen = new Map([['<a>', [copy('INBOX')]]]);
    expect(findingsOf(unseen, flagged(true))).toEqual({ ...NONE, lost: 1 });
    expect(findingsOf(unseen, flagged(undefined))).toEqual(NONE);
    expect(findingsOf(unseen, flagged(false))).toEqual(NONE);
    const deleted = (journal: ReturnType<typeof createJournal>) => {
      for (const { places } of journal.messages) begin(places, GONE)(true);
    };
    expect(findingsOf(new Map(), deleted)).toEqual(NONE);
  });
  it('tells what only one side has', () => {
    const engine = new Map([['INBOX', ['<a> ', '<b> ']]]);
    expect(differences(engine, new Map([['INBOX', ['<a> ', '<c> ']]]))).toHaveLength(2);
    expect(differences(engine, engine)).toEqual([]);
  });
  it('plans the same from the same seed, and something else from another', () => {
    const plan = (seed: number) => JSON.stringify(planRound(createRandom(seed), 1));
    expect(plan(7)).toBe(plan(7));
    expect(plan(7)).not.toBe(plan(8));
  });
});
