/**
 * What messages that are no drafts have in common: passed on as they are, word that one was displayed, answers to invitations. They wait in
 * the outbox like every other.
 */
import type { Identity } from '../../src-shared/model/identity.ts';
import type { IdentityId, MessageId } from '../../src-shared/model/ids.ts';
import type { Address, MessageSummary } from '../../src-shared/model/message.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { readAnswerHead } from '../mime/answer-head.ts';
import { newMessageIdHeader } from '../mime/draft-message.ts';
import { pickIdentity } from '../mime/reply.ts';
import { ownIdentityOf, type StoredIdentity } from '../store/identity-table.ts';
import type { WholeMessage } from '../store/outgoing-records.ts';
import type { Store } from '../store/store.ts';
import type { WritingParts } from './writing-parts.ts';

export type AnsweringParts = WritingParts & {
  clock: Pick<Clock, 'now'>;
  /** Queues it. Throws receipt-sent. */
  sendWhole(entry: Omit<WholeMessage, 'notBefore'>): Submission;
};

/** Throws message-gone. */
export function messageOf(store: Store, messageId: MessageId): MessageSummary {
  const message = store.messages.get(messageId);
  if (!message) throw new MailError('message-gone');
  return message;
}

/** The account's identity that is asked for; else its own. Throws account-local for mail of no server, not-found. */
export function senderOf(
  store: Store,
  { accountId }: MessageSummary,
  identityId?: IdentityId,
): StoredIdentity {
  if (store.accounts.get(accountId)?.auth === 'none') throw new MailError('account-local');
  const identity = store.identities.get(identityId ?? ownIdentityOf(accountId));
  if (identity?.accountId !== accountId) throw new MailError('not-found');
  return identity;
}

export function identitiesOf(store: Store, { accountId }: MessageSummary): Identity[] {
  return store.identities.list().filter((one) => one.accountId === accountId);
}

/** The identity to which the message came. Throws as `senderOf`. */
export function receiverOf(store: Store, message: MessageSummary): StoredIdentity {
  const { bodies } = store;
  const head = readAnswerHead(bodies.source(message.messageId) ?? bodies.partialSource(message.messageId));
  const received = pickIdentity(message, identitiesOf(store, message), head.deliveredTo);
  return senderOf(store, message, received?.identityId);
}

/** What each of them is queued with. */
export function entryOf({ accountId, identityId, address }: StoredIdentity) {
  const isOther = identityId !== ownIdentityOf(accountId);
  return { accountId, ...(isOther && { identityId }), messageIdHeader: newMessageIdHeader(address) };
}

export function originalOf(store: Store, { messageId, messageIdHeader }: MessageSummary) {
  return { messageIdHeader, references: store.messages.references(messageId) };
}

export function nameOf({ displayName, address }: Identity): Address {
  return { name: displayName, address };
}
