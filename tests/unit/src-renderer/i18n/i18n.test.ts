import { IntlMessageFormat } from 'intl-messageformat';
import { afterEach, describe, expect, it } from 'vitest';
import en from '../../../../app/locales/en.json' with { type: 'json' };
import enAccounts from '../../../../app/locales/en-accounts.json' with { type: 'json' };
import enErrors from '../../../../app/locales/en-errors.json' with { type: 'json' };
import enReceipt from '../../../../app/locales/en-receipt.json' with { type: 'json' };
import {
  addCatalogue,
  direction,
  formatBytes,
  formatDate,
  formatDateTime,
  formatDayRange,
  formatList,
  formatMessageDate,
  formatMonth,
  formatNumber,
  formatShortDate,
  isMessageKey,
  setLocale,
  t,
} from '../../../../src-renderer/i18n/i18n.ts';

afterEach(() => setLocale('en'));

const NOW = new Date(2026, 2, 12, 9, 42).getTime();
const at = (...parts: [number, number, number, number, number]): number => new Date(...parts).getTime();

describe('texts', () => {
  it('are valid messages, each of them', () => {
    for (const [key, text] of Object.entries({ ...en, ...enAccounts, ...enErrors, ...enReceipt })) {
      expect(() => new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }), key).not.toThrow();
    }
  });

  it('stand in one catalogue only', () => {
    expect(Object.keys(en).filter((key) => key in enAccounts)).toEqual([]);
  });

  it('count', () => {
    expect(t('list.unread', { count: 0 })).toBe('Nothing unread');
    expect(t('list.unread', { count: 12_400 })).toBe('12,400 unread');
  });

  it('are known by their keys', () => {
    expect(isMessageKey('accounts.cancel')).toBe(true);
    expect(isMessageKey('toString')).toBe(false);
  });

  it('are stretched and accented in the made-up language, values are not', () => {
    setLocale('en-XA');
    expect(t('list.unread', { count: 3 })).toMatch(/^3 [^a-z]*ü/u);
    expect(t('reader.reply-to', { name: 'Jonas' })).toContain('Jonas');
    expect(t('accounts.cancel').length).toBeGreaterThan('Cancel'.length);
  });

  it('run from right to left where they do', () => {
    expect(direction()).toBe('ltr');
    setLocale('ar');
    expect(direction()).toBe('rtl');
  });
});

describe('dates', () => {
  it('are a time today, a weekday this week, a day this year, else with the year', () => {
    expect(formatShortDate(at(2026, 2, 12, 8, 5), NOW)).toBe('08:05');
    expect(formatShortDate(at(2026, 2, 11, 23, 59), NOW)).toBe('Wed');
    expect(formatShortDate(at(2026, 1, 3, 12, 0), NOW)).toBe('3 Feb');
    expect(formatShortDate(at(2024, 1, 3, 12, 0), NOW)).toBe('3 Feb 2024');
  });

  it('carry the time beside a message', () => {
    expect(formatMessageDate(at(2026, 2, 12, 9, 41), NOW)).toBe('Today 09:41');
    expect(formatMessageDate(at(2026, 2, 11, 17, 20), NOW)).toBe('Wed 17:20');
    expect(formatMessageDate(at(2026, 1, 3, 6, 0), NOW)).toBe('3 Feb, 06:00');
  });
});

describe('German', () => {
  it('writes dates, numbers, lists and sizes as German does', async () => {
    const { german } = await import('../../../../src-renderer/i18n/german.ts');
    addCatalogue('de', german);
    setLocale('de');
    expect(formatDate(at(2026, 2, 11, 9, 41))).toBe('11. März 2026');
    expect(formatDateTime(at(2026, 2, 11, 9, 41))).toBe('11. März 2026 um 09:41');
    expect(formatMonth(at(2026, 2, 11, 9, 41))).toBe('März');
    expect(formatDayRange(at(2026, 2, 9, 9, 41), at(2026, 2, 10, 9, 41))).toBe('9.–10. März');
    expect(formatShortDate(at(2024, 1, 3, 12, 0), NOW)).toBe('3. Feb. 2024');
    expect(formatMessageDate(at(2026, 2, 12, 9, 41), NOW)).toBe('Heute 09:41');
    expect(formatMessageDate(at(2026, 2, 11, 17, 20), NOW)).toBe('Mi 17:20');
    expect(formatMessageDate(at(2026, 1, 3, 6, 0), NOW)).toBe('3. Feb., 06:00');
    expect(formatNumber(12_400)).toBe('12.400');
    expect(formatList(['a', 'b', 'c'])).toBe('a, b und c');
    expect(formatBytes(6_800_000)).toBe('6,8 MB');
    expect(t('list.unread', { count: 12_400 })).toBe('12.400 ungelesen');
    expect(t('activity.log-pruned', { count: 2, before: at(2026, 2, 11, 0, 0) })).toContain('11. März 2026');
  });

  it('says in English what it has no words for', () => {
    addCatalogue('de', {});
    setLocale('de');
    expect(t('accounts.cancel')).toBe('Cancel');
  });
});

describe('sizes', () => {
  it('are decimal, with one digit after the point only where it tells something', () => {
    expect(formatBytes(0)).toBe('0 bytes');
    expect(formatBytes(18_000)).toBe('18 kB');
    expect(formatBytes(6_800_000)).toBe('6.8 MB');
    expect(formatBytes(999_600)).toBe('1 MB');
    expect(formatBytes(4_200_000_000)).toBe('4.2 GB');
  });
});
