import { describe, expect, it } from 'vitest';
import {
  groupByDay,
  iconOf,
  isTrouble,
  sayCheck,
  sayDay,
  sayFinding,
  sayLine,
} from '../../../../../src-renderer/screens/activity/activity-words.ts';
import {
  type ActivityCheck,
  type ActivityEntry,
  activityFinding,
  auditKind,
} from '../../../../../src-shared/model/activity.ts';
import type { AccountId } from '../../../../../src-shared/model/ids.ts';

const NOON = new Date(2026, 2, 11, 12).getTime();
const HOUR = 3_600_000;

let number = 100;
function entry(kind: ActivityEntry['kind'], at: number, more: Partial<ActivityEntry> = {}): ActivityEntry {
  number -= 1;
  return { number, kind, at, host: 'accounts.example', facts: {}, ...more };
}
const maya = 'maya' as AccountId;
const nora = 'nora' as AccountId;

/** Whatever facts any sentence asks for. */
const FACTS = {
  messages: 3,
  what: 'grant',
  count: 2,
  before: NOON,
  good: 1,
  bad: 0,
  unknown: 0,
  added: 'x',
  imap: 'i',
  smtp: 's',
};

describe('the list of what happened', () => {
  it('says why a sign-in did not succeed, where the reason is known', () => {
    const say = (facts: ActivityEntry['facts']): string =>
      sayLine({ entry: entry('sign-in-failed', NOON, { facts }), count: 1 });
    expect(say({ code: 'address-mismatch' })).toBe(
      'A sign-in did not succeed. Nothing was saved. You signed in as somebody else than the address says.',
    );
    expect(say({ code: 'of a later version' })).toBe('A sign-in did not succeed. Nothing was saved.');
    expect(say({})).toBe('A sign-in did not succeed. Nothing was saved.');
  });

  it('counts the renewals of one account on one day in one line, and leaves everything else as it was', () => {
    const days = groupByDay([
      entry('refreshed', NOON, { accountId: maya }),
      entry('signed-in', NOON - HOUR, { accountId: nora }),
      entry('refreshed', NOON - HOUR, { accountId: nora }),
      entry('refreshed', NOON - 2 * HOUR, { accountId: maya }),
      entry('refreshed', NOON - 24 * HOUR, { accountId: maya }),
    ]);
    expect(days.map(({ lines }) => lines.map(({ entry, count }) => [entry.kind, count]))).toEqual([
      [
        ['refreshed', 2],
        ['signed-in', 1],
        ['refreshed', 1],
      ],
      [['refreshed', 1]],
    ]);
    const [first] = days[0]?.lines ?? [];
    expect(first && sayLine(first)).toBe('accounts.example renewed the access, 2 times');
  });

  it('names days as people do', () => {
    const day = new Date(NOON).setHours(0, 0, 0, 0);
    expect([sayDay(day, NOON), sayDay(day - 24 * HOUR, NOON), sayDay(day - 48 * HOUR, NOON)]).toEqual([
      'Today',
      'Yesterday',
      '9 March 2026',
    ]);
  });

  it.each(auditKind.options)('has a sentence for %s', (kind) => {
    const words = sayLine({ entry: entry(kind, NOON, { facts: FACTS }), count: 1 });
    expect(words).not.toBe(kind);
    expect(words).toMatch(/^\S.*\.$/u);
  });

  it('shows an entry that this version has no sentence for, instead of nothing', () => {
    const strange = entry('refreshed', NOON, { kind: 'flown-to-the-moon' as ActivityEntry['kind'] });
    expect(sayLine({ entry: strange, count: 1 })).toBe('flown-to-the-moon');
  });

  it('marks what asks for attention and nothing else', () => {
    const marked = auditKind.options.filter((kind) => isTrouble(entry(kind, NOON)));
    expect(marked).toEqual([
      'sign-in-failed',
      'refresh-failed',
      'grant-ended',
      'login-refused',
      'issuer-changed',
      'revoke-failed',
      'lock-refused',
    ]);
    expect(iconOf(entry('grant-ended', NOON))).toBe('warning');
  });
});

describe('the line that says whether the record is whole', () => {
  const check = (more: Partial<ActivityCheck>): ActivityCheck => ({
    state: 'unbroken',
    count: 214,
    since: NOON,
    checkedAt: NOON,
    ...more,
  });
  it.each([
    [{}, 'Unbroken since 11 March 2026. 214 entries, checked just now.', false],
    [{ count: 0 }, 'Nothing has happened yet.', false],
    [{ state: 'unsealed' as const }, 'could not be asked', false],
    [{ state: 'cut' as const, wrongFrom: 7 }, 'from number 7 on are missing', true],
    [{ state: 'altered' as const, wrongFrom: 9 }, 'Entry 9 is not what was written', true],
  ])('says of %j: %s', (more, words, isWarning) => {
    const said = sayCheck(check(more));
    expect(said.words).toContain(words);
    expect(said.isWarning).toBe(isWarning);
  });
});

describe('an odd pattern', () => {
  it.each(activityFinding.shape.kind.options)('is explained with what to do: %s', (kind) => {
    const facts = { count: 30, before: 'old.example', host: 'new.example', added: 'contacts' };
    expect(sayFinding({ kind, at: NOON, facts })).toMatch(/\. .*\.$/u);
  });
});
