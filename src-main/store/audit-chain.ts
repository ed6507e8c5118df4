/**
 * What an entry of the audit log says, byte for byte, and its hash over that and the hash before it: so whoever changes, removes,
 * inserts or moves an entry has to change every hash that follows. docs/activity.md tells strangers how to verify it; keep it true.
 */
import { createHash } from 'node:crypto';
import type { ActivityEntry } from '../../src-shared/model/activity.ts';
import { redactText } from '../base/redact.ts';

/** What stands before the first entry. */
export const FIRST_HASH = '0'.repeat(64);

const MOST_FACTS = 20;
const LONGEST_NAME = 40;
const LONGEST_TEXT = 500;

/** SHA-256 in hexadecimal over the entry as one JSON array in UTF-8; facts by name, in the order of their UTF-16 units. */
export function hashEntry(entry: ActivityEntry, previous: string): string {
  const { number, at, kind, accountId, address, host, receiptId } = entry;
  const facts = Object.entries(entry.facts).sort(([one], [other]) => (one < other ? -1 : 1));
  const said = [
    previous,
    number,
    at,
    kind,
    accountId ?? null,
    address ?? null,
    host ?? null,
    receiptId ?? null,
    facts,
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** Facts as they can be stored, read back and written as JSON without becoming others: short, and nothing in them that looks like a secret. */
export function cleanFacts(facts: Record<string, string | number>): ActivityEntry['facts'] {
  return Object.fromEntries(
    Object.entries(facts)
      .slice(0, MOST_FACTS)
      .map(([name, value]) => [
        cleanText(name).slice(0, LONGEST_NAME),
        typeof value === 'string' ? redactText(cleanText(value)) : cleanNumber(value),
      ]),
  );
}

/** Without what SQLite cuts a text at (NUL) or cannot keep (half a surrogate pair). */
export function cleanText(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}

/** Fractions are written differently by different languages. */
function cleanNumber(value: number): number {
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole) ? whole + 0 : 0;
}
