/**
 * Text, dates and numbers in the language of the window. Text is ICU messages in `app/locales`; a key that is not
 * in the English catalogue does not compile. `en-XA` is a made-up language of stretched English, made at run time,
 * with which a test finds text that is not from a catalogue or that does not fit.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import en from '../../app/locales/en.json';
import enAccounts from '../../app/locales/en-accounts.json';
import enActivity from '../../app/locales/en-activity.json';
import enCheck from '../../app/locales/en-check.json';
import enCompose from '../../app/locales/en-compose.json';
import enContacts from '../../app/locales/en-contacts.json';
import enErrors from '../../app/locales/en-errors.json';
import enMailboxes from '../../app/locales/en-mailboxes.json';
import enReader from '../../app/locales/en-reader.json';
import enReceipt from '../../app/locales/en-receipt.json';
import enRecovery from '../../app/locales/en-recovery.json';
import enSafety from '../../app/locales/en-safety.json';
import enSearch from '../../app/locales/en-search.json';
import enSignIn from '../../app/locales/en-sign-in.json';
import { pseudoLocalise } from './pseudo-locale.ts';

const catalogue = {
  ...en,
  ...enAccounts,
  ...enActivity,
  ...enCheck,
  ...enCompose,
  ...enContacts,
  ...enErrors,
  ...enMailboxes,
  ...enReader,
  ...enReceipt,
  ...enRecovery,
  ...enSafety,
  ...enSearch,
  ...enSignIn,
};
export type MessageKey = keyof typeof catalogue;
export type MessageValues = Record<string, string | number | Date>;

const PSEUDO = 'en-XA';
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

let locale = 'en';
let compiled = new Map<MessageKey, IntlMessageFormat>();
const texts: Record<MessageKey, string> = catalogue;
/** Of languages besides English, by their first subtag; what they have no words for is said in English. */
const translations = new Map<string, Partial<Record<string, string>>>();

/** Brings the words of a language in. */
export function addCatalogue(language: string, words: Partial<Record<string, string>>): void {
  translations.set(language, words);
  compiled = new Map();
}

/** Sets the language of everything that is written from now on; before the first render. Unknown ones use English words. */
export function setLocale(wanted: string): void {
  const known = Intl.getCanonicalLocales(wanted)[0] ?? 'en';
  locale = known;
  compiled = new Map();
}

/** The language tag as it goes into `<html lang>`. */
export function currentLocale(): string {
  return locale;
}

export function direction(): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** The locale for Intl: the pseudo-language writes numbers as English does. */
function intlLocale(): string {
  return locale === PSEUDO ? 'en' : locale;
}

/** Whether text stands in the catalogue under this key: for keys that are put together at run time. */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(texts, key);
}

/** The text of a key with its values filled in. */
export function t(key: MessageKey, values?: MessageValues): string {
  let message = compiled.get(key);
  if (!message) {
    const language = locale.split('-')[0] ?? 'en';
    const own = translations.get(language)?.[key];
    message = new IntlMessageFormat(own ?? texts[key], own === undefined ? 'en-GB' : language, undefined, {
      ignoreTag: true,
    });
    if (locale === PSEUDO) message = new IntlMessageFormat(pseudoLocalise(message.getAst()), 'en');
    compiled.set(key, message);
  }
  const text = message.format(values);
  return typeof text === 'string' ? text : String(text);
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(intlLocale()).format(value);
}

export function formatList(parts: readonly string[]): string {
  return new Intl.ListFormat(intlLocale(), { type: 'conjunction' }).format(parts);
}

const timeFormats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using it does, and every row of a list has a date. A format keeps the time zone it was made in. */
function timeFormat(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag} ${new Date().getTimezoneOffset()} ${JSON.stringify(options)}`;
  const format = timeFormats.get(key) ?? new Intl.DateTimeFormat(tag, options);
  timeFormats.set(key, format);
  return format;
}

/** A time of day, from milliseconds since 1970: "09:41". */
export function formatTime(time: number): string {
  return timeFormat(intlLocale(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(time);
}

/** A day with its year, from milliseconds since 1970: "11 March 2026". */
export function formatDate(time: number): string {
  return timeFormat(dayLocale(), { day: 'numeric', month: 'long', year: 'numeric' }).format(time);
}

/** Day and time as short as they can be, beside a message: "Today 09:41", "Wed 17:20", "3 Mar, 06:00". */
export function formatMessageDate(time: number, now: number = Date.now()): string {
  const age = Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000);
  if (age === 0) return t('date.today', { time: formatTime(time) });
  const day = formatShortDate(time, now);
  return age > 0 && age < 7
    ? t('date.weekday', { day, time: formatTime(time) })
    : t('date.day', { day, time: formatTime(time) });
}

/** The days from one time to another: "9–10 Mar". */
export function formatDayRange(from: number, to: number): string {
  return timeFormat(dayLocale(), { day: 'numeric', month: 'short' }).formatRange(from, Math.max(from, to));
}

/** The name of a month, from milliseconds since 1970: "February". */
export function formatMonth(time: number): string {
  return timeFormat(dayLocale(), { month: 'long' }).format(time);
}

/** The name of a day of the week, 0 is Sunday: "Friday". */
export function formatWeekday(weekday: number): string {
  // The first of February 1970 was a Sunday.
  return timeFormat(dayLocale(), { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(1970, 1, 1 + weekday));
}

/** A month (from 1), or a day of it in every year: "March", "14 March". */
export function formatYearDay(month: number, day?: number): string {
  // A leap year: it has the 29th of February.
  return timeFormat(dayLocale(), {
    month: 'long',
    timeZone: 'UTC',
    ...(day !== undefined && { day: 'numeric' as const }),
  }).format(Date.UTC(2000, month - 1, day ?? 1));
}

/** Day and time in full, for titles and records. */
export function formatDateTime(time: number): string {
  return timeFormat(dayLocale(), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(time);
}

/** The time zone of this computer (IANA name). */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** From when to when something is, with its weekday, in a time zone (IANA name): "Thursday 12 March 2026, 10:00–11:30". */
export function formatEventTime(
  from: number,
  to: number,
  { timeZone, allDay }: { timeZone: string; allDay: boolean },
): string {
  return timeFormat(dayLocale(), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
    ...(allDay ? {} : { hour: '2-digit' as const, minute: '2-digit' as const, hourCycle: 'h23' as const }),
  }).formatRange(from, Math.max(from, to));
}

/** As short as it can be and still be understood: the time today, the weekday this week, else the day, with the year when it is another. */
export function formatShortDate(time: number, now: number = Date.now()): string {
  const day = startOfDay(time);
  const today = startOfDay(now);
  if (day === today) return formatTime(time);
  const age = Math.round((today - day) / 86_400_000);
  if (age > 0 && age < 7) return timeFormat(dayLocale(), { weekday: 'short' }).format(time);
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return timeFormat(dayLocale(), {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' as const }),
  }).format(time);
}

/** The language tag by which days are written: in English the way most of the world does it, the day first. */
export function dayLocale(): string {
  return intlLocale() === 'en' ? 'en-GB' : intlLocale();
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size in decimal units: "6.8 MB", "18 kB". */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let step = 0;
  while (value >= 999.5 && step < BYTE_UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const unit = BYTE_UNITS[step] ?? 'byte';
  return new Intl.NumberFormat(intlLocale(), {
    style: 'unit',
    unit,
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step > 1 && value < 99.5 ? 1 : 0,
  }).format(value);
}
