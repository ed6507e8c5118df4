/** The envelope of a message that no server describes, out of its source, read exactly as a server's header fields are. */
import type { Envelope } from '../../src-shared/model/envelope.ts';
import { cleanDate } from './clean.ts';
import { headerFieldsOf } from './header-fields.ts';

/** A head beyond this is not read on. */
const HEAD_LONGEST = 256_000;

/** `internalDate` (milliseconds since 1970) is what an absurd Date is measured by. */
export function envelopeOfSource(source: Uint8Array, internalDate: number): Envelope {
  const { date: dateHeader, ...fields } = headerFieldsOf(headOf(source));
  const date = cleanDate(dateHeader, internalDate);
  return { ...fields, ...(date !== undefined && { date }) };
}

/** When a message was delivered, as far as it says: the newest Received field (RFC 5321 §4.4 puts it first), else Date. */
export function deliveryTimeOf(source: Uint8Array): number | undefined {
  const head = headOf(source)
    .toString('latin1')
    .replace(/\r?\n(?=[ \t])/g, '');
  const received = /^received:(?:.*);([^;\r\n]{1,200})$/im.exec(head)?.[1];
  const dated = /^date:(.{1,200})$/im.exec(head)?.[1];
  for (const text of [received, dated]) {
    const time = cleanDate(text?.replace(/\([^()]*\)/g, ' ').trim(), Number.MAX_SAFE_INTEGER / 2);
    if (time !== undefined) return time;
  }
  return undefined;
}

function headOf(source: Uint8Array): Buffer {
  const start = Buffer.from(source.buffer, source.byteOffset, Math.min(source.byteLength, HEAD_LONGEST));
  const end = /\r?\n\r?\n/.exec(start.toString('latin1'));
  return end ? start.subarray(0, end.index) : start;
}
