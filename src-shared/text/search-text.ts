/**
 * What a person types into the search field, read. Pure and total: every text gives a query; what is not understood is told in
 * `problems` and the rest is used. A query is a list of clauses that must all hold; a clause holds when one of its terms does
 * (`a OR b c` is "a or b, and c": OR binds tighter, as in the large mail services).
 */
import type { SearchProblem } from '../model/search.ts';

export type TextField = 'any' | 'subject' | 'from' | 'to' | 'cc' | 'filename';

export type SearchTest =
  /** A phrase stands as it was quoted; a word fits the beginning of a word, whether or not more of it is typed. */
  | { kind: 'text'; field: TextField; text: string; isPhrase: boolean }
  | { kind: 'unread' | 'read' | 'starred' | 'answered' | 'attachment' }
  | { kind: 'mailbox'; name: string }
  /** Received in from <= time < to, milliseconds since 1970. */
  | { kind: 'time'; from?: number; to?: number }
  /** Bytes: more than, less than. */
  | { kind: 'size'; above?: number; below?: number }
  | { kind: 'keyword'; keyword: string };

/** `source` is the term as it was typed. */
export type SearchTerm = { test: SearchTest; isNegated: boolean; source: string };

export type SearchQuery = { clauses: SearchTerm[][]; problems: SearchProblem[] };

type Piece = { source: string; isNegated: boolean; name: string; value: string; isQuoted: boolean };

// Brackets and spaces part words. Quotes open at the beginning of a word or of an operator's value; an input method writes wide colons.
const PIECE = /(-?)(?:(\p{L}+)[:：])?(?:["“”„]([^"“”„]*)(["“”„]?)|([^\s()"“”„]*))/uy;
const BETWEEN = /[\s()]*/uy;

/** Unicode's letters, numbers and private characters are what the index is made of. */
const HAS_WORD = /[\p{L}\p{N}\p{Co}]/u;

const TEXT_FIELDS: Readonly<Record<string, TextField>> = {
  from: 'from',
  to: 'to',
  cc: 'cc',
  subject: 'subject',
  filename: 'filename',
};

const STATES: Readonly<Record<string, SearchTest>> = {
  unread: { kind: 'unread' },
  unseen: { kind: 'unread' },
  read: { kind: 'read' },
  seen: { kind: 'read' },
  starred: { kind: 'starred' },
  flagged: { kind: 'starred' },
  answered: { kind: 'answered' },
  replied: { kind: 'answered' },
};

const ATTACHMENT = new Set(['attachment', 'attachments']);

/** Reads a query. `now` (milliseconds since 1970) is what "7d" and "today" count from; days are those of this computer's time zone. */
export function parseSearch(text: string, now: number): SearchQuery {
  const problems: SearchProblem[] = [];
  const clauses: SearchTerm[][] = [];
  let joinsLast = false;
  for (const piece of piecesOf(text, problems)) {
    if (piece.source === 'OR') {
      joinsLast = clauses.length > 0;
      continue;
    }
    const test = testOf(piece, now, problems);
    if (!test) continue;
    const term = { test, isNegated: piece.isNegated, source: piece.source };
    const last = clauses.at(-1);
    if (joinsLast && last) last.push(term);
    else clauses.push([term]);
    joinsLast = false;
  }
  return { clauses, problems };
}

function* piecesOf(text: string, problems: SearchProblem[]): Generator<Piece> {
  for (let at = 0; ; ) {
    BETWEEN.lastIndex = at;
    BETWEEN.exec(text);
    at = BETWEEN.lastIndex;
    if (at >= text.length) return;
    PIECE.lastIndex = at;
    const found = PIECE.exec(text);
    if (!found || PIECE.lastIndex === at) {
      at++;
      continue;
    }
    at = PIECE.lastIndex;
    const [source, minus, name = '', quoted, closing, bare = ''] = found;
    if (quoted !== undefined && closing === '') problems.push({ text: source, problem: 'quote-open' });
    yield {
      source,
      isNegated: minus === '-',
      name: name.toLowerCase(),
      value: (quoted ?? bare).trim(),
      isQuoted: quoted !== undefined,
    };
  }
}

/** Undefined: nothing to look for; `problems` says why where it is not plain to see. */
function testOf(piece: Piece, now: number, problems: SearchProblem[]): SearchTest | undefined {
  const { name, value, source } = piece;
  const refuse = (problem: SearchProblem['problem']): undefined => {
    problems.push({ text: source, problem });
    return undefined;
  };
  const unknown = (): SearchTest | undefined => {
    problems.push({ text: source, problem: 'operator-unknown' });
    return textTest({ ...piece, value: `${name} ${value}` }, 'any', problems);
  };
  if (name === '') return textTest(piece, 'any', problems);
  const field = TEXT_FIELDS[name];
  const isKnown = field !== undefined || VALUED.has(name);
  if (!isKnown) {
    // "Re:" and a link are no operators.
    return value === '' || value.startsWith('/')
      ? textTest({ ...piece, value: `${name} ${value}` }, 'any', problems)
      : unknown();
  }
  if (value === '') return refuse('value-missing');
  if (field !== undefined) return textTest(piece, field, problems);
  switch (name) {
    case 'is':
      return STATES[value.toLowerCase()] ?? unknown();
    case 'has':
      return ATTACHMENT.has(value.toLowerCase()) ? { kind: 'attachment' } : unknown();
    case 'in':
      return { kind: 'mailbox', name: value };
    case 'before':
    case 'after':
    case 'on': {
      const period = periodOf(value.toLowerCase(), now);
      if (!period) return refuse('date-unreadable');
      return {
        kind: 'time',
        ...(name !== 'before' && { from: period.from }),
        ...(name !== 'after' && { to: name === 'on' ? period.to : period.from }),
      };
    }
    case 'larger':
    case 'smaller': {
      const bytes = sizeOf(value.toLowerCase());
      if (bytes === undefined) return refuse('size-unreadable');
      return name === 'larger' ? { kind: 'size', above: bytes } : { kind: 'size', below: bytes };
    }
    default:
      return { kind: 'keyword', keyword: value };
  }
}

const VALUED = new Set(['is', 'has', 'in', 'before', 'after', 'on', 'larger', 'smaller', 'label', 'keyword']);

function textTest(piece: Piece, field: TextField, problems: SearchProblem[]): SearchTest | undefined {
  const text = piece.value.trim();
  if (HAS_WORD.test(text)) return { kind: 'text', field, text, isPhrase: piece.isQuoted };
  // A dash alone is no mistake, and neither is a quote that was just opened.
  if (text !== '' && text !== '-') problems.push({ text: piece.source, problem: 'word-too-short' });
  return undefined;
}

/** The time that a date names: a day, a month, a year, or the day that lies so long back. */
function periodOf(value: string, now: number): { from: number; to: number } | undefined {
  const written = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/u.exec(value);
  if (written) {
    const [, year = '', month, day] = written;
    return writtenPeriod(Number(year), month && Number(month), day && Number(day));
  }
  if (value === 'today' || value === 'yesterday') return dayBefore(now, value === 'today' ? 0 : 1);
  const back = /^(\d{1,4})([dwmy])$/u.exec(value);
  if (!back) return undefined;
  const count = Number(back[1]);
  if (back[2] === 'd') return dayBefore(now, count);
  if (back[2] === 'w') return dayBefore(now, 7 * count);
  return monthsBefore(now, back[2] === 'm' ? count : 12 * count);
}

function writtenPeriod(
  year: number,
  month: number | '' | undefined,
  day: number | '' | undefined,
): { from: number; to: number } | undefined {
  if (!month) return period(localDay(year, 0, 1), localDay(year + 1, 0, 1));
  if (month > 12) return undefined;
  if (!day) return period(localDay(year, month - 1, 1), localDay(year, month, 1));
  const from = localDay(year, month - 1, day);
  // 31 April would be 1 May.
  if (from.getDate() !== day || from.getMonth() !== month - 1) return undefined;
  return period(from, localDay(year, month - 1, day + 1));
}

function dayBefore(now: number, days: number): { from: number; to: number } {
  const today = new Date(now);
  const at = (offset: number) =>
    localDay(today.getFullYear(), today.getMonth(), today.getDate() - days + offset);
  return period(at(0), at(1));
}

function monthsBefore(now: number, months: number): { from: number; to: number } {
  const today = new Date(now);
  const first = localDay(today.getFullYear(), today.getMonth() - months, 1);
  const lastDay = localDay(first.getFullYear(), first.getMonth() + 1, 0).getDate();
  const day = Math.min(today.getDate(), lastDay);
  return period(
    localDay(first.getFullYear(), first.getMonth(), day),
    localDay(first.getFullYear(), first.getMonth(), day + 1),
  );
}

const period = (from: Date, to: Date) => ({ from: from.getTime(), to: to.getTime() });

/** The beginning of a day here. Years below 100 are meant as written. */
function localDay(year: number, month: number, day: number): Date {
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month, day);
  return date;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function sizeOf(value: string): number | undefined {
  const found = /^(\d{1,12}(?:\.\d{1,3})?)\s*([kmg]?)i?b?$/u.exec(value);
  return found ? Math.round(Number(found[1]) * (UNITS[found[2] ?? ''] ?? 1)) : undefined;
}
