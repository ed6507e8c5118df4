/** A search in the open mailbox (RFC 9051 §6.4.4), as plain data that can go to another thread. */
import type { ImapFlow, SearchObject } from 'imapflow';
import { oneLine } from '../base/one-line.ts';

export type ImapTest =
  | { kind: 'text' | 'subject' | 'from' | 'to' | 'cc'; value: string }
  | { kind: 'seen' | 'flagged' | 'answered' }
  | { kind: 'keyword'; value: string }
  /** Received at or after, and before: milliseconds since 1970. */
  | { kind: 'since' | 'before'; time: number }
  /** Bytes. */
  | { kind: 'larger' | 'smaller'; size: number };

export type ImapTerm = { test: ImapTest; isNegated: boolean };

export type ImapSearch = {
  /** All must hold, of each clause one term. */
  clauses: ImapTerm[][];
  /** The same in the words of Gmail, which searches by them far better; used where X-GM-EXT-1 is offered. */
  gmail?: string;
};

/** UIDs that fit, ascending; undefined when the server refuses. Throws imapflow's errors. */
export async function searchMailbox(client: ImapFlow, search: ImapSearch): Promise<number[] | undefined> {
  const isGmail = search.gmail !== undefined && client.capabilities.has('X-GM-EXT-1');
  const query =
    isGmail && search.gmail !== undefined ? { gmraw: oneLine(search.gmail) } : searchObject(search);
  const found = await client.search(query, { uid: true });
  return Array.isArray(found) ? found.sort((a, b) => a - b) : undefined;
}

/**
 * The query as imapflow takes it: an object, in which each key stands once. What does not find a place in it goes into the one `not`:
 * "a and b" is "not (not a or not b)".
 */
export function searchObject({ clauses }: ImapSearch): SearchObject {
  const query: SearchObject = {};
  const refused: SearchObject[] = [];
  for (const clause of clauses) {
    const terms = clause.map(({ test, isNegated }) =>
      isNegated ? { not: testObject(test) } : testObject(test),
    );
    const [first] = terms;
    if (!first) continue;
    const wanted = terms.length > 1 ? { or: terms } : first;
    if (wanted.not) refused.push(wanted.not);
    else if (Object.keys(wanted).some((key) => key in query)) refused.push({ not: wanted });
    else Object.assign(query, wanted);
  }
  const [first, ...more] = refused;
  if (first) query.not = more.length === 0 ? first : { or: refused };
  return Object.keys(query).length === 0 ? { all: true } : query;
}

function testObject(test: ImapTest): SearchObject {
  switch (test.kind) {
    case 'seen':
    case 'flagged':
    case 'answered':
      return { [test.kind]: true };
    case 'since':
    case 'before':
      return { [test.kind]: new Date(test.time) };
    case 'larger':
    case 'smaller':
      return { [test.kind]: test.size };
    default:
      // A quoted string holds no end of a line and no NUL (RFC 9051 §4.3), and nobody looks for one.
      return { [test.kind]: oneLine(test.value) };
  }
}
