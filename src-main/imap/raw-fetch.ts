/** FETCH with answers read as they are: imapflow's own reader spends more time on a message than its parser does. */
import { type Execute, listOf, responseCodeOf, type Token, textOf, type Untagged } from './raw-command.ts';
import { HIGHEST_UID } from './uid-set.ts';

/** The items of one FETCH answer by name: `UID`, `FLAGS`; a section by `BODY[` and its name (of HEADER.FIELDS without the fields). */
export type FetchedItems = ReadonlyMap<string, Token>;

export type RawFetch = { set: string; items: string; byUid?: boolean; modifiers?: string };

/**
 * Sends `UID FETCH set (items) (modifiers)` (or FETCH) and gives every answer to `onItems`, in the server's order; the server is not
 * read on before it is done. UIDFETCH answers (RFC 9586) are the same with the UID in front. The first error of `onItems` is thrown
 * when the command is over, and nothing is given to it any more. Answers with the UID at which the server stopped because of its
 * MESSAGELIMIT (RFC 9738), else undefined.
 */
export async function rawFetch(
  execute: Execute,
  { set, items, byUid = true, modifiers = '' }: RawFetch,
  onItems: (items: FetchedItems) => void | Promise<void>,
): Promise<number | undefined> {
  const thrown: { error: unknown }[] = [];
  const hear = (isNamedByUid: boolean) => async (untagged: Untagged) => {
    if (thrown.length > 0) return;
    try {
      const found = itemsOf(untagged);
      if (isNamedByUid) found.set('UID', { type: 'ATOM', value: untagged.command });
      await onItems(found);
    } catch (error) {
      thrown.push({ error });
    }
  };
  const text = `${set} (${items})${modifiers === '' ? '' : ` (${modifiers})`}`;
  try {
    const untagged = { FETCH: hear(false), UIDFETCH: hear(true) };
    const [code, , stoppedAt] = responseCodeOf(await execute(byUid ? 'UID FETCH' : 'FETCH', text, untagged));
    if (thrown.length === 0) {
      return code?.toUpperCase() === 'MESSAGELIMIT' ? Number(stoppedAt) || undefined : undefined;
    }
  } catch (error) {
    thrown.push({ error });
  }
  throw thrown[0]?.error;
}

function itemsOf({ attributes }: Untagged): Map<string, Token> {
  const found = new Map<string, Token>();
  const list = listOf(attributes?.[1]);
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = nameOf(list[at]);
    const value = list[at + 1];
    if (name !== undefined && value !== undefined) found.set(name, value);
  }
  return found;
}

function nameOf(token: Token | undefined): string | undefined {
  const name = textOf(token)?.toUpperCase();
  if (name === undefined || !token?.section) return name;
  return `${name}[${textOf(token.section[0])?.toUpperCase() ?? ''}`;
}

/** A number of at most 15 digits, else undefined. */
export function numberOf(token: Token | undefined): number | undefined {
  const text = textOf(token);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A UID (RFC 9051 §2.3.1.1). */
export function uidOf(items: FetchedItems): number | undefined {
  const uid = numberOf(items.get('UID'));
  return uid !== undefined && uid > 0 && uid <= HIGHEST_UID ? uid : undefined;
}

/** A number of 63 bits, as mod-sequences are (RFC 7162 §3), else undefined. */
export function modseqOf(token: Token | undefined): bigint | undefined {
  const text = textOf(token);
  return text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}
