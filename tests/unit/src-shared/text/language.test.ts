import { expect, it } from 'vitest';
import { languageOf } from '../../../../src-shared/text/language.ts';

it('what the person chose is spoken, whatever the system speaks', () => {
  expect(languageOf('en', 'de-DE')).toBe('en');
  expect(languageOf('de', 'en-US')).toBe('de');
});

it('without a choice the system’s language is spoken, and English where it is none of ours', () => {
  expect(languageOf('system', 'de')).toBe('de');
  expect(languageOf('system', 'de-AT')).toBe('de');
  expect(languageOf('system', 'DE-ch')).toBe('de');
  expect(languageOf('system', 'en-GB')).toBe('en');
  expect(languageOf('system', 'den')).toBe('en');
  expect(languageOf('system', 'fr')).toBe('en');
  expect(languageOf('system', '')).toBe('en');
});
