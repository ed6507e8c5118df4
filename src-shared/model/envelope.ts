import type { Address } from './message.ts';

/** What the head of a message says, made safe to keep: texts without control characters, times in milliseconds since 1970. */
export type Envelope = {
  /** With its angle brackets; empty when the message has none. */
  messageIdHeader: string;
  inReplyTo: string[];
  /** Oldest first, as in the header (RFC 5322 §3.6.4). */
  references: string[];
  subject: string;
  /** The Date header, when it is readable and not absurd. */
  date?: number;
  from: Address[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  replyTo: Address[];
};
