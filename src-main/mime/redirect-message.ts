import type { Address } from '../../src-shared/model/message.ts';
import { MailError } from '../base/errors.ts';
import { addressField, isMessageIdHeader, tokenField, writeHead } from './write-head.ts';

/**
 * A message passed on as it is (RFC 5322 §3.6.6): its bytes below a block of Resent fields, without those that name hidden recipients.
 * Throws recipient-invalid; internal for a wrong Message-ID.
 */
export function redirectMessage(
  source: Uint8Array,
  resent: { from: Address; to: readonly Address[]; date: number; messageIdHeader: string },
): Uint8Array {
  if (!isMessageIdHeader(resent.messageIdHeader)) throw new MailError('internal');
  const date = new Date(resent.date).toUTCString().replace('GMT', '+0000');
  const head = writeHead([
    addressField('Resent-From', [resent.from]),
    addressField('Resent-To', resent.to),
    tokenField('Resent-Date', date.split(' ')),
    tokenField('Resent-Message-ID', [resent.messageIdHeader]),
  ]);
  return Buffer.concat([Buffer.from(head), withoutHidden(source)]);
}

/** Who got it hidden, and what our own drafts keep beside it (writing/unfinished.ts): hidden recipients that were typed by half among it. */
const HIDDEN = /^(?:(?:Resent-)?Bcc|X-Latchkey-[A-Za-z-]{1,30})[ \t]*:/i;

/**
 * A message without the fields that are for its author's eyes only, to be given to others: a draft and the copy that some programs keep of
 * what was sent name hidden recipients. What is not such a field stays as it was, byte by byte.
 */
export function withoutHidden(source: Uint8Array): Buffer {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const kept: Buffer[] = [];
  let at = 0;
  let isHidden = false;
  while (at < bytes.length) {
    const end = lineEnd(bytes, at);
    const start = bytes.toString('latin1', at, Math.min(end, at + 40));
    // The empty line: behind it nothing is a field.
    if (/^\r?\n/.test(start) || start === '\r') break;
    if (!/^[ \t]/.test(start)) isHidden = HIDDEN.test(start);
    if (!isHidden) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...kept, bytes.subarray(at)]);
}

function lineEnd(bytes: Buffer, from: number): number {
  const newLine = bytes.indexOf(0x0a, from);
  return newLine < 0 ? bytes.length : newLine + 1;
}
