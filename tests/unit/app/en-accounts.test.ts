import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import en from '../../../app/locales/en.json' with { type: 'json' };
import enAccounts from '../../../app/locales/en-accounts.json' with { type: 'json' };
import enEngine from '../../../app/locales/en-engine.json' with { type: 'json' };
import enErrors from '../../../app/locales/en-errors.json' with { type: 'json' };
import enReceipt from '../../../app/locales/en-receipt.json' with { type: 'json' };
import enSignIn from '../../../app/locales/en-sign-in.json' with { type: 'json' };
import { ERROR_CODES } from '../../../src-shared/ipc/error-codes.ts';

const catalogues: Record<string, string>[] = [en, enAccounts, enEngine, enErrors, enReceipt, enSignIn];
const texts: Record<string, string> = { ...enAccounts, ...enErrors, ...enReceipt, ...enSignIn };

describe('the words of sign-in, access and sending', () => {
  it.each(ERROR_CODES)('say for %s what happened and what to do next', (code) => {
    for (const part of ['title', 'next']) {
      const text = texts[`error.${code}.${part}`];
      expect(text, `error.${code}.${part}`).toBeDefined();
      expect(text).toMatch(/^\p{Lu}.*[.]$/su);
      expect(text).not.toMatch(/[{}]|error|invalid|failed|token|null/i);
    }
  });

  it('have no sentence for a code that does not exist', () => {
    const codes = new Set<string>(ERROR_CODES);
    const named = Object.keys(texts).flatMap((key) => /^error\.(.+)\.(?:title|next)$/.exec(key)?.[1] ?? []);
    expect(named.filter((code) => !codes.has(code))).toEqual([]);
  });

  it('can all be read as ICU messages', () => {
    for (const [key, text] of Object.entries(texts)) {
      expect(() => new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }), key).not.toThrow();
    }
  });

  it('stand in one catalogue each', () => {
    const keys = catalogues.flatMap((catalogue) => Object.keys(catalogue));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('use typographic apostrophes, because a straight one quotes in ICU', () => {
    expect(Object.values(texts).filter((text) => text.includes("'"))).toEqual([]);
  });
});
