/** Messages that are no drafts: passed on as they are, word that one was displayed, answers to invitations. They wait in the outbox like every other. */
import type { Identity } from '../../src-shared/model/identity.ts';
import type { IdentityId, MessageId } from '../../src-shared/model/ids.ts';
import { type Address, MDN_SENT, type MessageSummary } from '../../src-shared/model/message.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { decodeText } from '../base/charset.ts';
import { MailError } from '../base/errors.ts';
import { readAnswerHead } from '../mime/answer-head.ts';
import { composeCalendarReply, readAskedEvents } from '../mime/calendar-reply.ts';
import { newMessageIdHeader } from '../mime/draft-message.ts';
import { composeReceipt } from '../mime/receipt-message.ts';
import { redirectMessage } from '../mime/redirect-message.ts';
import { distinctPeople, formatTime, pickIdentity } from '../mime/reply.ts';
import { ownIdentityOf, type StoredIdentity } from '../store/identity-table.ts';
import { readListHeaders } from '../trust/list-headers.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type AnswerHandlers = Pick<Handlers, 'messages.redirect' | 'messages.sendReceipt' | 'invitations.answer'>;

const LARGEST_CALENDAR = 2_000_000;

export function createAnswerHandlers(context: EngineContext): AnswerHandlers {
  const { clock, shell, texts } = context;
  /** A page that somebody took over must not carry mail away in what it sends on, or tell strangers that it was read. */
  const requirePress = () => shell.request('requirePress', {});

  function messageOf(messageId: MessageId): MessageSummary {
    const message = context.rooms().store.messages.get(messageId);
    if (!message) throw new MailError('message-gone');
    return message;
  }

  /** The account's identity that is asked for; else its own. Throws account-local for mail of no server, not-found. */
  function senderOf({ accountId }: MessageSummary, identityId?: IdentityId): StoredIdentity {
    const { store } = context.rooms();
    if (store.accounts.get(accountId)?.auth === 'none') throw new MailError('account-local');
    const identity = store.identities.get(identityId ?? ownIdentityOf(accountId));
    if (identity?.accountId !== accountId) throw new MailError('not-found');
    return identity;
  }

  function identitiesOf({ accountId }: MessageSummary): Identity[] {
    return context
      .rooms()
      .store.identities.list()
      .filter((one) => one.accountId === accountId);
  }

  async function receiverOf(message: MessageSummary): Promise<StoredIdentity> {
    const { bodies } = context.rooms().store;
    const head = readAnswerHead(bodies.source(message.messageId) ?? bodies.partialSource(message.messageId));
    return senderOf(message, pickIdentity(message, identitiesOf(message), head.deliveredTo)?.identityId);
  }

  /** What each of them is queued with. */
  function shared(sender: StoredIdentity) {
    const { accountId, identityId, address } = sender;
    const isOther = identityId !== ownIdentityOf(accountId);
    return { accountId, ...(isOther && { identityId }), messageIdHeader: newMessageIdHeader(address) };
  }

  function originalOf({ messageId, messageIdHeader }: MessageSummary) {
    return { messageIdHeader, references: context.rooms().store.messages.references(messageId) };
  }

  return {
    async 'messages.redirect'({ messageId, identityId, to }, signal) {
      await requirePress();
      const message = messageOf(messageId);
      const sender = senderOf(message, identityId);
      const people = distinctPeople(to);
      const wrong = to.find(({ address }) => !isAddress(address));
      if (wrong)
        throw new MailError('recipient-invalid', { detail: { address: wrong.address.slice(0, 320) } });
      const source = await context.rooms().sync.fetchSource(messageId, signal);
      const entry = shared(sender);
      return context.rooms().outbox.sendWhole({
        ...entry,
        purpose: 'redirect',
        to: people,
        subject: message.subject,
        source: redirectMessage(source, {
          from: nameOf(sender),
          to: people,
          date: clock.now(),
          messageIdHeader: entry.messageIdHeader,
        }),
        smtpEnvelope: { from: sender.address, to: people.map(({ address }) => address) },
      });
    },

    async 'messages.sendReceipt'({ messageId }, signal) {
      await requirePress();
      const message = messageOf(messageId);
      const to = await askerOf(message, signal);
      if (message.flags.some((flag) => flag.toLowerCase() === MDN_SENT.toLowerCase())) {
        throw new MailError('receipt-sent');
      }
      const sender = await receiverOf(message);
      const entry = shared(sender);
      const subject = message.subject;
      const source = await composeReceipt({
        from: nameOf(sender),
        to,
        subject: texts.format('displayed.subject', { subject }),
        text: texts.format('displayed.text', {
          subject,
          date: formatTime(message.date, { texts }),
          recipient: sender.address,
        }),
        original: originalOf(message),
        date: clock.now(),
        messageIdHeader: entry.messageIdHeader,
      });
      const { store, outbox } = context.rooms();
      const submission = outbox.sendWhole({
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
    },

    async 'invitations.answer'({ messageId, part, answer, comment }, signal) {
      await requirePress();
      const message = messageOf(messageId);
      const body = await context.rooms().sync.fetchBody(messageId, signal);
      const invitation = body.invitations?.find((one) => one.part === part);
      const { organizer } = invitation ?? {};
      if (invitation?.method !== 'request' || !organizer || !isAddress(organizer.address)) {
        throw new MailError('input-invalid');
      }
      const people = { from: [], to: invitation.attendees, cc: [] };
      const invited = pickIdentity(people, identitiesOf(message));
      const sender = invited ? senderOf(message, invited.identityId) : await receiverOf(message);
      // The organizer knows somebody by the address that was invited, which may have a tag.
      const attendee = invitation.attendees.find((one) => pickIdentity({ ...people, to: [one] }, [sender]));
      const { content } = await context.rooms().sync.attachmentContent(messageId, part, signal);
      const events = readAskedEvents(decodeText(content.subarray(0, LARGEST_CALENDAR)), invitation.uid);
      if (events.length === 0) throw new MailError('input-invalid');
      const from = { name: sender.displayName, address: attendee?.address ?? sender.address };
      const entry = shared(sender);
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
        original: originalOf(message),
        date: clock.now(),
        messageIdHeader: entry.messageIdHeader,
      });
      return context.rooms().outbox.sendWhole({
        ...entry,
        purpose: 'invitation',
        to: [organizer],
        subject,
        source,
        smtpEnvelope: { from: sender.address, to: [organizer.address] },
      });
    },
  };

  /** Who would like to hear of it. Throws input-invalid where nobody asked, and for lists, bulk, junk and one's own mail: those are never told. */
  async function askerOf(message: MessageSummary, signal: AbortSignal): Promise<Address> {
    const { headers } = await context.rooms().sync.fetchBody(message.messageId, signal);
    const asked = addressIn(headers?.dispositionNotificationTo ?? '');
    const { store } = context.rooms();
    const isJunk = message.mailboxIds.some((id) => store.mailboxes.get(id)?.specialUse === 'junk');
    const isBulk = headers !== undefined && readListHeaders(headers).bulk !== undefined;
    const isOwn = pickIdentity({ ...message, to: [], cc: [] }, store.identities.list()) !== undefined;
    if (!asked || isJunk || isBulk || isOwn) throw new MailError('input-invalid');
    return asked;
  }
}

function nameOf({ displayName, address }: Identity): Address {
  return { name: displayName, address };
}

/** The one address of a field; of several none: no other program writes them, and it would tell people who did not ask. */
function addressIn(value: string): Address | undefined {
  if (value.length > LONGEST_FIELD) return undefined;
  const found = value.replace(/"(?:[^"\\]|\\.)*"/g, ' ').match(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g) ?? [];
  const [address, ...others] = found;
  return address !== undefined && others.length === 0 && isAddress(address)
    ? { name: '', address }
    : undefined;
}

const LONGEST_FIELD = 2_000;
