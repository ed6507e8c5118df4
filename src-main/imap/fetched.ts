/** What a server told of a message, made safe to keep: texts without control characters, times in milliseconds since 1970. */
import type { Envelope } from '../../src-shared/model/envelope.ts';

export type FetchedFlags = { uid: number; flags: string[]; modseq?: bigint };

export type FetchedEnvelope = FetchedFlags &
  Envelope & {
    internalDate: number;
    size: number;
    hasAttachments: boolean;
    /** The server's first words of it (RFC 8970), where they were asked for. */
    preview?: string;
    /** The server's own name for the message, the same in every mailbox (RFC 8474 EMAILID, X-GM-MSGID). */
    emailId?: string;
  };

export type FetchedSource = { uid: number; source: Uint8Array };

/**
 * A part that was left on the server. `section` is its part number (RFC 9051 §6.4.5), `size` its bytes as transferred, `encoding` its
 * Content-Transfer-Encoding.
 */
export type OmittedPart = { section: string; type: string; name: string; size: number; encoding: string };

export type FetchedMessage = FetchedSource & { omitted: OmittedPart[] };

export type SourceOptions = {
  /** A part number; absent: the whole message. */
  section?: string;
  /** The first byte wanted; 0 when absent. */
  from?: number;
  /** `at` is the place of the piece's first byte. The next piece is asked for when this is done. */
  onChunk(chunk: Uint8Array, at: number): void | Promise<void>;
};
