import type { InputOf, OutputOf } from '../../src-shared/ipc/contract.ts';
import type { Identity } from '../../src-shared/model/identity.ts';
import type { Invitation } from '../../src-shared/model/invitation.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { decodeText } from '../base/charset.ts';
import { MailError } from '../base/errors.ts';
import { composeCalendarReply, readAskedEvents, readAskedZones } from '../mime/calendar-reply.ts';
import { distinctPeople, pickIdentity } from '../mime/reply.ts';
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
const MOST_CHOICES = 50;

type Reading = Pick<AnsweringParts, 'store' | 'fetchBody'>;

/** Under which address an invitation can be answered. Throws as `answerInvitation` does. */
export async function attendeeFor(
  { store, fetchBody }: Reading,
  { messageId, ...event }: InputOf<'invitations.getAttendee'>,
  signal: AbortSignal,
): Promise<OutputOf<'invitations.getAttendee'>> {
  const message = messageOf(store, messageId);
  return attendeeOf(
    await askedIn({ store, fetchBody }, { messageId, ...event }, signal),
    identitiesOf(store, message),
  );
}

/**
 * Answers who invites (RFC 5546 §3.2.3). Throws message-gone, input-invalid where there is nothing to answer or nobody says who answers,
 * account-local, and what fetching the message throws.
 */
export async function answerInvitation(
  parts: AnsweringParts,
  { messageId, part, uid, answer, attendee, comment }: InputOf<'invitations.answer'>,
  signal: AbortSignal,
): Promise<Submission> {
  const { store, clock, texts, sendWhole } = parts;
  const message = messageOf(store, messageId);
  const { organizer, ...invitation } = await askedIn(parts, { messageId, part, uid }, signal);
  const identities = identitiesOf(store, message);
  const certain = attendeeOf(invitation, identities);
  const address = certain.attendee ?? certain.choices.find((one) => one === attendee);
  // Whoever is guessed at here would be told to be coming.
  if (address === undefined) throw new MailError('input-invalid');
  const own = ownIdentity(address, identities);
  const sender = own ? senderOf(store, message, own.identityId) : receiverOf(store, message);
  const { content } = await parts.attachmentContent(messageId, part, signal);
  const calendar = decodeText(content.subarray(0, LARGEST_CALENDAR));
  const events = readAskedEvents(calendar, uid);
  if (events.length === 0) throw new MailError('input-invalid');
  // A group has a name of its own.
  const listed = invitation.attendees.find((one) => one.address === address);
  const entry = entryOf(sender);
  const summary = invitation.summary || message.subject;
  const subject = texts.format(`invited.${answer}.subject`, { summary });
  const source = await composeCalendarReply({
    from: nameOf(sender),
    attendee: { name: own ? sender.displayName : (listed?.name ?? ''), address },
    ...(!own && { sentBy: sender.address }),
    organizer,
    answer,
    comment,
    events,
    zones: readAskedZones(calendar, events),
    subject,
    text: texts.format(`invited.${answer}.text`, { name: sender.displayName || address, summary }),
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

/** Throws input-invalid for what asks nobody. */
async function askedIn(
  { fetchBody }: Reading,
  { messageId, part, uid }: InputOf<'invitations.getAttendee'>,
  signal: AbortSignal,
): Promise<Invitation & { organizer: Address }> {
  const body = await fetchBody(messageId, signal);
  const invitation = body.invitations?.find((one) => one.part === part && one.uid === uid);
  const { organizer } = invitation ?? {};
  if (invitation?.method !== 'request' || !organizer || !isAddress(organizer.address)) {
    throw new MailError('input-invalid');
  }
  return { ...invitation, organizer };
}

/**
 * Who was invited: the one attendee with an address of the person. The organizer knows somebody by the address that was invited, which may
 * have a tag. Of several, and where it came through a group or another address, only the person can say.
 */
function attendeeOf(
  { attendees }: Pick<Invitation, 'attendees'>,
  identities: readonly Identity[],
): OutputOf<'invitations.getAttendee'> {
  const invited = distinctPeople(attendees).map(({ address }) => address);
  const own = invited.filter((address) => ownIdentity(address, identities));
  const [attendee, ...others] = own;
  if (attendee !== undefined && others.length === 0) return { attendee, choices: [] };
  if (attendee !== undefined) return { choices: own.slice(0, MOST_CHOICES) };
  const choices = [...identities.map(({ address }) => address), ...invited.filter(isAddress)];
  return { choices: choices.slice(0, MOST_CHOICES) };
}

function ownIdentity(address: string, identities: readonly Identity[]): Identity | undefined {
  return pickIdentity({ from: [], to: [{ name: '', address }], cc: [] }, identities);
}
