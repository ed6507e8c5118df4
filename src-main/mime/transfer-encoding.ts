/** Content-Transfer-Encodings (RFC 2045 §6) of what is in memory as a whole. What is broken costs itself, never the rest. */
import { decodeUuencoded } from './uuencode.ts';

/** The bytes that were encoded; an encoding that nobody knows leaves them as they are. */
export function decodeTransfer(body: Uint8Array, encoding: string): Uint8Array {
  switch (encoding) {
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    case 'x-uuencode':
    case 'uuencode':
    case 'x-uue':
      return decodeUuencoded(latin1(body))?.content ?? body;
    default:
      return body;
  }
}

const MOST_UNITS = 100_000;

function decodeBase64(body: Uint8Array): Uint8Array {
  const text = latin1(body);
  const padding = text.indexOf('=');
  if (padding < 0 || !/[^=\s]/.test(text.slice(padding, padding + 10_000)))
    return Buffer.from(text, 'base64');
  // Some mailers pad every line: each unit stands for itself, else all behind the first would be shifted.
  const units = text.split(/=+/, MOST_UNITS);
  return Buffer.concat(units.map((unit) => Buffer.from(unit, 'base64')));
}

const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;

function decodeQuotedPrintable(body: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(body.length);
  let end = 0;
  /** White space behind it was put there on the way (RFC 2045 §6.7, rule 3). */
  let solid = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte === EQUALS) {
      const high = hexOf(body[at + 1]);
      const low = hexOf(body[at + 2]);
      if (high >= 0 && low >= 0) {
        out[end++] = (high << 4) | low;
        at += 2;
        solid = end;
        continue;
      }
      const next = endOfSoftBreak(body, at + 1);
      if (next !== undefined) {
        at = next - 1;
        solid = end;
        continue;
      }
    } else if (byte === LF) {
      const hasReturn = end > 0 && out[end - 1] === CR;
      end = solid;
      if (hasReturn) out[end++] = CR;
    }
    out[end++] = byte;
    if (byte !== 0x20 && byte !== 0x09 && byte !== CR) solid = end;
  }
  return out.subarray(0, end);
}

const MOST_SPACES = 1_000;

/** Behind the line break that `=` takes away; undefined when none follows. At the end of the text it takes nothing. */
function endOfSoftBreak(body: Uint8Array, from: number): number | undefined {
  let at = from;
  while (at < from + MOST_SPACES && (body[at] === 0x20 || body[at] === 0x09)) at += 1;
  if (at >= body.length) return at;
  if (body[at] === CR && body[at + 1] === LF) return at + 2;
  return body[at] === LF ? at + 1 : undefined;
}

function hexOf(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
