/** Paths of mailboxes, in the server's own words: names with its delimiter between them; without a delimiter there is no below. */
import type { Mailbox } from '../../src-shared/model/mailbox.ts';

/** The last name of a path. */
export function nameIn(path: string, delimiter: string): string {
  const at = delimiter === '' ? -1 : path.lastIndexOf(delimiter);
  return at < 0 ? path : path.slice(at + delimiter.length);
}

/** Whether a path lies below a mailbox of the same account. */
export function isBelow(path: string, above: Pick<Mailbox, 'path' | 'delimiter'>): boolean {
  return above.delimiter !== '' && path.startsWith(above.path + above.delimiter);
}
