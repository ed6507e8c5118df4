import type { MessageTrust, UnsubscribeWay } from '../../src-shared/model/message-trust.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import type { KeptHeaders } from '../base/kept-headers.ts';
import { decodeWords } from './encoded-words.ts';

/** Of what is kept of a field, so that none is read that was cut. */
const LONGEST = 19_000;
const MOST_URIS = 20;
const NAME_SHOWN = 100;

export type ListHeaders = Pick<MessageTrust, 'bulk' | 'listName' | 'listPost' | 'unsubscribe'>;

/** What a message says of the list, the mailing or the program that it comes from. */
export function readListHeaders(headers: KeptHeaders): ListHeaders {
  const bulk = bulkOf(headers);
  const listName = headers.listId === undefined ? undefined : listNameOf(headers.listId);
  const listPost = urisIn(headers.listPost)
    .map(mailtoAddress)
    .find((one) => one !== undefined);
  const unsubscribe = unsubscribeWayOf(headers);
  return {
    ...(bulk && { bulk }),
    ...(listName !== undefined && { listName }),
    ...(listPost !== undefined && { listPost }),
    ...(unsubscribe && { unsubscribe }),
  };
}

function bulkOf(headers: KeptHeaders): MessageTrust['bulk'] {
  const precedence = headers.precedence?.trim().toLowerCase();
  // RFC 2369 §3.4: a list to which nobody may write says NO.
  const isOpenList = urisIn(headers.listPost).length > 0;
  if (isOpenList || precedence === 'list') return 'list';
  const isMailing = headers.listId !== undefined || headers.listUnsubscribe !== undefined;
  if (isMailing || precedence === 'bulk' || precedence === 'junk') return 'bulk';
  const automatic = headers.autoSubmitted?.split(/[;(]/)[0]?.trim().toLowerCase(); // RFC 3834 §5
  return automatic !== undefined && automatic !== '' && automatic !== 'no' ? 'automatic' : undefined;
}

/** RFC 2919 §3: a phrase, and the identifier in angle brackets. */
function listNameOf(listId: string): string | undefined {
  const found = /^([^<]*)<([^<>\s]{1,300})>/.exec(listId.trim().slice(0, LONGEST));
  const phrase = decodeWords(
    (found?.[1] ?? '')
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replace(/\\(.)/g, '$1'),
  );
  const name = (phrase.trim() || (found?.[2] ?? listId).trim()).replace(/[\p{Cc}\p{Cf}]/gu, '');
  return [...name].slice(0, NAME_SHOWN).join('') || undefined;
}

/** The URIs of a list field (RFC 2369 §2): each in angle brackets, commas between, comments anywhere. */
function urisIn(field: string | undefined): string[] {
  if (field === undefined || field.length > LONGEST) return [];
  const uris = [...field.replace(/\([^()]*\)/g, ' ').matchAll(/<([^<>]{1,4000})>/g)].map(([, uri = '']) =>
    uri.replace(/\s+/g, ''),
  );
  return uris.length > MOST_URIS ? [] : uris;
}

/**
 * The one address to which a POST is sent (RFC 8058 §3.1): exactly one https URI, and the field that says that it takes one. Whether a
 * signature covers both is another question.
 */
export function oneClickUrl(
  headers: Pick<KeptHeaders, 'listUnsubscribe' | 'listUnsubscribePost'>,
): URL | undefined {
  const saysSo = headers.listUnsubscribePost?.replace(/\s+/g, '') === 'List-Unsubscribe=One-Click';
  const urls = urisIn(headers.listUnsubscribe).filter((uri) => /^https:/i.test(uri));
  const [only] = urls;
  return saysSo && urls.length === 1 && only !== undefined ? webUrl(only) : undefined;
}

function unsubscribeWayOf(headers: KeptHeaders): UnsubscribeWay | undefined {
  const oneClick = headers.signedBy.length > 0 ? oneClickUrl(headers) : undefined;
  if (oneClick) return { kind: 'one-click', host: oneClick.hostname };
  // RFC 2369 §3.2: the sender names first what it likes best.
  for (const uri of urisIn(headers.listUnsubscribe)) {
    const address = mailtoAddress(uri);
    if (address !== undefined) return { kind: 'mail', address };
    const url = webUrl(uri);
    if (url) return { kind: 'page', url: url.href };
  }
  return undefined;
}

function webUrl(uri: string): URL | undefined {
  if (!/^https:\/\//i.test(uri) || !URL.canParse(uri)) return undefined;
  const url = new URL(uri);
  return url.username === '' && url.password === '' && url.hostname !== '' ? url : undefined;
}

/** The address of a mailto: URI (RFC 6068); subject, text and other recipients are not taken from it. */
function mailtoAddress(uri: string): string | undefined {
  const found = /^mailto:([^?,]{1,500})(?:\?|$)/i.exec(uri)?.[1];
  if (found === undefined) return undefined;
  try {
    const address = decodeURIComponent(found);
    return isAddress(address) ? address : undefined;
  } catch {
    return undefined;
  }
}
