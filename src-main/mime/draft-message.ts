import { randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { Draft } from '../../src-shared/model/draft.ts';
import type { Address } from '../../src-shared/model/message.ts';
import { domainOf } from '../../src-shared/text/address.ts';
import { type ComposeOptions, composeMessage } from './compose-message.ts';

/** What a draft does not hold itself. */
export type DraftParts = {
  from: Address;
  /** Milliseconds since 1970. */
  date: number;
  /** The message that it answers: its Message-ID, and what an answer's References are, oldest first (RFC 5322 §3.6.4). */
  answered: { messageIdHeader: string; references: string[] } | undefined;
  attachmentContent(part: number): Uint8Array;
  /** Only of a draft that is kept, never of what is sent. */
  bcc?: Address[];
  /** The same: what has no form in a message, as fields of our own. */
  extraFields?: ComposeOptions['extraFields'];
};

/** A draft as a message, under a Message-ID of its own. Throws as `composeMessage` does. */
export async function composeDraft(
  draft: Omit<Draft, 'bcc'>,
  { from, date, answered, attachmentContent, bcc, extraFields }: DraftParts,
): Promise<{ source: Uint8Array; messageIdHeader: string }> {
  const messageIdHeader = newMessageIdHeader(from.address);
  const source = await composeMessage(draft, {
    from,
    attachments: draft.attachments.map(({ part, filename, contentType, contentId }) => ({
      filename,
      contentType,
      contentId,
      content: attachmentContent(part),
    })),
    ...(answered && { inReplyTo: answered.messageIdHeader, references: answered.references }),
    date,
    messageIdHeader,
    ...(bcc && { bcc }),
    ...(extraFields && { extraFields }),
    ...(draft.asksReceipt && { asksReceipt: true }),
  });
  return { source, messageIdHeader };
}

/** A Message-ID under the domain of who writes (RFC 5322 §3.6.4). */
export function newMessageIdHeader(address: string): string {
  return `<${randomUUID()}@${domainToASCII(domainOf(address)) || 'localhost'}>`;
}
