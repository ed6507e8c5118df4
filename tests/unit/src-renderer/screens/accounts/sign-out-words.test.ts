import { describe, expect, it } from 'vitest';
import {
  countOnlyHere,
  sayButton,
  sayChanges,
  sayDeleteButton,
  sayProviders,
  saySubjects,
} from '../../../../../src-renderer/screens/accounts/sign-out-words.ts';
import { type SignOutPreview, signOutPreview } from '../../../../../src-shared/model/receipt.ts';

function makePreview(change: Partial<SignOutPreview> = {}): SignOutPreview {
  return signOutPreview.parse({
    accountId: 'a',
    waiting: [{ subject: 'Re: Ceilidh on Saturday?' }],
    drafts: [{ subject: '' }, { subject: 'b' }],
    changes: { archived: 2, starred: 1 },
    messages: 98_112,
    bytes: 4_200_000_000,
    canFinish: true,
    ...change,
  });
}
const nothing = makePreview({ waiting: [], drafts: [], changes: {}, messages: 0 });

describe('the sign-out dialog in words', () => {
  it('counts messages, drafts and changes of all accounts together', () => {
    const counted = countOnlyHere([makePreview(), makePreview()]);
    expect(counted).toMatchObject({ things: 12, changeCount: 6, messages: 196_224 });
    expect(counted.changes.get('archived')).toBe(4);
  });

  it('can finish only when every account can', () => {
    expect(countOnlyHere([makePreview(), makePreview({ canFinish: false })]).canFinish).toBe(false);
  });

  it('has a button that says what will happen, in every combination', () => {
    const some = countOnlyHere([makePreview()]);
    const none = countOnlyHere([nothing]);
    const stuck = countOnlyHere([makePreview({ canFinish: false })]);
    expect(sayButton(none, { finishFirst: true, mail: 'keep' })).toEqual({
      words: 'Sign out',
      isLosing: false,
    });
    expect(sayButton(none, { finishFirst: true, mail: 'erase' })).toEqual({
      words: 'Sign out',
      isLosing: false,
    });
    expect(sayButton(some, { finishFirst: true, mail: 'keep' })).toEqual({
      words: 'Finish these, then sign out',
      isLosing: false,
    });
    expect(sayButton(some, { finishFirst: false, mail: 'keep' })).toEqual({
      words: 'Sign out and lose 6 things',
      isLosing: true,
    });
    expect(sayButton(stuck, { finishFirst: true, mail: 'keep' }).words).toBe('Sign out and lose 6 things');
    expect(sayButton(some, { finishFirst: true, mail: 'erase' }).words).toContain('delete 98,112 messages');
    expect(sayButton(some, { finishFirst: false, mail: 'erase' }).words).toBe(
      'Lose 6 things, delete 98,112 messages and sign out',
    );
  });

  it('has a button for the mail that was kept that says what goes', () => {
    const say = (change: Partial<SignOutPreview>): string =>
      sayDeleteButton(countOnlyHere([makePreview(change)]));
    const noThings = { waiting: [], drafts: [], changes: {} };
    expect(say({})).toBe('Lose 6 things and delete 98,112 messages');
    expect(say({ messages: 0 })).toBe('Lose 6 things');
    expect(say(noThings)).toBe('Delete 98,112 messages');
    expect(say({ ...noThings, messages: 1 })).toBe('Delete 1 message');
    expect(say({ ...noThings, messages: 0 })).toBe('Delete this account');
  });

  it('names the kinds of changes that it has words for and counts the others', () => {
    expect(
      sayChanges(
        new Map([
          ['archived', 2],
          ['starred', 1],
        ]),
      ),
    ).toBe('2 archived and 1 starred');
    expect(
      sayChanges(
        new Map([
          ['archived', 2],
          ['toString', 3],
        ]),
      ),
    ).toBe('2 archived and 3 others');
    expect(sayChanges(new Map([['unheard-of', 3]]))).toBe('');
  });

  it('quotes the first subject, empty ones in words', () => {
    expect(saySubjects([{ subject: 'Hello' }])).toBe('“Hello”');
    expect(saySubjects([{ subject: ' ' }, { subject: 'b' }])).toBe('no subject and 1 more');
    expect(saySubjects([])).toBe('');
    expect(saySubjects([{ subject: 'a {b} # <c>' }])).toBe('“a {b} # <c>”');
  });

  it('names each provider once', () => {
    expect(sayProviders(['Google', 'Fastmail', 'Google'])).toBe('Google and Fastmail');
  });
});
