/** The audit log in words. Plain functions, so that each can be tested. */
import {
  type ActivityCheck,
  type ActivityEntry,
  type ActivityFinding,
  KINDS_OF,
} from '../../../src-shared/model/activity.ts';
import type { IconName } from '../../components/icon.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDate, isMessageKey, type MessageValues, t } from '../../i18n/i18n.ts';

/** A line of the list: one entry, or the renewals of one account on one day together. */
export type ActivityLine = { entry: ActivityEntry; count: number };

/** Entries of one day, newest first. */
export type ActivityDay = { day: number; lines: readonly ActivityLine[] };

const ICONS: Partial<Record<ActivityEntry['kind'], IconName>> = {
  'program-began': 'screen',
  'provider-found': 'search',
  'signed-in': 'key',
  'signed-in-again': 'key',
  'client-registered': 'key',
  refreshed: 'refresh',
  'scopes-changed': 'key',
  'key-stored': 'lock',
  'key-deleted': 'lock',
  revoked: 'done',
  'debt-paid': 'done',
  forgotten: 'unplug',
  'account-erased': 'trash',
  'identity-changed': 'person',
  'lock-changed': 'lock',
  'recovery-changed': 'key',
  'security-checked': 'shield',
  exported: 'download',
  'log-pruned': 'trash',
};

/** Their reason is among their facts, as the code of an error. */
const WITH_REASON: ReadonlySet<ActivityEntry['kind']> = new Set(['sign-in-failed', 'refresh-failed']);

/** Whatever is not listed asks for attention. */
export function iconOf({ kind }: ActivityEntry): IconName {
  return ICONS[kind] ?? 'warning';
}

export function isTrouble({ kind }: ActivityEntry): boolean {
  return KINDS_OF.trouble.includes(kind);
}

/** By day, newest first; the renewals of one account on one day become one line that counts them. */
export function groupByDay(entries: readonly ActivityEntry[]): ActivityDay[] {
  const days: { day: number; lines: ActivityLine[] }[] = [];
  for (const entry of entries) {
    const day = new Date(entry.at).setHours(0, 0, 0, 0);
    let last = days.at(-1);
    if (last?.day !== day) {
      last = { day, lines: [] };
      days.push(last);
    }
    const same =
      entry.kind === 'refreshed'
        ? last.lines.find(
            (line) => line.entry.kind === 'refreshed' && line.entry.accountId === entry.accountId,
          )
        : undefined;
    if (same) same.count += 1;
    else last.lines.push({ entry, count: 1 });
  }
  return days;
}

/** "Today", "Yesterday", "3 March 2026". */
export function sayDay(day: number, now: number): string {
  const age = Math.round((new Date(now).setHours(0, 0, 0, 0) - day) / 86_400_000);
  if (age === 0) return t('page.activity.today');
  return age === 1 ? t('page.activity.yesterday') : formatDate(day);
}

function valuesOf(values: {
  host?: string | undefined;
  address?: string | undefined;
  facts: ActivityEntry['facts'];
}) {
  const all: MessageValues = { host: values.host ?? '', address: values.address ?? '' };
  for (const [name, fact] of Object.entries(values.facts)) {
    all[name] = typeof fact === 'string' ? cleanLine(fact) : fact;
  }
  return all;
}

function sayKey(key: string, values: MessageValues, fallback: string): string {
  if (!isMessageKey(key)) return fallback;
  try {
    return t(key, values);
  } catch {
    // A sentence whose fact is missing cannot be written; an entry of an older program must still be listed.
    return fallback;
  }
}

/** What happened, as a sentence. */
export function sayLine({ entry, count }: ActivityLine): string {
  const values = valuesOf(entry);
  if (count > 1) return t('page.activity.renewedMany', { host: entry.host ?? '', count });
  const what = sayKey(`activity.${entry.kind}`, values, entry.kind);
  const why = WITH_REASON.has(entry.kind) ? sayKey(`error.${entry.facts.code}.title`, {}, '') : '';
  return why === '' ? what : `${what} ${why}`;
}

export function sayFinding(finding: ActivityFinding): string {
  return sayKey(`finding.${finding.kind}`, valuesOf(finding), finding.kind);
}

/** The line under the heading, and whether a person should look. */
export function sayCheck(check: ActivityCheck): { words: string; isWarning: boolean } {
  const { state, count, since } = check;
  const day = since === undefined ? '' : formatDate(since);
  switch (state) {
    case 'unbroken':
      return {
        words: count === 0 ? t('page.activity.none') : t('page.activity.unbroken', { day, count }),
        isWarning: false,
      };
    case 'unsealed':
      return { words: t('page.activity.unsealed', { count }), isWarning: false };
    case 'cut':
      return { words: t('page.activity.cut', { number: check.wrongFrom ?? count + 1 }), isWarning: true };
    case 'altered':
      return { words: t('page.activity.altered', { number: check.wrongFrom ?? 1 }), isWarning: true };
  }
}
