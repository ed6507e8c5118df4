import type { Settings } from '../model/settings.ts';

/** The languages that the program speaks. */
export type Language = Exclude<Settings['language'], 'system'>;

/** What is spoken: what the person chose, else the language of the system (a language tag), else English. */
export function languageOf(choice: Settings['language'], system: string): Language {
  if (choice !== 'system') return choice;
  return /^de(?:-|$)/iu.test(system) ? 'de' : 'en';
}
