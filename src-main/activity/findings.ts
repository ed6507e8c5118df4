/**
 * What looks odd in the audit log, and what does not: a program that renews its tokens all week, sleeps, wakes, loses its link and tries
 * again is not odd. One finding for each spell, however many entries it has.
 */
import type { ActivityEntry, ActivityFinding, AuditKind } from '../../src-shared/model/activity.ts';

const HOUR = 60 * 60_000;
/** Renewals within an hour that need no explanation: restarts of the program, and tokens that a server did not take. */
const RENEWALS = 20;
const REFUSALS = 5;

/** Kinds that the findings are made of. */
export const TELLING_KINDS: readonly AuditKind[] = [
  'refreshed',
  'issuer-changed',
  'scopes-changed',
  'sign-in-failed',
  'login-refused',
  'grant-ended',
  'lock-refused',
];

/** Somebody said no. Whoever cancelled, was offline or met a server that was down did not. */
const REFUSED_CODES = new Set([
  'login-refused',
  'password-refused',
  'sign-in-refused',
  'sign-in-forged',
  'client-refused',
  'address-mismatch',
  'scope-missing',
]);

/** `entries` in any order. Newest first. */
export function findOdd(entries: readonly ActivityEntry[]): ActivityFinding[] {
  const inOrder = [...entries].sort((one, other) => one.number - other.number);
  const found = [...byAccount(inOrder)].flatMap((theirs) => [
    ...spells(theirs.filter(isRenewal), renewalLimit).map(({ entry, count }) =>
      findingOf('refresh-burst', entry, { count }),
    ),
    ...spells(theirs.filter(isRefusal), () => REFUSALS - 1).map(({ entry, count }) =>
      findingOf('repeated-failures', entry, { count }),
    ),
    ...theirs
      .filter(({ kind }) => kind === 'issuer-changed')
      .map((entry) =>
        findingOf('new-issuer', entry, {
          before: entry.facts.before ?? '',
          host: entry.host ?? entry.facts.host ?? '',
        }),
      ),
    ...theirs
      .filter(({ kind }) => kind === 'scopes-changed')
      .map((entry) => ({ entry, added: addedScopes(entry) }))
      .filter(({ added }) => added.length > 0)
      .map(({ entry, added }) => findingOf('wider-scopes', entry, { added: added.join(' ') })),
  ]);
  return found.sort((one, other) => other.at - one.at);
}

function byAccount(entries: readonly ActivityEntry[]): Iterable<ActivityEntry[]> {
  const groups = new Map<string, ActivityEntry[]>();
  for (const entry of entries) {
    const whose = entry.accountId ?? entry.address ?? '';
    const theirs = groups.get(whose);
    if (theirs) theirs.push(entry);
    else groups.set(whose, [entry]);
  }
  return groups.values();
}

const isRenewal = ({ kind }: ActivityEntry): boolean => kind === 'refreshed';

/** Said as such after a sign-in; after a renewal, what `scopes` has and `before` had not. */
function addedScopes({ facts: { added, scopes, before } }: ActivityEntry): string[] {
  if (typeof added === 'string') return added.split(' ').filter((one) => one !== '');
  if (typeof scopes !== 'string' || typeof before !== 'string') return [];
  const had = before.split(' ');
  return scopes.split(' ').filter((one) => one !== '' && !had.includes(one));
}

function isRefusal({ kind, facts }: ActivityEntry): boolean {
  if (kind === 'sign-in-failed') return REFUSED_CODES.has(String(facts.code));
  return kind === 'login-refused' || kind === 'grant-ended' || kind === 'lock-refused';
}

/** Twice as many as the life of the token explains (`seconds`), when it is that short. */
function renewalLimit({ facts: { seconds } }: ActivityEntry): number {
  if (typeof seconds !== 'number' || seconds <= 0) return RENEWALS;
  const everySeconds = seconds - Math.min(60, seconds / 4);
  return Math.max(RENEWALS, Math.ceil((2 * 3_600) / everySeconds));
}

type Spell = { entry: ActivityEntry; count: number };

/** Where more than `limit` happened within an hour; what goes on without a quiet hour is one spell, told with its worst hour. */
function spells(entries: readonly ActivityEntry[], limit: (entry: ActivityEntry) => number): Spell[] {
  const found: (Spell & { last: number })[] = [];
  let from = 0;
  for (const [index, entry] of entries.entries()) {
    // A clock that was set back makes no spell.
    while ((entries[from]?.at ?? entry.at) <= entry.at - HOUR || (entries[from]?.at ?? 0) > entry.at) from++;
    const count = index - from + 1;
    if (count <= limit(entry)) continue;
    const before = found.at(-1);
    if (before && entry.at - before.last < HOUR) {
      before.last = entry.at;
      before.count = Math.max(before.count, count);
    } else found.push({ entry, count, last: entry.at });
  }
  return found;
}

function findingOf(
  kind: ActivityFinding['kind'],
  { accountId, address, at }: ActivityEntry,
  facts: ActivityFinding['facts'],
): ActivityFinding {
  return {
    kind,
    ...(accountId !== undefined && { accountId }),
    ...(address !== undefined && { address }),
    at,
    facts,
  };
}
