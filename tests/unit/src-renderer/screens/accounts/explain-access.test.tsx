import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../../../../src-renderer/backend/backend.ts';
import { BackendProvider } from '../../../../../src-renderer/backend/backend-context.tsx';
import { addCatalogue, setLocale, t } from '../../../../../src-renderer/i18n/i18n.ts';
import { AccessPage } from '../../../../../src-renderer/screens/accounts/access-page.tsx';
import { AddAccount } from '../../../../../src-renderer/screens/accounts/add-account.tsx';
import { ExplainAccess } from '../../../../../src-renderer/screens/accounts/explain-access.tsx';

/** A page that is only drawn asks for nothing. */
const SILENT: Backend = {
  request: async () => ({ ok: false, code: 'internal', retry: 'never' }),
  subscribe: () => () => {},
  subscribeRenewed: () => () => {},
};

const SUBJECTS = ['oauth', 'password', 'browser', 'stored', 'risks', 'back'] as const;

const folder = join(import.meta.dirname, '../../../../../app/locales');
const languages = [...new Set(readdirSync(folder).map((name) => name.split(/[-.]/)[0] ?? ''))];

function wordsOf(language: string): Record<string, string> {
  const files = readdirSync(folder).filter((name) => name.split(/[-.]/)[0] === language);
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))));
}

/** As it is read: React writes apostrophes and ampersands as references. */
function textOf(page: string): string {
  return page.replaceAll('&#x27;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

afterEach(() => setLocale('en'));

describe.each(languages)('in %s', (language) => {
  const words = wordsOf(language);
  const speak = (): void => {
    if (language !== 'en') addCatalogue(language, words);
    setLocale(language);
  };

  it('it is explained what signing in is, what is never seen, what is kept where, what can go wrong and how it is taken back', () => {
    speak();
    const page = textOf(renderToStaticMarkup(<ExplainAccess />));
    for (const subject of SUBJECTS) {
      expect(words[`explain.${subject}`], subject).toBeTruthy();
      expect(page).toContain(words[`explain.${subject}`]);
      expect(page).toContain(words[`explain.${subject}Text`]);
    }
    // Read without any connection.
    expect(page).not.toMatch(/https?:|src=|href=/);
  });

  it('the page on which one signs in and the page of accesses lead to the explanation', () => {
    speak();
    const state = { version: '1', vault: { state: 'ready', kind: 'keychain', name: 'Keyring' } } as const;
    const draw = (page: React.ReactNode): string =>
      textOf(renderToStaticMarkup(<BackendProvider backend={SILENT}>{page}</BackendProvider>));
    const nothing = (): void => {};
    expect(draw(<AddAccount state={state} onAdded={nothing} />)).toContain(t('signIn.howItWorks'));
    const access = <AccessPage onBack={nothing} onAddAccount={nothing} onReceipt={nothing} />;
    expect(draw(access)).toContain(t('access.how'));
  });
});
