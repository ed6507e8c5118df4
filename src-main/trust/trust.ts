/**
 * Who a message is from, and how far that can be believed (RFC 5322 §3.6.2, RFC 8601, RFC 7489 §3.1). Pure: it looks at what is here and
 * asks nobody. The verdict is the account's own server's, or that of a look at the signature which the person asked for
 * (signature.ts); doubts are told beside it, each for itself. A From that can be read in two ways is never verified.
 */

import type { Address, MessageSummary } from '../../src-shared/model/message.ts';
import type { MessageTrust, SenderDoubt } from '../../src-shared/model/message-trust.ts';
import type { KeptHeaders } from '../base/kept-headers.ts';
import { trueFormOf } from './domain-doubts.ts';
import { asciiDomainOf, isAligned } from './domains.ts';
import { type FromReading, readFrom } from './from-field.ts';
import type { KnownPeople } from './known-people.ts';
import { readListHeaders } from './list-headers.ts';
import { addressClaimedBy, hasInvisibleSigns } from './name-doubts.ts';
import { type OwnServer, serverVerdict, type Verdict } from './verdict.ts';

/** What the program found when it looked at the signature itself. */
export type SignatureVerdict = { verdict: 'verified' | 'failed' | 'unknown'; domain?: string };

/** What is known beside the message. */
export type TrustContext = {
  /** Absent for an account without a server. */
  ownServer?: OwnServer;
  known: KnownPeople;
  /** Its sender is the person. */
  isOwn: boolean;
  isFirst: boolean;
  /** Others have written in its conversation, and the sender was none of them nor addressed by them. */
  isNewInThread: boolean;
  signature?: SignatureVerdict;
  /** The person wants the pictures of this sender. */
  wantsPictures: boolean;
};

/** `headers` is absent while the message itself is not here. */
export function judge(
  message: Pick<MessageSummary, 'messageId' | 'from' | 'replyTo'>,
  headers: KeptHeaders | undefined,
  context: TrustContext,
): MessageTrust {
  const from: FromReading = headers ? readFrom(headers.from, message.from) : readEnvelope(message.from);
  const list = headers ? readListHeaders(headers) : {};
  const verdict = verdictOf(from, headers, list.bulk, context);
  return {
    messageId: message.messageId,
    ...verdict,
    canCheck: verdict.verdict === 'unknown' && context.signature === undefined && canCheck(from, headers),
    isFirst: context.isFirst && !context.isOwn,
    doubts: [
      ...fromDoubts(from),
      ...senderDoubts(message.from[0], verdict, context),
      ...replyDoubts(message, list.listPost),
      ...(context.isNewInThread && !context.isOwn && list.bulk === undefined
        ? [{ kind: 'new-in-thread' } as const]
        : []),
    ],
    ...list,
    asksReceipt:
      headers?.dispositionNotificationTo !== undefined && list.bulk === undefined && !context.isOwn,
    // A name in From is worth nothing: who wants the pictures of a sender wants them of nobody who says to be that sender.
    loadsPictures: context.wantsPictures && verdict.verdict === 'verified',
  };
}

/** The one address that a message is from; undefined when there are several or nobody can tell. */
export function senderOf(
  message: Pick<MessageSummary, 'from'>,
  headers: KeptHeaders | undefined,
): string | undefined {
  const from = headers ? readFrom(headers.from, message.from) : readEnvelope(message.from);
  return from.kind === 'one' ? from.address.toLowerCase() : undefined;
}

function readEnvelope(from: readonly Address[]): FromReading {
  const addresses = from.map(({ address }) => address);
  const [first] = addresses;
  if (first === undefined) return { kind: 'malformed', raw: '' };
  return addresses.length === 1 ? { kind: 'one', address: first } : { kind: 'several', addresses };
}

function verdictOf(
  from: FromReading,
  headers: KeptHeaders | undefined,
  bulk: MessageTrust['bulk'],
  { ownServer, signature }: TrustContext,
): Verdict {
  if (from.kind !== 'one' || !headers) return { verdict: 'unknown' };
  const told = serverVerdict(headers.authenticationResults, from.address, ownServer);
  if (told.verdict !== 'unknown' || !signature) return told;
  // A list that adds its foot breaks the signature of an honest author (RFC 6377 §5).
  if (signature.verdict === 'failed' && bulk !== undefined)
    return { verdict: 'unknown', checkedBy: 'program' };
  return { ...signature, checkedBy: 'program' };
}

/** A signature of the sender's own domain, which would prove something. */
function canCheck(from: FromReading, headers: KeptHeaders | undefined): boolean {
  const domain = from.kind === 'one' ? asciiDomainOf(from.address) : undefined;
  return domain !== undefined && (headers?.signedBy.some((signer) => isAligned(signer, domain)) ?? false);
}

function fromDoubts(from: FromReading): SenderDoubt[] {
  if (from.kind === 'malformed') return [{ kind: 'malformed-from', raw: from.raw }];
  return from.kind === 'several' ? [{ kind: 'several-authors', addresses: from.addresses }] : [];
}

function senderDoubts(
  sender: Address | undefined,
  { verdict }: Verdict,
  { known, isOwn }: TrustContext,
): SenderDoubt[] {
  if (!sender) return [];
  const doubts: SenderDoubt[] = [];
  const claimed = addressClaimedBy(sender);
  if (claimed !== undefined) doubts.push({ kind: 'name-is-address', claimed });
  if (!isOwn) {
    const contact = known.namesake(sender);
    // The same house, and proved to be: somebody with two addresses there.
    const isSameHouse =
      contact !== undefined && verdict === 'verified' && sharesDomain(contact.address, sender.address);
    if (contact && !isSameHouse && !known.has(sender.address))
      doubts.push({ kind: 'name-of-contact', contact });
    const resembled = known.lookalike(sender.address);
    if (resembled) doubts.push({ kind: 'lookalike', resembles: resembled });
  }
  const ascii = trueFormOf(sender.address);
  if (ascii !== undefined) doubts.push({ kind: 'mixed-scripts', ascii });
  if (hasInvisibleSigns(sender.name) || hasInvisibleSigns(sender.address))
    doubts.push({ kind: 'invisible-signs' });
  return doubts;
}

function sharesDomain(one: string, other: string): boolean {
  const [a, b] = [asciiDomainOf(one), asciiDomainOf(other)];
  return a !== undefined && b !== undefined && isAligned(a, b);
}

/** Answers that go to the list itself go where the message came from. */
function replyDoubts(
  { from, replyTo }: Pick<MessageSummary, 'from' | 'replyTo'>,
  listPost: string | undefined,
): SenderDoubt[] {
  const [sender] = from;
  if (!sender) return [];
  const elsewhere = replyTo.find(
    ({ address }) =>
      address !== '' &&
      address.toLowerCase() !== listPost?.toLowerCase() &&
      address.toLowerCase() !== sender.address.toLowerCase() &&
      !sharesDomain(address, sender.address),
  );
  return elsewhere ? [{ kind: 'reply-to-elsewhere', address: elsewhere.address }] : [];
}
