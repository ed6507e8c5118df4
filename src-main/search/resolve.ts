/** The mailboxes that a query speaks of. */
import type { ThreadView } from '../../src-shared/ipc/contract.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox, SpecialUse } from '../../src-shared/model/mailbox.ts';
import type { SearchProblem } from '../../src-shared/model/search.ts';
import { parseSearch } from '../../src-shared/text/search-text.ts';
import type { StoreTerm } from '../store/search-records.ts';

export type ResolvedSearch = {
  clauses: StoreTerm[][];
  /** Mailboxes in which alone a hit does not count. */
  outside: MailboxId[];
  problems: SearchProblem[];
};

const USES: Readonly<Record<string, SpecialUse>> = {
  inbox: 'inbox',
  sent: 'sent',
  archive: 'archive',
  trash: 'trash',
  bin: 'trash',
  junk: 'junk',
  spam: 'junk',
  drafts: 'drafts',
  all: 'all',
};

/** Says that Trash and Junk are looked through too. */
const EVERYWHERE = 'anywhere';

/** Reads a query for these mailboxes. Trash and Junk count only when the query or the scope names them. */
export function resolveSearch(
  text: string,
  mailboxes: readonly Mailbox[],
  scope: ThreadView | undefined,
  now: number,
): ResolvedSearch {
  const parsed = parseSearch(text, now);
  const problems = [...parsed.problems];
  const named = new Set<MailboxId>();
  let isEverywhere = false;
  const clauses: StoreTerm[][] = [];
  for (const clause of parsed.clauses) {
    const terms: StoreTerm[] = [];
    for (const { test, isNegated, source } of clause) {
      if (test.kind !== 'mailbox') {
        terms.push({ test, isNegated });
        continue;
      }
      if (test.name.toLowerCase() === EVERYWHERE) {
        isEverywhere ||= !isNegated;
        continue;
      }
      const mailboxIds = mailboxesNamed(test.name, mailboxes);
      if (mailboxIds.length === 0) {
        problems.push({ text: source, problem: 'mailbox-unknown' });
        continue;
      }
      if (!isNegated) for (const mailboxId of mailboxIds) named.add(mailboxId);
      terms.push({ test: { kind: 'mailbox', mailboxIds }, isNegated });
    }
    if (terms.length > 0) clauses.push(terms);
  }
  if (scope) {
    const mailboxIds = mailboxesOf(scope, mailboxes);
    for (const mailboxId of mailboxIds) named.add(mailboxId);
    clauses.push([{ test: { kind: 'mailbox', mailboxIds }, isNegated: false }]);
  }
  const outside = mailboxes
    .filter(({ specialUse, mailboxId }) => isHidden(specialUse) && !isEverywhere && !named.has(mailboxId))
    .map(({ mailboxId }) => mailboxId);
  return { clauses, outside, problems };
}

const isHidden = (use: SpecialUse | undefined): boolean => use === 'trash' || use === 'junk';

const mailboxesOf = (scope: ThreadView, mailboxes: readonly Mailbox[]): MailboxId[] =>
  scope.kind === 'mailbox'
    ? [scope.mailboxId]
    : mailboxes.filter((one) => one.specialUse === 'inbox').map((one) => one.mailboxId);

/** By use, else by path or name, in all accounts; while a name is typed, by its beginning. */
function mailboxesNamed(name: string, mailboxes: readonly Mailbox[]): MailboxId[] {
  const wanted = name.normalize('NFC').toLowerCase();
  const folded = (text: string) => text.normalize('NFC').toLowerCase();
  const use = USES[wanted];
  const tests: ((mailbox: Mailbox) => boolean)[] = [
    (one) => use !== undefined && one.specialUse === use,
    (one) => folded(one.path) === wanted || folded(one.name) === wanted,
    (one) => folded(one.path).split(one.delimiter).join('/') === wanted,
    (one) => folded(one.name).startsWith(wanted),
  ];
  for (const test of tests) {
    const found = mailboxes.filter(test);
    if (found.length > 0) return found.map((one) => one.mailboxId);
  }
  return [];
}
