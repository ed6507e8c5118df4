/** New drafts: empty, out of a template or a mailto: link, or on the grounds of a message. Nothing of them is sent, and nothing is attached that did not come with that message. */
import type { InputOf } from '../../src-shared/ipc/contract.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import type { AccountId, IdentityId, MessageId } from '../../src-shared/model/ids.ts';
import type { MessageSummary } from '../../src-shared/model/message.ts';
import { parseTypedAddress } from '../../src-shared/text/address.ts';
import { parseMailto } from '../../src-shared/text/mailto.ts';
import { forwardSubject } from '../../src-shared/text/subject.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { readAnswerHead } from '../mime/answer-head.ts';
import { beginText } from '../mime/draft-text.ts';
import { harmlessFileName } from '../mime/file-name.ts';
import { cleanHtml } from '../mime/mail-html.ts';
import { withoutHidden } from '../mime/redirect-message.ts';
import { type AnswerKind, answerDraft, pickIdentity } from '../mime/reply.ts';
import type { NewAttachment, NewDraft } from '../store/draft-records.ts';
import { ownIdentityOf } from '../store/identity-table.ts';
import type { StoredBody } from '../store/mail-records.ts';
import { inlinePicturesOf, pictureName } from './inline-pictures.ts';
import type { WritingParts } from './writing-parts.ts';

type Request = InputOf<'drafts.create'>;
type Basis = { messageId: MessageId; as: NonNullable<Request['basedOn']>['as'] };
type Begun = { content: NewDraft; attachments: NewAttachment[] };

/** Throws message-gone, not-found, input-invalid for what is no mailto: link, attachment-too-large, and what fetching a message throws. */
export async function createDraft(
  parts: WritingParts,
  request: Request,
  signal: AbortSignal,
): Promise<Draft> {
  const { store } = parts;
  const { content, attachments } = request.basedOn
    ? await basedOn(parts, request.basedOn, signal)
    : { content: fromNothing(parts, request), attachments: [] };
  if (attachments.reduce((sum, one) => sum + one.content.byteLength, 0) > LIMITS.draftAttachments) {
    throw new MailError('attachment-too-large', { detail: { limit: LIMITS.draftAttachments } });
  }
  let draft = store.drafts.create(content);
  for (const attachment of attachments) draft = store.drafts.addAttachment(draft.draftId, attachment);
  return draft;
}

function isRich(parts: WritingParts): boolean {
  return parts.store.settings.get().writeFormat === 'rich';
}

function signatureOf(parts: WritingParts, sender: { accountId: AccountId; identityId?: IdentityId }) {
  return parts.store.identities.senderOf(sender)?.signature;
}

function fromNothing(parts: WritingParts, { accountId, to, mailto, templateId }: Request): NewDraft {
  const { store } = parts;
  const link = mailto === undefined ? undefined : parseMailto(mailto);
  if (mailto !== undefined && !link) throw new MailError('input-invalid');
  const template = templateId === undefined ? undefined : store.templates.get(templateId);
  if (templateId !== undefined && !template) throw new MailError('not-found');
  const inReplyTo = link?.inReplyTo === undefined ? undefined : store.messages.find(link.inReplyTo);
  const answered = inReplyTo === undefined ? undefined : store.messages.get(inReplyTo);
  const from = accountId ?? answered?.accountId ?? firstAccount(parts);
  const begun = beginText(
    { text: template?.text ?? link?.body ?? '', html: template?.html || undefined },
    signatureOf(parts, { accountId: from }),
    isRich(parts),
  );
  return {
    accountId: from,
    to: [...(link?.to ?? []), ...(to ?? []).map(parseTypedAddress)],
    cc: link?.cc ?? [],
    bcc: link?.bcc ?? [],
    subject: template?.subject ?? link?.subject ?? '',
    ...begun,
    ...(inReplyTo !== undefined && { inReplyTo }),
  };
}

function firstAccount(parts: WritingParts): AccountId {
  const accounts = parts.store.accounts.list();
  const account = accounts.find((one) => one.signIn === 'active') ?? accounts[0];
  if (!account) throw new MailError('not-found');
  return account.accountId;
}

async function basedOn(parts: WritingParts, { messageId, as }: Basis, signal: AbortSignal): Promise<Begun> {
  const { store } = parts;
  const message = store.messages.get(messageId);
  if (!message) throw new MailError('message-gone');
  const body = await parts.fetchBody(messageId, signal);
  const head = readAnswerHead(store.bodies.source(messageId) ?? store.bodies.partialSource(messageId));
  const identities = store.identities.list();
  const addressed = pickIdentity(
    message,
    identities.filter((one) => one.accountId === message.accountId),
    head.deliveredTo,
  );
  const isOther = addressed !== undefined && addressed.identityId !== ownIdentityOf(message.accountId);
  const sender = { accountId: message.accountId, ...(isOther && { identityId: addressed.identityId }) };
  const begun = beginText({ text: '' }, signatureOf(parts, sender), isRich(parts));
  const shared = { parts, message, body, signal };
  if (as === 'new') return anew(shared, sender);
  if (as === 'forward-attached') {
    const empty = { to: [], cc: [], bcc: [], subject: forwardSubject(message.subject) };
    return { content: { ...sender, ...empty, ...begun }, attachments: [await wholeMessage(shared)] };
  }
  const content = answerDraft(
    { message, text: body.text, head },
    as satisfies AnswerKind,
    { accountId: message.accountId, ownAddresses: identities.map(({ address }) => address) },
    { texts: parts.texts },
  );
  return {
    content: { ...content, ...sender, ...begun },
    attachments: as === 'forward' ? await attachmentsOf(shared, !isRich(parts)) : [],
  };
}

type Shared = {
  parts: WritingParts;
  message: MessageSummary;
  body: StoredBody;
  signal: AbortSignal;
};

/** The message once more, to be changed and sent to the same people. */
async function anew(
  shared: Shared,
  sender: { accountId: AccountId; identityId?: IdentityId },
): Promise<Begun> {
  const { message, body, parts } = shared;
  const { to, cc, subject } = message;
  const content = { ...sender, to, cc, bcc: [], subject, text: body.text ?? '' };
  if (!isRich(parts) || body.html === undefined) {
    const written = beginText({ text: content.text }, undefined, isRich(parts));
    return { content: { ...content, ...written }, attachments: await attachmentsOf(shared, true) };
  }
  const cleaned = cleanHtml(body.html, {
    hasPart: (id) => Object.hasOwn(body.inlineImages, id),
    keepsRemote: false,
  });
  const named = inlinePicturesOf(body).filter(({ contentId }) => cleaned.contentIds.has(contentId));
  const drawn = cleaned.pictures.map((picture, at) => ({
    ...picture,
    filename: pictureName(picture.contentType, at + 1),
  }));
  const files = await attachmentsOf(shared, false);
  return { content: { ...content, html: cleaned.html }, attachments: [...files, ...named, ...drawn] };
}

/** Byte by byte but for who got it hidden, under the name of its subject. */
async function wholeMessage({ parts, message, signal }: Shared): Promise<NewAttachment> {
  const contentType = 'message/rfc822';
  const content = withoutHidden(await parts.fetchSource(message.messageId, signal));
  return { filename: harmlessFileName(`${message.subject}.eml`, contentType, 1), contentType, content };
}

/** With `withPictures` also those that stood in its text, as files: a plain text has no place for them. */
async function attachmentsOf(
  { parts, message, body, signal }: Shared,
  withPictures: boolean,
): Promise<NewAttachment[]> {
  const found: NewAttachment[] = [];
  for (const { part } of body.attachments) {
    const attachment = await parts.attachmentContent(message.messageId, part, signal);
    found.push(attachment);
  }
  if (!withPictures) return found;
  const files = inlinePicturesOf(body).map(({ contentId: _contentId, ...file }) => file);
  return [...found, ...files];
}
