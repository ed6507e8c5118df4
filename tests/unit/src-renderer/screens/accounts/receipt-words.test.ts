import { describe, expect, it } from 'vitest';
import enReceipt from '../../../../../app/locales/en-receipt.json' with { type: 'json' };
import {
  caseOf,
  daysUsed,
  sayAnswer,
  sayDebt,
  sayLede,
  sayStep,
} from '../../../../../src-renderer/screens/accounts/receipt-words.ts';
import { type Receipt, receipt as receiptSchema } from '../../../../../src-shared/model/receipt.ts';

const FINISHED = new Date(2026, 2, 12, 9, 43, 54).getTime();
const DAY = 86_400_000;

/** What the engine says at each step, with the facts that each sentence needs. */
const OUTCOMES: Record<string, Record<string, string | number>> = {
  finished: { sent: 1, drafts: 2, changes: 3 },
  'nothing-waited': {},
  'left-behind': { sent: 1, drafts: 0, changes: 3 },
  'not-finished': { sent: 1, drafts: 0, changes: 3 },
  disconnected: { count: 4 },
  'disconnect-late': { count: 1 },
  revoked: {},
  'revoke-unreachable': {},
  'revoke-refused': {},
  'revoke-no-endpoint': {},
  'revoke-no-key': {},
  'revoke-not-needed': {},
  'already-ended': {},
  'proved-both': {},
  'proved-refresh-only': {},
  'still-opens': { until: FINISHED + 3_600_000, renewable: 0 },
  'proof-unreachable': {},
  'proof-contradicted': {},
  'proof-not-needed': {},
  forgotten: { keychain: 'GNOME Keyring' },
  'forgotten-session': {},
  'forget-failed': {},
  held: { keychain: 'GNOME Keyring' },
  'held-session': {},
  'mail-kept': { messages: 98_112 },
  'mail-kept-unfinished': { messages: 12 },
  'mail-erased': { messages: 1 },
  'mail-erase-failed': {},
};

function makeReceipt(change: Partial<Record<keyof Receipt, unknown>> = {}): Receipt {
  return receiptSchema.parse({
    receiptId: 'LK-1',
    accountId: 'a',
    address: 'maya@lindgard.example',
    providerName: 'Google',
    answer: 'no',
    steps: [],
    grantedAt: FINISHED - 9 * DAY,
    finishedAt: FINISHED,
    ...change,
  });
}

const step = (name: string, state: string, outcome: string) => ({
  name,
  state,
  outcome,
  facts: OUTCOMES[outcome] ?? {},
});

describe('a receipt in words', () => {
  it.each(Object.entries(OUTCOMES))('has a heading and a sentence for %s', (outcome, facts) => {
    const said = sayStep({ name: 'finish', state: 'done', outcome, facts }, 'Google');
    expect(said.title).not.toBe('');
    expect(said.text).not.toBe('');
    expect(`${said.title} ${said.text}`).not.toMatch(/[{}]|undefined|NaN/);
  });

  it('has a sentence for these outcomes and no others', () => {
    const named = (prefix: string) =>
      Object.keys(enReceipt).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
    expect(named('receipt.outcome.').sort()).toEqual(Object.keys(OUTCOMES).sort());
    expect(named('receipt.outcomeTitle.').sort()).toEqual(Object.keys(OUTCOMES).sort());
  });

  it('counts in singular and plural', () => {
    const said = sayStep(
      { name: 'finish', state: 'done', outcome: 'finished', facts: { sent: 1, drafts: 2, changes: 3 } },
      'Google',
    );
    expect(said.text).toBe('1 message sent. 2 drafts saved. 3 changes told to Google.');
  });

  it('answers "No." only when the engine answered no', () => {
    expect(sayAnswer(makeReceipt())).toBe('No.');
    for (const outcome of [
      'revoke-unreachable',
      'revoke-refused',
      'revoke-no-endpoint',
      'revoke-not-needed',
    ]) {
      const owed = makeReceipt({ answer: 'not-from-here', steps: [step('revoke', 'owed', outcome)] });
      expect(sayAnswer(owed)).toMatch(/^Not from this computer, but /);
    }
  });

  it('gives the time until which the short key works, with the day when it is another', () => {
    expect(sayAnswer(makeReceipt({ answer: 'until', until: FINISHED + 3_600_000 }))).toBe('Until 10:43.');
    expect(sayAnswer(makeReceipt({ answer: 'until', until: FINISHED + DAY }))).toBe(
      'Until 13 March 2026, 09:43.',
    );
  });

  it('tells the owner of an app password to delete it at the provider', () => {
    const password = makeReceipt({
      answer: 'not-from-here',
      manageUrl: 'https://provider.example/apps',
      steps: [step('revoke', 'owed', 'revoke-not-needed')],
    });
    expect(caseOf(password)).toBe('password');
    expect(sayAnswer(password)).toContain('app password still works');
    expect(sayDebt(password)).toContain('Delete the app password');
  });

  it('does not say that a provider has not confirmed, when it has and only the proof is missing', () => {
    const unproved = makeReceipt({
      answer: 'not-from-here',
      manageUrl: 'https://provider.example/apps',
      steps: [step('revoke', 'done', 'revoked'), step('proof', 'owed', 'proof-unreachable')],
    });
    expect(sayAnswer(unproved)).toBe('Not from this computer, but it is not proved.');
    expect(sayLede(unproved)).toContain('could not try the old key');
    expect(sayDebt(unproved)).toContain('To be sure');
  });

  it('does not promise that a key ends by itself, when the provider still renews it', () => {
    const facts = { until: FINISHED, renewable: 1 };
    const said = sayStep({ name: 'proof', state: 'owed', outcome: 'still-opens', facts }, 'Google');
    expect(said.title).toBe('Checked: the old key still opens your mailbox');
    expect(said.text).not.toContain('ends by itself');
  });

  it('says "No." of an access that was confirmed later, with the day', () => {
    const paid = makeReceipt({
      paidAt: FINISHED + DAY,
      steps: [step('revoke', 'owed', 'revoke-unreachable')],
    });
    expect(sayAnswer(paid)).toBe('No.');
    expect(sayLede(paid)).toContain('confirmed on 13 March 2026');
    expect(sayDebt(paid)).toBeUndefined();
  });

  it.each(['given-up', 'too-old', 'key-lost'])('claims nothing of a debt that ended as %s', (why) => {
    const closed = makeReceipt({
      answer: 'not-from-here',
      manageUrl: 'https://provider.example/apps',
      closed: { at: FINISHED + DAY, why },
      steps: [step('revoke', 'owed', 'revoke-unreachable')],
    });
    expect(caseOf(closed)).toBe(why);
    expect(sayAnswer(closed)).toMatch(/^Not from this computer, /);
    expect(sayLede(closed)).toContain('13 March 2026');
    expect(sayDebt(closed)).toContain('own page');
  });

  it('repeats that other devices were signed out, and what the provider said of the key', () => {
    const facts = { everywhere: 1 };
    const said = sayStep({ name: 'revoke', state: 'done', outcome: 'revoked', facts }, 'Google');
    expect(said.text).toContain('on your other devices too');
    const proof = {
      name: 'proof',
      state: 'done',
      outcome: 'proved-both',
      facts: { introspection: 'inactive' },
    } as const;
    expect(sayStep(proof, 'Google').text).toContain('Google called it invalid');
  });

  it('names no debt when the access is gone, and a way without a page when the provider has none', () => {
    expect(sayDebt(makeReceipt())).toBeUndefined();
    const owed = makeReceipt({
      answer: 'not-from-here',
      steps: [step('revoke', 'owed', 'revoke-unreachable')],
    });
    expect(sayDebt(owed)).toContain('settings at Google');
  });

  it('counts the steps that are still open', () => {
    const one = makeReceipt({
      answer: 'not-from-here',
      steps: [step('revoke', 'owed', 'revoke-unreachable')],
    });
    expect(sayLede(one)).toContain('One step is still open.');
    const two = makeReceipt({
      answer: 'not-from-here',
      steps: [step('revoke', 'owed', 'revoke-unreachable'), step('proof', 'owed', 'proof-unreachable')],
    });
    expect(sayLede(two)).toContain('2 steps are still open.');
  });

  it('still opens when an older engine left out a fact or used another word', () => {
    expect(sayStep({ name: 'finish', state: 'done', outcome: 'finished', facts: {} }, 'Google').title).toBe(
      'Finishing what waits',
    );
    expect(
      sayStep({ name: 'mail', state: 'done', outcome: 'elsewhere', facts: {} }, 'Google').title,
    ).not.toBe('');
    expect(sayStep({ name: 'mail', state: 'done', facts: {} }, 'Google').title).not.toBe('');
  });

  it('counts whole days of use and never fewer than none', () => {
    expect(daysUsed(makeReceipt())).toBe(9);
    expect(daysUsed(makeReceipt({ grantedAt: FINISHED + 5 }))).toBe(0);
  });
});
