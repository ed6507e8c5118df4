import type { InputOf } from '../../src-shared/ipc/contract.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { decodeText } from '../base/charset.ts';
import { MailError } from '../base/errors.ts';
import { composeCalendarReply, readAskedEvents } from '../mime/calendar-reply.ts';
import { pickIdentity } from '../mime/reply.ts';
import {
  type AnsweringParts,
  entryOf,
  identitiesOf,
  messageOf,
  nameOf,
  originalOf,
  receiverOf,
  senderOf,
} from './answering.ts';

const LARGEST_CALENDAR = 2_000_000;

/**
 * Answers who invites (RFC 5546 §3.2.3). Throws message-gone, input-invalid where there is nothing to answer, account-local, and what
 * fetching the message throws.
 */
export async function answerInvitation(
  parts: AnsweringParts,
  { messageId, part, answer, comment }: InputOf<'invitations.answer'>,
  signal: AbortSignal,
): Promise<Submission> {
  const { store, clock, texts, sendWhole } = parts;
  const message = messageOf(store, messageId);
  const body = await parts.fetchBody(messageId, signal);
  const invitation = body.invitations?.find((one) => one.part === part);
  const { organizer } = invitation ?? {};
  if (invitation?.method !== 'request' || !organizer || !isAddress(organizer.address)) {
    throw new MailError('input-invalid');
  }
  const people = { from: [], to: invitation.attendees, cc: [] };
  const invited = pickIdentity(people, identitiesOf(store, message));
  const sender = invited ? senderOf(store, message, invited.identityId) : receiverOf(store, message);
  // The organizer knows somebody by the address that was invited, which may have a tag.
  const attendee = invitation.attendees.find((one) => pickIdentity({ ...people, to: [one] }, [sender]));
  const { content } = await parts.attachmentContent(messageId, part, signal);
  const events = readAskedEvents(decodeText(content.subarray(0, LARGEST_CALENDAR)), invitation.uid);
  if (events.length === 0) throw new MailError('input-invalid');
  const from = { name: sender.displayName, address: attendee?.address ?? sender.address };
  const entry = entryOf(sender);
  const summary = invitation.summary || message.subject;
  const subject = texts.format(`invited.${answer}.subject`, { summary });
  const source = await composeCalendarReply({
    from: nameOf(sender),
    attendee: from,
    organizer,
    answer,
    comment,
    events,
    subject,
    text: texts.format(`invited.${answer}.text`, { name: from.name || from.address, summary }),
    original: originalOf(store, message),
    date: clock.now(),
    messageIdHeader: entry.messageIdHeader,
  });
  return sendWhole({
    ...entry,
    purpose: 'invitation',
    to: [organizer],
    subject,
    source,
    smtpEnvelope: { from: sender.address, to: [organizer.address] },
  });
}
