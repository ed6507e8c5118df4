import type { Settings } from '../../src-shared/model/settings.ts';
import { addCatalogue, currentLocale, direction, setLocale, t } from './i18n.ts';

/** The language that the window was opened with, when somebody named one. */
const named = new URLSearchParams(window.location.search).get('locale');

/** The tag of a choice: what was named at the start wins, then the choice, then the system's. */
export function localeOf(choice: Settings['language'], system: string = navigator.language): string {
  if (named !== null) return named;
  if (choice !== 'system') return choice;
  return system.toLowerCase().startsWith('de') ? 'de' : 'en';
}

/** Makes the window speak the language; its words are loaded first. Answers with the tag. */
export async function applyLanguage(choice: Settings['language']): Promise<string> {
  const wanted = localeOf(choice);
  if (wanted.split('-')[0] === 'de') addCatalogue('de', (await import('./german.ts')).german);
  setLocale(wanted);
  document.documentElement.lang = currentLocale();
  document.documentElement.dir = direction();
  document.title = t('app.name');
  return currentLocale();
}
