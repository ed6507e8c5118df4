import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEngineTexts, readEngineCatalogues } from '../../../../src-main/accounts/engine-texts.ts';
import { renderReceiptPage, renderReceiptsPage } from '../../../../src-main/accounts/receipt-page.ts';
import { type Receipt, receipt as receiptSchema } from '../../../../src-shared/model/receipt.ts';

const catalogues = readEngineCatalogues(fileURLToPath(new URL('../../../../app/locales', import.meta.url)));
const texts = createEngineTexts(catalogues, () => 'en');

const base = {
  receiptId: 'LK-2026-1122-000042',
  accountId: 'a',
  address: 'maya@lab.test',
  providerName: 'Lab Mail',
  answer: 'no',
  steps: [
    { name: 'disconnect', state: 'done', at: 1_000, outcome: 'disconnected', facts: { count: 2 } },
    { name: 'revoke', state: 'done', at: 2_000, outcome: 'revoked', facts: {} },
  ],
  grantedAt: 0,
  finishedAt: 3 * 86_400_000,
};
const receiptWith = (more: object): Receipt => receiptSchema.parse({ ...base, ...more });
const jsonIn = (page: string): unknown =>
  JSON.parse(/<script type="application\/json" id="receipt">([^<]*)<\/script>/.exec(page)?.[1] ?? '');

describe('the page of a receipt', () => {
  it('answers the question first and tells each step, with the same facts as JSON', () => {
    const receipt = receiptWith({});
    const page = renderReceiptPage(receipt, texts);
    expect(page.indexOf('Can Latchkey still read your mail?')).toBeLessThan(page.indexOf('>No.<'));
    expect(page).toContain('2 connections closed');
    expect(page).toContain('Lab Mail confirmed');
    expect(page).toContain('used for 3 days');
    expect(jsonIn(page)).toEqual(receipt);
  });

  it('says no where it was not proved: until a time, or not from this computer, with what is owed', () => {
    const until = renderReceiptPage(receiptWith({ answer: 'until', until: base.finishedAt }), texts);
    expect(until).toMatch(/<h1>Until .*1970/);
    const owed = receiptWith({
      answer: 'not-from-here',
      manageUrl: 'https://mail.example/apps?a=1&b=2',
      steps: [{ name: 'revoke', state: 'owed', at: 1, outcome: 'revoke-unreachable', facts: {} }],
    });
    const page = renderReceiptPage(owed, texts);
    expect(page).toContain('but Lab Mail has not confirmed');
    expect(page).toContain('href="https://mail.example/apps?a=1&#38;b=2"');
    expect(page).not.toContain('>No.<');
  });

  it('says what came later: confirmed, or closed without a confirmation', () => {
    const owed = [{ name: 'revoke', state: 'owed', at: 1, outcome: 'revoke-unreachable', facts: {} }];
    const paid = renderReceiptPage(receiptWith({ steps: owed, paidAt: base.finishedAt + 86_400_000 }), texts);
    expect(paid).toContain('<h1 class="no">No.</h1>');
    expect(paid).toMatch(/it confirmed on 5 January 1970/);
    for (const why of ['given-up', 'too-old', 'key-lost']) {
      const closed = { at: base.finishedAt, why };
      const page = renderReceiptPage(receiptWith({ answer: 'not-from-here', steps: owed, closed }), texts);
      expect(page).toContain('Not from this computer');
      expect(page).not.toContain('receipt.');
    }
  });

  it('tells of several receipts in one page, which holds no more than they do', () => {
    const two = [receiptWith({}), receiptWith({ receiptId: 'LK-2026-1122-000043', address: 'bo@lab.test' })];
    const page = renderReceiptsPage(two, texts);
    expect(page).toContain('<title>Receipts for 2 accounts</title>');
    expect(page.match(/<h1/g)).toHaveLength(2);
    const [, json = ''] = /<script type="application\/json" id="receipts">([^<]*)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(two);
  });

  it('shows hostile names as text, also inside the JSON, and links nothing but web pages', () => {
    const hostile = '</script><script>alert(1)</script><!--';
    const receipt = receiptWith({
      answer: 'not-from-here',
      providerName: hostile,
      address: `"${hostile}"@lab.test`,
      clientId: hostile,
      manageUrl: 'javascript:alert(1)',
    });
    const page = renderReceiptPage(receipt, texts);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('<!--');
    expect(page).not.toContain('href=');
    expect(jsonIn(page)).toEqual(receipt);
  });

  it('loads nothing and runs nothing', () => {
    const page = renderReceiptPage(receiptWith({}), texts);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/src=|@import|url\(/);
  });
});

describe('the sentences in the browser', () => {
  it('have a title and a text for each outcome, and one for all others', () => {
    const keys = Object.keys(catalogues.en).filter((key) => key.startsWith('answer.'));
    const names = new Set(keys.map((key) => key.split('.')[1]));
    for (const name of names) expect(keys).toContain(`answer.${name}.text`);
    expect(texts.answer('done')).toMatchObject({ tone: 'good', title: 'You are signed in.', language: 'en' });
  });
});
