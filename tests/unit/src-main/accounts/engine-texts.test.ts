import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEngineTexts, readEngineCatalogues } from '../../../../src-main/accounts/engine-texts.ts';
import { renderReceiptPage } from '../../../../src-main/accounts/receipt-page.ts';
import { MailError } from '../../../../src-main/base/errors.ts';
import { receipt } from '../../../../src-shared/model/receipt.ts';
import type { Language } from '../../../../src-shared/text/language.ts';

const catalogues = readEngineCatalogues(fileURLToPath(new URL('../../../../app/locales', import.meta.url)));

describe('the engine’s sentences', () => {
  it('are in the language that is chosen when they are said', () => {
    let language: Language = 'en';
    const texts = createEngineTexts(catalogues, () => language);
    const said = () => texts.format('quote.attribution', { date: '1', name: 'Jonas' });
    expect([texts.language, said()]).toEqual(['en', 'On 1, Jonas wrote:']);
    language = 'de';
    expect([texts.language, said()]).toEqual(['de', 'Am 1 schrieb Jonas:']);
  });

  it('end a sign-in in the browser, with the language of the page', () => {
    const texts = createEngineTexts(catalogues, () => 'de');
    expect(texts.answer('done')).toEqual({
      tone: 'good',
      title: 'Sie sind angemeldet.',
      text: 'Latchkey Mail kann Ihre E-Mails abrufen und senden. Sie können diese Seite schließen.',
      language: 'de',
    });
    expect(texts.answer(new MailError('internal')).title).toBe(
      'Sie haben zugestimmt, aber die Anmeldung ist misslungen.',
    );
  });

  it('write a receipt in German, with German days and numbers', () => {
    const page = renderReceiptPage(
      receipt.parse({
        receiptId: 'LK-2026-1122-000042',
        accountId: 'a',
        address: 'maya@lab.test',
        providerName: 'Lab Mail',
        answer: 'no',
        steps: [
          { name: 'mail', state: 'done', at: 1_000, outcome: 'mail-kept', facts: { messages: 12_400 } },
          { name: 'revoke', state: 'done', at: 2_000, outcome: 'revoked', facts: {} },
        ],
        grantedAt: new Date(2026, 2, 11, 12).getTime(),
        finishedAt: new Date(2026, 2, 14, 12).getTime(),
      }),
      createEngineTexts(catalogues, () => 'de'),
    );
    expect(page).toContain('<html lang="de">');
    expect(page).toContain('Nein.');
    expect(page).toContain('11. März 2026, 3 Tage verwendet');
    expect(page).toContain('12.400 Nachrichten bleiben auf diesem Computer lesbar.');
  });

  it('are their own key where there is none', () => {
    const texts = createEngineTexts({ en: {}, de: {} }, () => 'de');
    expect([texts.format('toString'), texts.has('toString')]).toEqual(['toString', false]);
  });
});
