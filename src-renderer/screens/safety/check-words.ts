/** The Security check in words. */
import type { CheckItem, SecurityCheck } from '../../../src-shared/model/security-check.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { isMessageKey, type MessageValues, t } from '../../i18n/i18n.ts';

function sayKey(key: string, facts: CheckItem['facts']): string | undefined {
  if (!isMessageKey(key)) return undefined;
  const values: MessageValues = {};
  for (const [name, fact] of Object.entries(facts))
    values[name] = typeof fact === 'string' ? cleanLine(fact) : fact;
  try {
    return t(key, values);
  } catch {
    return undefined; // a fact is missing: a result of another version must still be listed
  }
}

export function sayTitle({ name }: CheckItem): string {
  return t(`check.${name}.title`);
}

export function sayItem({ name, outcome, facts }: CheckItem): string {
  return sayKey(`check.${name}.${outcome}`, facts) ?? outcome;
}

/** Undefined when there is nothing to do. */
export function sayFix({ name, outcome, facts, state }: CheckItem): string | undefined {
  return state === 'good' ? undefined : sayKey(`check.${name}.${outcome}.fix`, facts);
}

/** What needs a person comes first; the rest stays in its order. */
export function inOrder(items: readonly CheckItem[]): readonly CheckItem[] {
  return [...items].sort((a, b) => Number(b.state === 'bad') - Number(a.state === 'bad'));
}

export function saySummary({ items }: SecurityCheck): { words: string; isWarning: boolean } {
  const bad = items.filter(({ state }) => state === 'bad').length;
  const good = items.filter(({ state }) => state === 'good').length;
  const unknown = items.length - bad - good;
  const words =
    bad > 0
      ? t('page.check.bad', { bad, all: items.length })
      : t('page.check.good', { good, all: items.length - unknown, unknown });
  return { words, isWarning: bad > 0 };
}
