/**
 * What programs that keep mail in mbox files write into the head of a message about its state, and our own form of it: always the same
 * lines in the same order, the size last, so that reading them back takes away exactly what writing has added.
 */
import { ANSWERED, DELETED, DRAFT, FLAGGED, flag, SEEN } from '../../src-shared/model/message.ts';

/** Bits of X-Mozilla-Status, as Thunderbird has written them since Netscape. */
const MOZILLA = { read: 0x1, replied: 0x2, marked: 0x4, expunged: 0x8, forwarded: 0x1000 };
const FORWARDED = '$Forwarded';
const STATE_HEADERS =
  /^(?:status|x-status|x-keywords|x-uid|x-imapbase|x-mozilla-status2?|x-mozilla-keys|x-latchkey-size)$/i;
const OWN_BLOCK =
  /^Status: .*\r?\nX-Status: .*\r?\nX-Keywords: .*\r?\nX-Mozilla-Status: .*\r?\nX-Latchkey-Size: (\d{1,12})\r?\n/;
/** A head beyond this is no head; what stands there is left as it is. */
const HEAD_LONGEST = 256_000;

export type MboxState = {
  flags: string[];
  /** Length of the message as it was when we wrote it. */
  size?: number;
  /** Deleted in the program that wrote the file, which has not yet cleaned it up; or that program's own notes. */
  isNoMail: boolean;
  /** The message without what was written about its state. */
  source: Uint8Array;
};

/** Takes the state out of a message as it lies in an mbox file. */
export function readState(raw: Uint8Array): MboxState {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const start = bytes.subarray(0, HEAD_LONGEST).toString('latin1');
  const own = OWN_BLOCK.exec(start);
  if (own) {
    return {
      ...stateOf(headersOf(own[0])),
      size: Number(own[1]),
      source: raw.subarray(own[0].length),
    };
  }
  const end = /\r?\n\r?\n/.exec(start);
  const head = end ? start.slice(0, end.index + end[0].length) : start;
  const headers = headersOf(head);
  return { ...stateOf(headers), source: without(bytes, head, headers) };
}

/** The lines that go before a message. The size is of the message as it is here. */
export function writeState(flags: string[], size: number, lineEnd: string): string {
  const has = (wanted: string) => flags.some((one) => one.toLowerCase() === wanted.toLowerCase());
  // The head is written byte by byte: of a character beyond Latin-1 the half that stays may be an end of line.
  const keywords = flags.filter((one) => /^[!-[\]-~\u00a1-\u00ff][!-~\u00a1-\u00ff]*$/.test(one));
  const letters = [has(ANSWERED) && 'A', has(FLAGGED) && 'F', has(DRAFT) && 'T'].filter(Boolean).join('');
  const bits =
    (has(SEEN) ? MOZILLA.read : 0) |
    (has(ANSWERED) ? MOZILLA.replied : 0) |
    (has(FLAGGED) ? MOZILLA.marked : 0) |
    (has(FORWARDED) ? MOZILLA.forwarded : 0);
  return [
    `Status: ${has(SEEN) ? 'RO' : 'O'}`,
    `X-Status: ${letters}`,
    `X-Keywords: ${keywords.join(' ')}`,
    `X-Mozilla-Status: ${bits.toString(16).padStart(4, '0')}`,
    `X-Latchkey-Size: ${size}`,
    '',
  ].join(lineEnd);
}

type Header = { name: string; value: string; start: number; end: number };

/** Headers of interest with where they stand; each with its continuation lines. */
function headersOf(head: string): Header[] {
  const headers: Header[] = [];
  for (const match of head.matchAll(/^([!-9;-~]{1,80}):((?:.*(?:\r?\n(?=[ \t]))?)*)(?:\r?\n|$)/gm)) {
    const [all, name = '', value = ''] = match;
    if (!STATE_HEADERS.test(name) && !/^x-(?:imap|gmail-labels)$/i.test(name)) continue;
    headers.push({
      name: name.toLowerCase(),
      value: value.trim(),
      start: match.index,
      end: match.index + all.length,
    });
  }
  return headers;
}

function stateOf(headers: Header[]): { flags: string[]; isNoMail: boolean } {
  const textIn = (name: string) => headers.find((one) => one.name === name)?.value ?? '';
  const bits = Number.parseInt(textIn('x-mozilla-status') || '0', 16) || 0;
  const letters = `${textIn('status')} ${textIn('x-status')}`.toUpperCase();
  const flags = new Set<string>();
  // Old mail that says nothing of its state was read where it comes from; Google says it in words of its own.
  const isSilent = !headers.some(({ name }) => /^(?:x-)?(?:mozilla-)?status$/.test(name));
  const labels = textIn('x-gmail-labels');
  if (isSilent && !/\bUnread\b/.test(labels)) flags.add(SEEN);
  if (isSilent && /\bStarred\b/.test(labels)) flags.add(FLAGGED);
  if (letters.includes('R') || bits & MOZILLA.read) flags.add(SEEN);
  if (letters.includes('A') || bits & MOZILLA.replied) flags.add(ANSWERED);
  if (letters.includes('F') || bits & MOZILLA.marked) flags.add(FLAGGED);
  if (letters.includes('T')) flags.add(DRAFT);
  const words = `${textIn('x-keywords')} ${textIn('x-mozilla-keys')}`.split(/\s+/);
  for (const word of words) if (flag.safeParse(word).success && !word.startsWith('\\')) flags.add(word);
  const known = new Set([...flags].map((one) => one.toLowerCase()));
  if (bits & MOZILLA.forwarded && !known.has(FORWARDED.toLowerCase())) flags.add(FORWARDED);
  // Kept without it: a message that nobody sees and nobody expunges would be lost without a word.
  flags.delete(DELETED);
  return {
    flags: [...flags],
    isNoMail: (bits & MOZILLA.expunged) !== 0 || headers.some((one) => one.name === 'x-imap'),
  };
}

function without(bytes: Buffer, head: string, headers: Header[]): Uint8Array {
  if (headers.length === 0) return bytes;
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, name } of headers) {
    if (!STATE_HEADERS.test(name)) continue;
    pieces.push(bytes.subarray(at, start));
    at = end;
  }
  pieces.push(bytes.subarray(at, head.length), bytes.subarray(head.length));
  return Buffer.concat(pieces);
}
