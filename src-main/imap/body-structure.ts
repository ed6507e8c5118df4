import { parseBodystructure } from 'imapflow/lib/tools.js';
import type { Token } from './raw-command.ts';

/** The part of a BODYSTRUCTURE (RFC 9051 §7.5.2) that matters here. */
export type BodyStructure = {
  type: string;
  /** The part's number; absent at the root. */
  part?: string | undefined;
  /** Bytes as transferred. */
  size?: number | undefined;
  id?: string | undefined;
  encoding?: string | undefined;
  disposition?: string | undefined;
  dispositionParameters?: { [key: string]: string } | undefined;
  parameters?: { [key: string]: string } | undefined;
  childNodes?: BodyStructure[] | undefined;
};

const SIGNATURE = /^application\/(pgp-signature|(x-)?pkcs7-signature|pgp-encrypted)$/i;
const MOST_PARTS = 10_000;

/** Undefined when the server told none. Throws what imapflow makes of one that is no body structure. */
export function bodyStructureOf(token: Token | undefined): BodyStructure | undefined {
  return Array.isArray(token) && token.length > 0 ? parseBodystructure(token) : undefined;
}

/**
 * True when the message has a part that a person would call an attachment: one that says so, one with a file name that is not
 * a picture inside the text, or a message inside the message. Signatures are not, nor is what the reader tells in words: the parts of a
 * report (RFC 6522) and an invitation.
 */
export function hasAttachments(structure: BodyStructure | undefined): boolean {
  const waiting = structure ? [structure] : [];
  for (let seen = 0; seen < MOST_PARTS; seen++) {
    const part = waiting.pop();
    if (part === undefined) return false;
    if (isAttachment(part)) return true;
    if (part.type.toLowerCase() !== 'multipart/report') waiting.push(...(part.childNodes ?? []));
  }
  return false;
}

function isAttachment(part: BodyStructure): boolean {
  const type = part.type.toLowerCase();
  if (type.startsWith('multipart/') || type === 'text/calendar' || SIGNATURE.test(type)) return false;
  const disposition = part.disposition?.toLowerCase();
  if (disposition === 'attachment' || type === 'message/rfc822') return true;
  return fileNameOf(part) !== '' && !(part.id !== undefined && type.startsWith('image/'));
}

/** As the sender wrote it; empty without one. */
export function fileNameOf({ dispositionParameters, parameters }: BodyStructure): string {
  return dispositionParameters?.filename ?? parameters?.name ?? '';
}
