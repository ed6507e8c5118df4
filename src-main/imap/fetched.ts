/** What a server told of a message, made safe to keep: texts without control characters, times in milliseconds since 1970. */
import type { Address } from '../../src-shared/model/message.ts';

export type FetchedFlags = { uid: number; flags: string[]; modseq?: bigint };

export type FetchedEnvelope = FetchedFlags & {
  internalDate: number;
  size: number;
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
  hasAttachments: boolean;
};

export type FetchedSource = { uid: number; source: Uint8Array };
