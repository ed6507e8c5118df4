/** The line form that vCard (RFC 6350 §3.3) and iCalendar (RFC 5545 §3.1) share. */
import { decodeText } from '../base/charset.ts';

export type ContentLine = {
  /** In capitals, without the group that may stand before it (`item1.EMAIL`). */
  name: string;
  /** Names in capitals. Of a parameter that stands there twice, both values with a comma between them. */
  params: Map<string, string>;
  /** As it was written: only folding and quoted-printable (vCard 2.1) are undone. */
  value: string;
};

/** Nobody writes so much into one line but a picture, and that is not read. Characters. */
const LONGEST_LINE = 100_000;

/** The lines of a text, unfolded; what is no such line is left out. Takes time that grows with the text's length. */
export function* contentLines(text: string): Generator<ContentLine> {
  let parts: string[] = [];
  let length = 0;
  let isQuotedPrintable = false;
  for (const line of linesOf(text)) {
    const isFolded = line.startsWith(' ') || line.startsWith('\t');
    // vCard 2.1 lets quoted-printable go on behind `=` without a space at the start of the next line.
    const goesOn = isQuotedPrintable && (parts.at(-1)?.endsWith('=') ?? false);
    if (parts.length > 0 && (isFolded || goesOn)) {
      if (length > LONGEST_LINE) continue;
      if (goesOn) parts.push(`${parts.pop()?.slice(0, -1)}${line.trimStart()}`);
      else parts.push(line.slice(1));
      length += line.length;
      continue;
    }
    const read = readLine(parts.join(''));
    if (read) yield read;
    parts = [line.slice(0, LONGEST_LINE)];
    length = line.length;
    isQuotedPrintable = /^[^:]{0,1000}quoted-printable[^:]{0,1000}:/i.test(line);
  }
  const last = readLine(parts.join(''));
  if (last) yield last;
}

function* linesOf(text: string): Generator<string> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    yield line.endsWith('\r') ? line.slice(0, -1) : line;
    at = end < 0 ? text.length : end + 1;
  }
}

function readLine(line: string): ContentLine | undefined {
  const head = /^(?:[\w-]{1,100}\.)?([\w-]{1,100})(?=[;:])/.exec(line);
  if (!head) return undefined;
  const params = new Map<string, string>();
  let at = head[0].length;
  while (line.charAt(at) === ';') {
    const { end, text } = readParam(line, at + 1);
    const equals = text.indexOf('=');
    // vCard 2.1 leaves the name out: `TEL;CELL:`.
    const key = equals < 0 ? 'TYPE' : text.slice(0, equals).trim().toUpperCase();
    const value = text.slice(equals + 1).trim();
    const before = params.get(key);
    if (params.size < 50)
      params.set(key, before === undefined ? value : `${before},${value}`.slice(0, 1_000));
    at = end;
  }
  if (line.charAt(at) !== ':') return undefined;
  const raw = line.slice(at + 1);
  const isQuoted =
    params.get('ENCODING')?.toUpperCase() === 'QUOTED-PRINTABLE' ||
    (params.get('TYPE') ?? '').toUpperCase().split(',').includes('QUOTED-PRINTABLE');
  const value = isQuoted ? decodeText(fromQuotedPrintable(raw), params.get('CHARSET')) : raw;
  return { name: (head[1] ?? '').toUpperCase(), params, value };
}

/** One parameter from behind its `;` to the next one or the value; quotes are taken off. */
function readParam(line: string, from: number): { end: number; text: string } {
  const pieces: string[] = [];
  let at = from;
  while (at < line.length && line.charAt(at) !== ';' && line.charAt(at) !== ':') {
    if (line.charAt(at) !== '"') {
      pieces.push(line.charAt(at));
      at += 1;
      continue;
    }
    const end = line.indexOf('"', at + 1);
    pieces.push(line.slice(at + 1, end < 0 ? line.length : end));
    at = end < 0 ? line.length : end + 1;
  }
  return { end: at, text: pieces.join('') };
}

function fromQuotedPrintable(text: string): Uint8Array {
  const plain = text.replace(/=([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  // Characters that no quoted-printable may hold were not bytes of that character set.
  return /[^\0-\xff]/.test(plain) ? Buffer.from(text) : Buffer.from(plain, 'latin1');
}

/** The text of a value (RFC 6350 §3.4, RFC 5545 §3.3.11): `\n`, `\,`, `\;` and `\\` are what they stand for. */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\,;:nN])/g, (_, sign: string) => (sign === 'n' || sign === 'N' ? '\n' : sign));
}

/** The components of a value, which `;` separates, as text. */
export function componentsOf(value: string): string[] {
  // Every backslash takes the sign behind it along.
  const parts = value.match(/(?:\\[\s\S]|[^;\\])+|;|\\$/g) ?? [];
  const components: string[] = [''];
  for (const part of parts) {
    if (part === ';') components.push('');
    else components.push((components.pop() ?? '') + part);
  }
  return components.map(unescapeText);
}
