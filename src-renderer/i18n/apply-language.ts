import type { Settings } from '../../src-shared/model/settings.ts';
import { languageOf } from '../../src-shared/text/language.ts';
import { addCatalogue, currentLocale, direction, setLocale, t } from './i18n.ts';

/** The language tag of a choice. What was named at the start of the program stands in for the system's, and need not be one that is spoken. */
export function localeOf(
  choice: Settings['language'],
  named: string | null,
  system: string = navigator.language,
): string {
  return choice === 'system' && named !== null ? named : languageOf(choice, system);
}

let latest = 0;

/** Makes the window speak the language; its words are loaded first. Answers with the tag. */
export async function applyLanguage(choice: Settings['language']): Promise<string> {
  latest += 1;
  const turn = latest;
  const wanted = localeOf(choice, new URLSearchParams(window.location.search).get('locale'));
  if (wanted.split('-')[0] === 'de') addCatalogue('de', (await import('./german.ts')).german);
  // Somebody who changes their mind while words are loaded gets what they chose last.
  if (turn !== latest) return currentLocale();
  setLocale(wanted);
  document.documentElement.lang = currentLocale();
  document.documentElement.dir = direction();
  document.title = t('app.name');
  return currentLocale();
}
