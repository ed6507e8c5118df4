import type { ImapFlow } from 'imapflow';
import { encodePath, formatDateTime } from 'imapflow/lib/tools.js';
import { MailError } from '../base/errors.ts';
import { responseCodeOf, runAttributes, type Untagged } from './raw-command.ts';

export type NewMessage = { source: Uint8Array; flags: string[]; internalDate: number };

/**
 * UID REPLACE (RFC 8508 §3): the message takes the place of one of the open mailbox, both at once or neither. Answers with its UID where
 * the server tells it. Throws imapflow's errors, and `message-too-large` before anything is sent.
 */
export async function replaceMessage(
  client: ImapFlow,
  { uid, path, appendLimit }: { uid: number; path: string; appendLimit: number | undefined },
  { source, flags, internalDate }: NewMessage,
): Promise<{ uid?: number; uidValidity?: number }> {
  if (appendLimit !== undefined && source.byteLength > appendLimit) throw new MailError('message-too-large');
  const value = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let place: { uid: number; uidValidity: number } | undefined;
  const note = (answer: Untagged) => {
    place ??= placeOf(responseCodeOf(answer));
  };
  const attributes = [
    { type: 'SEQUENCE', value: String(uid) },
    { type: 'ATOM', value: encodePath(client, path) },
    flags.map((flag) => ({ type: 'ATOM', value: flag })),
    { type: 'STRING', value: formatDateTime(new Date(internalDate)) },
    // A NUL needs literal8 (RFC 9051 §4.3.1).
    { type: 'LITERAL', value, isLiteral8: client.capabilities.has('BINARY') && value.includes(0) },
  ];
  // §4.3: the new UID comes before the tagged line, as the old message goes after it.
  note(await runAttributes(client, 'UID REPLACE', attributes, { OK: async (answer) => note(answer) }));
  return place ?? {};
}

/** RFC 4315 §3: APPENDUID, UIDVALIDITY, UID. */
function placeOf([code, validity, uid]: string[]): { uid: number; uidValidity: number } | undefined {
  const isNumber = (text: string | undefined) => /^[1-9]\d{0,9}$/.test(text ?? '');
  if (code?.toUpperCase() !== 'APPENDUID' || !isNumber(validity) || !isNumber(uid)) return undefined;
  return { uidValidity: Number(validity), uid: Number(uid) };
}
