/** What the head of a message says about answers to it and is not kept beside it: where a list is written to, and to whom it was delivered. */
import type { Address } from '../../src-shared/model/message.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { parseMailto } from '../../src-shared/text/mailto.ts';
import { headerFields } from './parse-header.ts';
import { splitHead } from './parse-parts.ts';

export type AnswerHead = {
  /** RFC 2369 §3.4: where mail to the list goes; absent where nobody may write to it. */
  listPost?: Address;
  /** Where its author wants answers for all to go. */
  mailFollowupTo: Address[];
  /** Addresses that servers on its way delivered it to, the last one first. */
  deliveredTo: string[];
};

/** More is no head that anybody wrote. Bytes. */
const LONGEST_HEAD = 256_000;
const MOST_ADDRESSES = 100;

/** Reads the head of a source; of none there is nothing. */
export function readAnswerHead(source: Uint8Array | undefined): AnswerHead {
  const fields = source ? headerFields(splitHead(source.subarray(0, LONGEST_HEAD)).head) : [];
  const valuesOf = (...names: string[]) =>
    fields.filter(({ name }) => names.includes(name)).map(({ value }) => value);
  const listPost = listPostOf(valuesOf('list-post')[0] ?? '');
  return {
    ...(listPost && { listPost }),
    mailFollowupTo: addressesIn(valuesOf('mail-followup-to')[0] ?? ''),
    deliveredTo: valuesOf('delivered-to', 'x-original-to', 'x-delivered-to')
      .map((value) => value.trim().replace(/^<|>$/g, ''))
      .filter(isAddress)
      .slice(0, MOST_ADDRESSES),
  };
}

/** The first mailto: of the list (RFC 2369 §2); `NO` is none. */
function listPostOf(value: string): Address | undefined {
  const link = /<\s*(mailto:[^<>]*)>/i.exec(value)?.[1];
  const found = link === undefined ? undefined : parseMailto(link)?.to[0];
  return found && isAddress(found.address) ? found : undefined;
}

/** Names do not matter here: who the people are is known from the message itself. */
function addressesIn(value: string): Address[] {
  return value
    .split(/[\s<>,;:"()]+/)
    .filter(isAddress)
    .slice(0, MOST_ADDRESSES)
    .map((address) => ({ name: '', address }));
}
