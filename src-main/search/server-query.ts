/** A query in the words of IMAP (RFC 9051 §6.4.4) and of Gmail (X-GM-RAW). Where IMAP has no word, more is asked for and sifted here. */
import type { ImapSearch, ImapTerm } from '../imap/search.ts';
import type { StoreTerm, StoreTest } from '../store/search-records.ts';

export function serverQuery(clauses: StoreTerm[][]): ImapSearch {
  const asked = clauses.flatMap((clause) => {
    const terms = clause.map(imapTerms);
    // What cannot be asked in one alternative cannot be left out: the whole clause is.
    if (terms.some((one) => one === undefined)) return [];
    // A term of two tests (from a day to another) stands alone in its clause.
    if (clause.length === 1) return (terms[0] ?? []).map((term) => [term]);
    return terms.some((one) => one?.length !== 1) ? [] : [terms.flatMap((one) => one ?? [])];
  });
  const gmail = gmailQuery(clauses);
  return { clauses: asked, ...(gmail !== undefined && { gmail }) };
}

/** All of these must hold; undefined where IMAP has no word for it. */
function imapTerms({ test, isNegated }: StoreTerm): ImapTerm[] | undefined {
  const one = (imap: ImapTerm['test'], isNot = isNegated): ImapTerm[] => [{ test: imap, isNegated: isNot }];
  switch (test.kind) {
    case 'text':
      if (test.field === 'filename') return undefined;
      return one({ kind: test.field === 'any' ? 'text' : test.field, value: test.text });
    case 'unread':
      return one({ kind: 'seen' }, !isNegated);
    case 'read':
      return one({ kind: 'seen' });
    case 'starred':
      return one({ kind: 'flagged' });
    case 'answered':
      return one({ kind: 'answered' });
    case 'keyword':
      // A flag that no server could have (RFC 9051 §9, flag-keyword) is found by no server.
      return /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/u.test(test.keyword)
        ? one({ kind: 'keyword', value: test.keyword })
        : undefined;
    case 'time': {
      const ends = [
        ...(test.from === undefined ? [] : one({ kind: 'since', time: test.from })),
        ...(test.to === undefined ? [] : one({ kind: 'before', time: test.to })),
      ];
      // Not within a time is before or after it: two terms of one clause, sifted here. IMAP's days are the server's, so is their edge.
      return isNegated ? undefined : ends;
    }
    case 'size': {
      const ends = [
        ...(test.above === undefined ? [] : one({ kind: 'larger', size: test.above })),
        ...(test.below === undefined ? [] : one({ kind: 'smaller', size: test.below })),
      ];
      return ends.length === 1 ? ends : undefined;
    }
    case 'attachment':
    case 'mailbox':
      return undefined;
  }
}

/** Undefined where Gmail has no word either; then IMAP's own are used. */
function gmailQuery(clauses: StoreTerm[][]): string | undefined {
  const parts: string[] = [];
  for (const clause of clauses) {
    const terms = clause.map(({ test, isNegated }) => {
      const word = gmailWord(test);
      return word === undefined ? undefined : `${isNegated ? '-' : ''}${word}`;
    });
    if (clause.every(({ test }) => test.kind === 'mailbox')) continue;
    if (terms.includes(undefined)) return undefined;
    parts.push(terms.length === 1 ? (terms[0] ?? '') : `{${terms.join(' ')}}`);
  }
  return parts.length === 0 ? undefined : parts.join(' ');
}

function gmailWord(test: StoreTest): string | undefined {
  switch (test.kind) {
    case 'text': {
      const text = `"${test.text.replaceAll('"', ' ')}"`;
      return test.field === 'any' ? text : `${test.field}:${text}`;
    }
    case 'unread':
    case 'read':
    case 'starred':
      return `is:${test.kind}`;
    case 'attachment':
      return 'has:attachment';
    case 'size':
      return test.above !== undefined ? `larger:${test.above}` : `smaller:${test.below}`;
    case 'time': {
      // Gmail takes seconds since 1970.
      const seconds = (time: number) => Math.floor(time / 1000);
      const ends = [
        ...(test.from === undefined ? [] : [`after:${seconds(test.from) - 1}`]),
        ...(test.to === undefined ? [] : [`before:${seconds(test.to)}`]),
      ];
      return ends.length === 1 ? ends[0] : `(${ends.join(' ')})`;
    }
    default:
      return undefined;
  }
}
