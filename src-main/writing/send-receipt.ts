import type { MessageId } from '../../src-shared/model/ids.ts';
import { type Address, MDN_SENT, type MessageSummary } from '../../src-shared/model/message.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import { composeReceipt } from '../mime/receipt-message.ts';
import { formatTime, pickIdentity } from '../mime/reply.ts';
import { readListHeaders } from '../trust/list-headers.ts';
import { type AnsweringParts, entryOf, messageOf, nameOf, originalOf, receiverOf } from './answering.ts';

/**
 * Tells who asked for it that the message was displayed (RFC 8098), once. Throws message-gone, input-invalid, receipt-sent, account-local,
 * and what fetching the message throws.
 */
export async function sendReceipt(
  parts: AnsweringParts,
  messageId: MessageId,
  signal: AbortSignal,
): Promise<Submission> {
  const { store, clock, texts, sendWhole } = parts;
  const message = messageOf(store, messageId);
  const to = await askerOf(parts, message, signal);
  if (message.flags.some((flag) => flag.toLowerCase() === MDN_SENT.toLowerCase())) {
    throw new MailError('receipt-sent');
  }
  const sender = receiverOf(store, message);
  const entry = entryOf(sender);
  const { subject } = message;
  const source = await composeReceipt({
    from: nameOf(sender),
    to,
    subject: texts.format('displayed.subject', { subject }),
    text: texts.format('displayed.text', {
      subject,
      date: formatTime(message.date, { texts }),
      recipient: sender.address,
    }),
    original: originalOf(store, message),
    date: clock.now(),
    messageIdHeader: entry.messageIdHeader,
  });
  const submission = sendWhole({
    ...entry,
    purpose: 'receipt',
    to: [to],
    subject: texts.format('displayed.subject', { subject }),
    source,
    // RFC 8098 §3: a report is never answered by another one.
    smtpEnvelope: { from: '', to: [to.address] },
    receiptFor: message.messageIdHeader || `key:${messageId}`,
  });
  const operationIds = store.operations.enqueueFlags({
    messageIds: [messageId],
    add: [MDN_SENT],
    remove: [],
  });
  store.outbox.noteOperations(submission.submissionId, operationIds);
  return submission;
}

/** Who would like to hear of it. Throws input-invalid where nobody asked, and for lists, bulk, junk and one's own mail: those are never told. */
async function askerOf(
  { store, fetchBody }: AnsweringParts,
  message: MessageSummary,
  signal: AbortSignal,
): Promise<Address> {
  const { headers } = await fetchBody(message.messageId, signal);
  const asked = addressIn(headers?.dispositionNotificationTo ?? '');
  const isJunk = message.mailboxIds.some((id) => store.mailboxes.get(id)?.specialUse === 'junk');
  const isBulk = headers !== undefined && readListHeaders(headers).bulk !== undefined;
  const isOwn = pickIdentity({ ...message, to: [], cc: [] }, store.identities.list()) !== undefined;
  if (!asked || isJunk || isBulk || isOwn) throw new MailError('input-invalid');
  return asked;
}

const LONGEST_FIELD = 2_000;

/** The one address of a field; of several none: no other program writes them, and it would tell people who did not ask. */
function addressIn(value: string): Address | undefined {
  if (value.length > LONGEST_FIELD) return undefined;
  const found = value.replace(/"(?:[^"\\]|\\.)*"/g, ' ').match(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g) ?? [];
  const [address, ...others] = found;
  return address !== undefined && others.length === 0 && isAddress(address)
    ? { name: '', address }
    : undefined;
}
