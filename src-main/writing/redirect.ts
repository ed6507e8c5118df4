import type { InputOf } from '../../src-shared/ipc/contract.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import { redirectMessage } from '../mime/redirect-message.ts';
import { distinctPeople } from '../mime/reply.ts';
import { type AnsweringParts, entryOf, messageOf, nameOf, senderOf } from './answering.ts';

/**
 * Passes a message on as it is (RFC 5322 §3.6.6). Throws message-gone, account-local, not-found, recipient-invalid, and what fetching the
 * message throws.
 */
export async function redirect(
  parts: AnsweringParts,
  { messageId, identityId, to }: InputOf<'messages.redirect'>,
  signal: AbortSignal,
): Promise<Submission> {
  const { store, clock, fetchSource, sendWhole } = parts;
  const message = messageOf(store, messageId);
  const sender = senderOf(store, message, identityId);
  const people = distinctPeople(to);
  const wrong = to.find(({ address }) => !isAddress(address));
  if (wrong) throw new MailError('recipient-invalid', { detail: { address: wrong.address.slice(0, 320) } });
  const source = await fetchSource(messageId, signal);
  const entry = entryOf(sender);
  return sendWhole({
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
}
