/**
 * A receipt in words. The first line is chosen from the facts alone: "No." only where the engine proved it, and a
 * password or a provider without a revocation endpoint gets its own line, because there the debt is the person's to pay.
 */
import type { ClosedDebt, Receipt, ReceiptStep } from '../../../src-shared/model/receipt.ts';
import {
  currentLocale,
  formatDate,
  formatTime,
  isMessageKey,
  type MessageValues,
  t,
} from '../../i18n/i18n.ts';

export type ReceiptCase =
  | 'no'
  | 'paid'
  | 'until'
  | 'not-from-here'
  | 'no-endpoint'
  | 'password'
  | 'unproved'
  | ClosedDebt;

function hasOutcome(receipt: Receipt, outcome: string): boolean {
  return receipt.steps.some((step) => step.outcome === outcome);
}

/** Which of the endings this is; a debt that was settled later has one of its own. */
export function caseOf(receipt: Receipt): ReceiptCase {
  if (receipt.answer === 'no' && receipt.paidAt !== undefined) return 'paid';
  if (receipt.answer !== 'not-from-here') return receipt.answer;
  if (receipt.paidAt !== undefined) return 'unproved';
  if (receipt.closed) return receipt.closed.why;
  if (hasOutcome(receipt, 'revoke-not-needed')) return 'password';
  if (hasOutcome(receipt, 'revoke-no-endpoint')) return 'no-endpoint';
  if (hasOutcome(receipt, 'revoked') || hasOutcome(receipt, 'already-ended')) return 'unproved';
  return 'not-from-here';
}

/** The answer to "Can Latchkey still read your mail?" */
export function sayAnswer(receipt: Receipt): string {
  const kind = caseOf(receipt);
  const provider = receipt.providerName;
  if (kind !== 'until') return t(`receipt.answer.${kind}`, { provider });
  const until = receipt.until ?? receipt.finishedAt;
  const isThatDay = new Date(until).toDateString() === new Date(receipt.finishedAt).toDateString();
  return isThatDay
    ? t('receipt.answer.until', { until: formatTime(until) })
    : t('receipt.answer.untilDay', { day: formatDate(until), until: formatTime(until) });
}

export function sayLede(receipt: Receipt): string {
  const open = receipt.steps.filter((step) => step.state === 'owed').length;
  return t(`receipt.lede.${caseOf(receipt)}`, {
    address: receipt.address,
    provider: receipt.providerName,
    open,
    day: formatDate(receipt.paidAt ?? receipt.closed?.at ?? receipt.finishedAt),
  });
}

/** What is left for the person to do; undefined when nothing is owed at the provider. */
export function sayDebt(receipt: Receipt): string | undefined {
  const kind = caseOf(receipt);
  if (kind === 'no' || kind === 'paid' || kind === 'until') return undefined;
  const provider = receipt.providerName;
  return receipt.manageUrl === undefined
    ? t('receipt.note.noPage', { provider })
    : t(`receipt.note.${kind}`, { provider });
}

function valuesOf(step: ReceiptStep, provider: string): MessageValues {
  const values: MessageValues = { provider };
  for (const [name, fact] of Object.entries(step.facts)) {
    values[name] = name === 'until' && typeof fact === 'number' ? formatTime(fact) : fact;
  }
  return values;
}

/** What else was seen at a step. */
function sayMore({ facts }: ReceiptStep, provider: string): string[] {
  return [
    ...(facts.everywhere === 1 ? [t('receipt.also.everywhere')] : []),
    ...(facts.introspection === 'inactive' ? [t('receipt.also.introspection-inactive', { provider })] : []),
  ];
}

/** Heading and sentence of one step; an outcome that this window does not know falls back to the name of the step. */
export function sayStep(step: ReceiptStep, provider: string): { title: string; text: string } {
  const titleKey = `receipt.outcomeTitle.${step.outcome ?? ''}`;
  const textKey = `receipt.outcome.${step.outcome ?? ''}`;
  if (!isMessageKey(titleKey) || !isMessageKey(textKey)) {
    return { title: t(`signOut.step.${step.name}`, { provider }), text: '' };
  }
  const values = valuesOf(step, provider);
  try {
    return {
      title: t(titleKey, values),
      text: [t(textKey, values).trim(), ...sayMore(step, provider)].join(' '),
    };
  } catch {
    // A sentence whose fact is missing cannot be written; a receipt of an older engine must still open.
    return { title: t(`signOut.step.${step.name}`, { provider }), text: '' };
  }
}

/** Whole days between the consent and the end. */
export function daysUsed(receipt: Receipt): number {
  return Math.max(0, Math.floor((receipt.finishedAt - receipt.grantedAt) / 86_400_000));
}

/** A time of a step, to the second, because steps follow each other quickly: "09:43:51". */
export function formatSeconds(time: number): string {
  return new Intl.DateTimeFormat(currentLocale(), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(time);
}

/** When the receipt was written, with its seconds and its distance from UTC: a record is worth nothing without. */
export function formatRecordTime(time: number): string {
  return new Intl.DateTimeFormat(currentLocale().startsWith('en') ? 'en-GB' : currentLocale(), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  }).format(time);
}
