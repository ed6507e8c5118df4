/** A message of the mailbox Drafts becomes a draft that can be written on, whoever wrote it. */

import type { Draft, DraftContent } from '../../src-shared/model/draft.ts';
import type { Envelope } from '../../src-shared/model/envelope.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import type { Address, MessageSummary } from '../../src-shared/model/message.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { envelopeOfSource } from '../imap/source-envelope.ts';
import { pickIdentity } from '../mime/reply.ts';
import type { CopyPlace, NewAttachment, NewDraft } from '../store/draft-records.ts';
import { ownIdentityOf } from '../store/identity-table.ts';
import type { StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';
import { inlinePicturesOf } from './inline-pictures.ts';
import { readUnfinished } from './unfinished.ts';
import type { WritingParts } from './writing-parts.ts';

export type EditParts = Omit<WritingParts, 'texts'>;

const MOST_PEOPLE = 5_000;
const LONGEST_TEXT = 5_000_000;

/**
 * The draft that this message is, or a new one with the message as its copy. Held until it is left. Throws not-found when it is no
 * message of Drafts, busy for one that is in the outbox, too-complex, attachment-too-large; or what the parts throw.
 */
export async function editMessage(
  parts: EditParts,
  messageId: MessageId,
  signal: AbortSignal,
): Promise<Draft> {
  const { store } = parts;
  const there = placeOf(store, messageId);
  const known = store.draftCopies.draftAt(there.message.accountId, there.place);
  if (known !== undefined) {
    const draft = store.drafts.get(known);
    if (!draft) throw new MailError('busy', { retry: 'later' });
    store.drafts.hold(known);
    return draft;
  }
  const { content, attachments, envelope } = await readDraft(parts, there.message, signal);
  // Read again: it may have gone meanwhile, or become a draft.
  const now = placeOf(store, messageId);
  if (store.draftCopies.draftAt(now.message.accountId, now.place) !== undefined)
    return editMessage(parts, messageId, signal);
  const draft = now.isLocal
    ? takeOut(store, content, attachments, now)
    : store.draftCopies.adopt(content, attachments, {
        ...now.place,
        messageIdHeader: now.message.messageIdHeader,
        storedAt: now.message.internalDate,
        ...(envelope.inReplyTo[0] !== undefined && { answeredHeader: envelope.inReplyTo[0] }),
      });
  store.drafts.hold(draft.draftId);
  return draft;
}

type Standing = {
  message: MessageSummary;
  mailboxId: MessageSummary['mailboxIds'][number];
  place: CopyPlace;
  isLocal: boolean;
};

function placeOf(store: Store, messageId: MessageId): Standing {
  const message = store.messages.get(messageId);
  if (!message) throw new MailError('message-gone');
  const drafts = store.mailboxes.bySpecialUse(message.accountId, 'drafts');
  const standing = store.messages
    .serverPlacements(messageId)
    .find(({ mailboxId }) => mailboxId === drafts?.mailboxId);
  const uidValidity = standing && store.mailboxes.syncState(standing.mailboxId).uidValidity;
  if (!standing || uidValidity === undefined) throw new MailError('not-found');
  const { mailboxId, uid } = standing;
  const isLocal = store.accounts.get(message.accountId)?.auth === 'none';
  return { message, mailboxId, place: { uidValidity, uid }, isLocal };
}

/** Where there is no server the message itself becomes the draft: it is not left beside it. */
function takeOut(
  store: Store,
  content: NewDraft,
  attachments: NewAttachment[],
  { message, mailboxId }: Standing,
): Draft {
  const { draftId } = store.drafts.create(content);
  for (const attachment of attachments) store.drafts.addAttachment(draftId, attachment);
  store.operations.enqueueExpunge({ messageIds: [message.messageId], mailboxId, delay: 0 });
  const draft = store.drafts.get(draftId);
  if (!draft) throw new MailError('not-found');
  return draft;
}

async function readDraft(parts: EditParts, message: MessageSummary, signal: AbortSignal) {
  const { store } = parts;
  const { messageId, accountId, internalDate } = message;
  const body = await parts.fetchBody(messageId, signal);
  // Nobody can tell what in it is text: to save it would destroy it.
  if (body.isSource) throw new MailError('too-complex');
  const source = await parts.fetchSource(messageId, signal);
  const envelope = envelopeOfSource(source, internalDate);
  const pictures = inlinePicturesOf(body);
  const files = [];
  let room = LIMITS.draftAttachments - sizeOf(pictures);
  for (const { part, filename, size } of body.attachments) {
    if (size > room) throw tooLarge(filename);
    const file = await parts.attachmentContent(messageId, part, signal);
    room -= file.content.byteLength;
    if (room < 0) throw tooLarge(filename);
    files.push(file);
  }
  const identity = pickIdentity(
    { from: envelope.from, to: [], cc: [] },
    store.identities.list().filter((one) => one.accountId === accountId),
  );
  const isOther = identity !== undefined && identity.identityId !== ownIdentityOf(accountId);
  const content: NewDraft = {
    ...contentOf(accountId, envelope, body, readUnfinished(source)),
    ...(isOther && { identityId: identity.identityId }),
    ...(body.headers?.dispositionNotificationTo !== undefined && { asksReceipt: true }),
  };
  return { content, attachments: [...pictures, ...files], envelope };
}

function contentOf(
  accountId: AccountId,
  envelope: Envelope,
  { text = '', html, inlineImages }: StoredBody,
  unfinished: ReturnType<typeof readUnfinished>,
): DraftContent {
  if (text.length > LONGEST_TEXT || (html?.length ?? 0) > LONGEST_TEXT) throw new MailError('too-complex');
  const all = (people: readonly Address[], rest: readonly Address[] = []) =>
    [...people, ...rest].slice(0, MOST_PEOPLE);
  return {
    accountId,
    to: all(envelope.to, unfinished.to),
    cc: all(envelope.cc, unfinished.cc),
    bcc: all(envelope.bcc, unfinished.bcc),
    subject: envelope.subject.slice(0, 10_000),
    // A message ends with the end of a line, what is typed need not.
    text: text.trimEnd(),
    ...(html !== undefined && { html: withPlainIds(html, Object.keys(inlineImages)) }),
    ...(unfinished.asksDeliveryNotice && { asksDeliveryNotice: true }),
  };
}

/** RFC 2392 §2: an `@` may be written as `%40`. The pictures of a draft are named as their Content-ID is. */
function withPlainIds(html: string, contentIds: readonly string[]): string {
  return contentIds
    .filter((id) => /^[\w.+@-]+$/.test(id))
    .reduce((text, id) => text.replaceAll(`cid:${encodeURIComponent(id)}`, `cid:${id}`), html);
}

const sizeOf = (attachments: readonly NewAttachment[]): number =>
  attachments.reduce((sum, { content }) => sum + content.byteLength, 0);

function tooLarge(filename: string): MailError {
  return new MailError('attachment-too-large', { detail: { filename, limit: LIMITS.draftAttachments } });
}
