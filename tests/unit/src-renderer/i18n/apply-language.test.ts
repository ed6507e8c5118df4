import { expect, it } from 'vitest';
import { localeOf } from '../../../../src-renderer/i18n/apply-language.ts';

it('a choice wins over what was named at the start, and that over the system', () => {
  expect(localeOf('system', null, 'de-AT')).toBe('de');
  expect(localeOf('system', null, 'fr')).toBe('en');
  expect(localeOf('system', 'en-XA', 'de')).toBe('en-XA');
  expect(localeOf('en', 'de', 'de')).toBe('en');
  expect(localeOf('de', 'en-XA', 'en')).toBe('de');
});
