/**
 * The parts of a message as a tree (RFC 2046 §5.1): where each begins and ends, and what its header says of it. Nothing is decoded
 * and nothing copied, so that a message that is made to be complex is known as such before it has cost anything.
 *
 * postal-mime, which reads names and addresses for us, does not tell of a part which character set it is in, nor in which multipart
 * it stands, and decodes every part whether or not somebody wants it.
 */
import { LIMITS } from '../base/limits.ts';
import { fieldOf, type HeaderField, headerFields, readStructured, type Structured } from './parse-header.ts';

export type Part = {
  fields: HeaderField[];
  /** In small letters: `text/plain`. */
  type: string;
  params: Structured['params'];
  /** In small letters; empty when nothing was said. */
  disposition: string;
  dispositionParams: Structured['params'];
  /** In small letters. */
  encoding: string;
  /** Without angle brackets. */
  contentId: string;
  /** As it was transferred. */
  body: Uint8Array;
  /** Of a multipart; one without a part in it is taken for text. */
  children: Part[];
};

/** Of all parts together, in bytes. */
const ALL_HEADERS = 2_000_000;
/** How often a byte may be looked at in all: each multipart around it takes one turn. */
const MOST_SCANNED = 16 * LIMITS.messageSize;

type Budget = { parts: number; headers: number; scanned: number };

/** Throws when there are more parts, levels or headers than anybody needs. */
export function partsOf(source: Uint8Array): Part {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  return readPart(bytes, 'text/plain', 0, { parts: 0, headers: 0, scanned: 0 });
}

function readPart(bytes: Buffer, defaultType: string, depth: number, budget: Budget): Part {
  budget.parts += 1;
  if (budget.parts > LIMITS.mimeParts) throw new Error('too many parts');
  if (depth > LIMITS.mimeDepth) throw new Error('too deep');
  const { head, body } = splitHead(bytes);
  budget.headers += head.length;
  if (budget.headers > ALL_HEADERS) throw new Error('too long a header');
  const fields = headerFields(head);
  const contentType = readStructured(fieldOf(fields, 'content-type') ?? defaultType);
  const disposition = readStructured(fieldOf(fields, 'content-disposition') ?? '');
  const part: Part = {
    fields,
    // RFC 2045 §5.2: one that is no type at all is as good as none.
    type: /^[^/\s]+\/[^/\s]+$/.test(contentType.value) ? contentType.value : defaultType,
    params: contentType.params,
    disposition: disposition.value,
    dispositionParams: disposition.params,
    encoding: readStructured(fieldOf(fields, 'content-transfer-encoding') ?? '').value,
    contentId: (fieldOf(fields, 'content-id') ?? '').trim().replace(/^<|>$/g, ''),
    body,
    children: [],
  };
  const boundary = part.params.get('boundary') ?? '';
  if (!part.type.startsWith('multipart/') || boundary === '') return part;
  // RFC 2046 §5.1.5
  const childType = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  for (const child of splitBody(body, boundary, budget)) {
    part.children.push(readPart(child, childType, depth + 1, budget));
  }
  return part;
}

/** The header and what is behind the empty line; all is header where none is. */
export function splitHead(source: Uint8Array): { head: Uint8Array; body: Buffer } {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const isEmpty = bytes[at] === 0x0a || (bytes[at] === 0x0d && bytes[at + 1] === 0x0a);
    if (isEmpty) {
      return { head: bytes.subarray(0, at), body: bytes.subarray(at + (bytes[at] === 0x0a ? 1 : 2)) };
    }
    const end = bytes.indexOf(0x0a, at);
    if (end < 0 || end > ALL_HEADERS) break;
    at = end + 1;
  }
  return { head: bytes, body: bytes.subarray(bytes.length) };
}

/** What stands between the delimiters (RFC 2046 §5.1.1); the last part may be without its end. */
function splitBody(body: Buffer, boundary: string, budget: Budget): Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const found: Buffer[] = [];
  let partStart = -1;
  let at = 0;
  budget.scanned += body.length;
  if (budget.scanned > MOST_SCANNED) throw new Error('too deep for its size');
  for (;;) {
    const hit = body.indexOf(delimiter, at);
    if (hit < 0) break;
    at = hit + delimiter.length;
    if (hit > 0 && body[hit - 1] !== 0x0a) continue;
    const line = readDelimiter(body, at);
    if (!line) continue;
    if (partStart >= 0) found.push(body.subarray(partStart, Math.max(partStart, lineEndBefore(body, hit))));
    if (budget.parts + found.length > LIMITS.mimeParts) throw new Error('too many parts');
    at = line.end;
    // Behind the end there is nothing for anybody; but parts that follow nevertheless are parts.
    partStart = line.isClose ? -1 : at;
  }
  if (partStart >= 0) found.push(body.subarray(partStart));
  return found;
}

/** The rest of the line behind a delimiter: `--` at the last one, then white space. Undefined when it is the beginning of another one. */
function readDelimiter(body: Buffer, from: number): { isClose: boolean; end: number } | undefined {
  const isClose = body[from] === 0x2d && body[from + 1] === 0x2d;
  let at = isClose ? from + 2 : from;
  while (body[at] === 0x20 || body[at] === 0x09 || body[at] === 0x0d) at += 1;
  if (at >= body.length) return { isClose, end: body.length };
  return body[at] === 0x0a ? { isClose, end: at + 1 } : undefined;
}

/** The line break before a delimiter belongs to it. */
function lineEndBefore(body: Buffer, at: number): number {
  if (body[at - 1] !== 0x0a) return at;
  return body[at - 2] === 0x0d ? at - 2 : at - 1;
}
