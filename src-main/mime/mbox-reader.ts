/**
 * Reads an mbox file message by message, whatever wrote it, with no more in memory than the message that is being read.
 * A separator is a line `From … date` after an empty line, or before a line that looks like a header (some programs leave the empty line
 * out). Where a Content-Length leads exactly to such a line or to the end, separators before it belong to the message (mboxcl2).
 */

import { readFromLine, unquoteFrom } from './mbox.ts';
import { readState } from './mbox-state.ts';

/** A file of which any part can be read. */
export type Reader = {
  size: number;
  /** Reads from there into this memory; answers with how many bytes, which is 0 at the end only. */
  read(position: number, into: Uint8Array): Promise<number>;
};

export type MboxMessage = {
  /** Bytes of the file up to the end of this message. */
  position: number;
} & (
  | { kind: 'message'; source: Uint8Array; flags: string[]; internalDate: number; isCut: boolean }
  /** `too-large`: passed over; `no-mail`: deleted already, or notes of the program that wrote the file; `empty`. */
  | { kind: 'too-large' | 'no-mail' | 'empty' }
);

const CHUNK = 256 * 1024;
const NEWLINE_FROM = Buffer.from('\nFrom ');
const FROM_LINE_LONGEST = 1_000;
const HEADER_LINE = /^[\w-]{1,80}:/;
const HEAD_LOOKED_AT = 64 * 1024;
/** Bytes at the end of the window in which a separator may begin. */
const KEPT = NEWLINE_FROM.length;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** True when a file begins as an mbox does. */
export function looksLikeMbox(start: Uint8Array): boolean {
  const text = Buffer.from(start)
    .subarray(0, FROM_LINE_LONGEST)
    .toString('latin1')
    .replace(/^(?:ï»¿)?\s*/, '');
  return text.startsWith('From ') && readFromLine(text.split('\n', 1)[0] ?? '') !== undefined;
}

/** True when a file begins as a message does: with a header. */
export function looksLikeMessage(start: Uint8Array): boolean {
  const text = Buffer.from(start)
    .subarray(0, HEAD_LOOKED_AT)
    .toString('latin1')
    .replace(/^(?:ï»¿)?[\r\n]*/, '');
  return HEADER_LINE.test(text) && !text.slice(0, 1_000).includes('\0');
}

/** The messages of a file that begins as an mbox does. Throws what `read` throws. */
export async function* readMbox(file: Reader, largest: number): AsyncGenerator<MboxMessage> {
  /** One piece of memory for all messages: it grows with the largest of them. */
  let memory = Buffer.allocUnsafeSlow(4 * CHUNK);
  /** Of the file, from the beginning of the current message on; a part of `memory`. */
  let window = memory.subarray(0, 0);
  /** Where the window begins in the file. */
  let base = 0;
  const skip = (length: number): void => {
    base += length;
    window = window.subarray(length);
  };
  const fill = async (): Promise<boolean> => {
    const { length } = window;
    let start = window.byteOffset - memory.byteOffset;
    if (start + length + CHUNK > memory.length) {
      const roomy = length + CHUNK > memory.length / 2 ? Buffer.allocUnsafeSlow(2 * memory.length) : memory;
      window.copy(roomy);
      [memory, start] = [roomy, 0];
    }
    const end = start + length;
    const count = await file.read(base + length, memory.subarray(end, end + CHUNK));
    window = memory.subarray(start, end + count);
    return count > 0;
  };

  while (window.length < FROM_LINE_LONGEST && (await fill()));
  skip(Math.max(0, window.indexOf('From ')));
  while (window.length > 0) {
    while (window.length < FROM_LINE_LONGEST && (await fill()));
    // What goes on beyond is the message's: a file without an end of line is not to be read into memory whole.
    const line = window.subarray(0, FROM_LINE_LONGEST);
    const lineEnd = line.indexOf(NEWLINE);
    const separator = line.subarray(0, lineEnd < 0 ? line.length : lineEnd).toString('latin1');
    skip(lineEnd < 0 ? line.length : lineEnd + 1);
    const { end, isLast, isTooLarge } = await findEnd();
    const raw = window.subarray(0, end);
    skip(end);
    yield isTooLarge
      ? { kind: 'too-large', position: base }
      : { ...messageOf(raw, separator, isLast), position: base };
  }

  /** Where the message that begins with the window ends: at the next separator, or with the file. */
  async function findEnd(): Promise<{ end: number; isLast: boolean; isTooLarge: boolean }> {
    let scanned = 0;
    let isTooLarge = false;
    let declared: number | undefined;
    for (;;) {
      const at = nextFromLine(window, scanned);
      if (at >= 0) {
        // The line and the beginning of the next have to be here to be judged.
        if (window.length - at < 2 * FROM_LINE_LONGEST && (await fill())) continue;
        scanned = at + 1;
        if (!isSeparator(window, at)) continue;
        declared ??= isTooLarge ? 0 : await declaredEnd();
        if (base + at < declared) continue;
        return { end: at, isLast: false, isTooLarge: isTooLarge || at > largest };
      }
      scanned = Math.max(scanned, window.length - KEPT);
      if (window.length > largest + CHUNK) {
        // Read on to its end, but not kept.
        isTooLarge = true;
        skip(window.length - 2 * KEPT);
        scanned = KEPT;
      }
      if (await fill()) continue;
      return { end: window.length, isLast: true, isTooLarge: isTooLarge || window.length > largest };
    }
  }

  /** Where the body ends by its Content-Length, when a separator or the end of the file is there; 0 when that says nothing. */
  async function declaredEnd(): Promise<number> {
    const text = window.subarray(0, HEAD_LOOKED_AT).toString('latin1');
    const end = /\r?\n\r?\n/.exec(text);
    if (!end) return 0;
    const head = text.slice(0, end.index + 2);
    const length = /^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$/im.exec(head)?.[1];
    // Where we wrote the file every line is quoted, and the header is the message's own.
    if (length === undefined || /^X-Latchkey-Size:/m.test(head)) return 0;
    const declared = base + end.index + end[0].length + Number(length);
    if (declared >= file.size) return declared === file.size ? declared : 0;
    const there = Buffer.alloc(FROM_LINE_LONGEST);
    const count = await file.read(declared, there);
    const line = /^(?:\r?\n){0,2}(From [^\n]*)/.exec(there.subarray(0, count).toString('latin1'))?.[1];
    return line !== undefined && readFromLine(line) !== undefined ? declared : 0;
  }
}

/** The first line `From ` at or after a place; -1 without one. */
function nextFromLine(window: Buffer, from: number): number {
  if (from === 0 && window.subarray(0, 5).toString('latin1') === 'From ') return 0;
  const found = window.indexOf(NEWLINE_FROM, Math.max(0, from - 1));
  return found < 0 ? -1 : found + 1;
}

function isSeparator(window: Buffer, at: number): boolean {
  const [line = '', next = ''] = window
    .subarray(at, at + 2 * FROM_LINE_LONGEST)
    .toString('latin1')
    .split('\n', 2);
  if (line.length > FROM_LINE_LONGEST || readFromLine(line) === undefined) return false;
  const before = window.subarray(Math.max(0, at - 3), at).toString('latin1');
  return at === 0 || /(?:^|\n)\r?\n$/.test(before) || HEADER_LINE.test(next);
}

type Part = MboxMessage extends infer M ? (M extends MboxMessage ? Omit<M, 'position'> : never) : never;

/** A message out of what stands between two separators. */
function messageOf(raw: Buffer, separator: string, isLast: boolean): Part {
  const whole = withoutLastLine(raw);
  const { flags, isNoMail, size, source: quoted } = readState(whole);
  if (isNoMail) return { kind: 'no-mail' };
  const head = /\r?\n\r?\n/.exec(Buffer.from(quoted).subarray(0, HEAD_LOOKED_AT).toString('latin1'));
  // In the heads of others `>From ` is a header of old, not a quoted line.
  const unquoted = unquoteFrom(quoted, size === undefined && head ? head.index + head[0].length - 1 : 0);
  const over = size === undefined ? 0 : unquoted.length - size;
  // A message without an end of line got one, so that the next separator begins a line.
  const source = over === 1 || over === 2 ? unquoted.subarray(0, size) : unquoted;
  if (source.length === 0) return { kind: 'empty' };
  const isShort = size === undefined ? isLast && raw.at(-1) !== NEWLINE : source.length < size;
  return {
    kind: 'message',
    // A copy: the memory under it is used again.
    source: new Uint8Array(source),
    flags,
    internalDate: readFromLine(separator) ?? 0,
    isCut: isShort || (isLast && isUnclosed(source)),
  };
}

/** Without the empty line that stands before the next separator. */
function withoutLastLine(raw: Buffer): Buffer {
  if (raw.at(-1) !== NEWLINE) return raw;
  const before = raw.at(-2) === RETURN ? raw.length - 2 : raw.length - 1;
  return before === 0 || raw[before - 1] === NEWLINE ? raw.subarray(0, before) : raw;
}

/** A multipart message whose last boundary (RFC 2046 §5.1.1) is missing was cut off. */
function isUnclosed(source: Uint8Array): boolean {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const head = bytes.subarray(0, HEAD_LOOKED_AT).toString('latin1');
  const end = /\r?\n\r?\n/.exec(head);
  if (!end) return true;
  const type = /^Content-Type:[ \t]*multipart\/(?:[^\r\n]|\r?\n[ \t])*?boundary=("?)([^"\r\n;]{1,100})\1/im;
  const boundary = type.exec(head.slice(0, end.index))?.[2];
  return boundary !== undefined && bytes.lastIndexOf(`--${boundary.trim()}--`) < 0;
}
