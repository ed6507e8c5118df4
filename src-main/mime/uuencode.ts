/** Files that stand in the text itself, between `begin 644 NAME` and `end` (POSIX uuencode), as Usenet and old mailers write them. */

export type UuencodedFile = { name: string; content: Uint8Array };

const BEGIN = /^begin(-base64)? [0-7]{3,4} +(\S[^\n]{0,1000})$/gm;
const BASE64_END = '\n====';
const BASE64_SIGNS = /[A-Za-z0-9+/=\s]*/y;
const MOST_FILES = 100;

/** The first file in a text; undefined when there is none. */
export function decodeUuencoded(text: string): UuencodedFile | undefined {
  return takeUuencoded(text).files[0];
}

/** The text without the files in it, and the files. What only looks like one stays in the text. */
export function takeUuencoded(text: string): { text: string; files: UuencodedFile[] } {
  const files: UuencodedFile[] = [];
  if (!text.includes('begin')) return { text, files };
  const kept: string[] = [];
  let from = 0;
  // Looking for the end of each one again would take the square of the length.
  const lastEnd = text.lastIndexOf(BASE64_END);
  for (const begin of text.matchAll(BEGIN)) {
    if (begin.index < from) continue;
    if (files.length >= MOST_FILES) break;
    const start = begin.index + begin[0].length + 1;
    const read =
      begin[1] === undefined ? readLines(text, start) : start <= lastEnd && readBase64(text, start);
    if (!read) continue;
    files.push({ name: (begin[2] ?? '').trim(), content: read.content });
    kept.push(text.slice(from, begin.index));
    from = read.end;
  }
  return { text: kept.join('') + text.slice(from), files };
}

/** Lines of up to 45 bytes: their length as a sign, then four signs for three bytes. A text without `end` is cut off, or no file. */
function readLines(text: string, start: number): { content: Uint8Array; end: number } | undefined {
  const pieces: Uint8Array[] = [];
  let at = start;
  while (at < text.length) {
    const { line, next } = lineAt(text, at);
    at = next;
    if (line === 'end') return { content: Buffer.concat(pieces), end: at };
    const length = (line.charCodeAt(0) - 32) & 63;
    if (line === '' || length === 0) continue;
    // Spaces at the end are zeros, and get lost on the way.
    const signs = Math.ceil(length / 3) * 4;
    if (!/^[\x20-\x60]+$/.test(line) || line.length > signs + 2) return undefined;
    pieces.push(decodeLine(line, length));
  }
  return undefined;
}

function decodeLine(line: string, length: number): Uint8Array {
  const bytes = Buffer.alloc(Math.ceil(length / 3) * 3);
  const signAt = (at: number) => (at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0);
  for (let group = 0; group * 3 < bytes.length; group++) {
    const at = 1 + group * 4;
    const bits = (signAt(at) << 18) | (signAt(at + 1) << 12) | (signAt(at + 2) << 6) | signAt(at + 3);
    bytes.writeUIntBE(bits, group * 3, 3);
  }
  return bytes.subarray(0, length);
}

function readBase64(text: string, start: number): { content: Uint8Array; end: number } | undefined {
  // Only as far as there are signs of base64: the end of another file may be far away.
  BASE64_SIGNS.lastIndex = start;
  const signs = BASE64_SIGNS.exec(text)?.[0] ?? '';
  const length = signs.indexOf(BASE64_END);
  if (length < 0) return undefined;
  const end = start + length;
  return { content: Buffer.from(text.slice(start, end), 'base64'), end: lineAt(text, end + 1).next };
}

function lineAt(text: string, at: number): { line: string; next: number } {
  const end = text.indexOf('\n', at);
  const line = text.slice(at, end < 0 ? text.length : end);
  return { line: line.endsWith('\r') ? line.slice(0, -1) : line, next: end < 0 ? text.length : end + 1 };
}
