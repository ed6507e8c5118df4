/**
 * What a person wrote, out of the compressed RTF of Outlook (MS-OXRTFCP): the HTML or the plain text that was packed into it (MS-OXRTFEX),
 * else its words. Nothing of RTF itself is laid out, and pictures and objects in it are left alone. One pass, in time that grows with the length.
 */
import { decodeText } from '../base/charset.ts';
import { escapeHtml } from '../base/html.ts';
import { charsetOf } from './tnef-code-pages.ts';

/** Bytes before and characters after. */
const LARGEST = 8_000_000;
const DEEPEST = 500;
const MOST_FONTS = 1_000;
const MOST_DECODED = 10_000;

const COMPRESSED = 0x75465a4c;
const STORED = 0x414c454d;
const WINDOW = 4096;
/** MS-OXRTFCP §2.1.2.1: what the window holds before anything is read. */
const BEGINNING = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);

/** Undefined for what is no compressed RTF, or holds no word. What is whole before a break counts. */
export function readRtf(content: Uint8Array): { html?: string; text?: string } | undefined {
  const rtf = decompress(content);
  if (!rtf?.startsWith('{\\rtf')) return undefined;
  // MS-OXRTFEX §2.1.3.1: it stands among the first words.
  const from = /\\from(html|text)/.exec(rtf.slice(0, 500))?.[1];
  const found = contentOf(rtf, from === 'html');
  if (found.trim() === '') return undefined;
  return from === 'html' ? { html: found } : { text: found };
}

function decompress(content: Uint8Array): string | undefined {
  if (content.length < 16 || content.length > LARGEST) return undefined;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const size = Math.min(view.getUint32(4, true), LARGEST);
  const packed = content.subarray(16);
  const form = view.getUint32(8, true);
  if (form === STORED) return Buffer.from(packed.subarray(0, size)).toString('latin1');
  return form === COMPRESSED ? unpack(packed, size) : undefined;
}

/** MS-OXRTFCP §2.2.2: bytes as they are, and places in the last 4096 bytes from which some come again. */
function unpack(packed: Uint8Array, size: number): string {
  // Nothing grows to more than nine times of what it was: each two bytes stand for at most 17.
  const out = Buffer.alloc(Math.min(size, packed.length * 9));
  const window = Buffer.alloc(WINDOW);
  BEGINNING.copy(window);
  let end = BEGINNING.length;
  let length = 0;
  const put = (byte: number) => {
    if (length < out.length) out[length++] = byte;
    window[end] = byte;
    end = (end + 1) % WINDOW;
  };
  for (let at = 0; at < packed.length; ) {
    const control = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length; bit++) {
      const byte = packed[at++] ?? 0;
      if ((control & (1 << bit)) === 0) {
        put(byte);
        continue;
      }
      const pair = (byte << 8) | (packed[at++] ?? 0);
      const from = pair >> 4;
      // A place that is no place yet ends it.
      if (from === end) return out.toString('latin1', 0, length);
      for (let index = 0; index < (pair & 15) + 2; index++) put(window[(from + index) % WINDOW] ?? 0);
    }
  }
  return out.toString('latin1', 0, length);
}

type Group = {
  /** Nothing in it is text: fonts, colours, pictures. */
  isSkipped: boolean;
  isFontTable: boolean;
  /** Its text is HTML as it stands. */
  isTag: boolean;
  /** Written for programs that read RTF only; the HTML says it otherwise. */
  isHidden: boolean;
  font: number;
  /** How many characters behind `\u` stand for the same one. */
  stand: number;
};

const SKIPPED = new Set(
  'colortbl stylesheet info pict object header headerl headerr footer footerl footerr listtable'.split(' '),
);
/** By words of the sender: a map has no words of its own. */
const SIGNS = new Map(
  Object.entries({
    par: '\n',
    line: '\n',
    row: '\n',
    tab: '\t',
    cell: '\t',
    lquote: '\u2018',
    rquote: '\u2019',
    ldblquote: '\u201c',
    rdblquote: '\u201d',
    bullet: '\u2022',
    endash: '\u2013',
    emdash: '\u2014',
    '~': '\u00a0',
    _: '\u2011',
    '-': '\u00ad',
    '\r': '\n',
    '\n': '\n',
    '\\': '\\',
    '{': '{',
    '}': '}',
  }),
);
/** Windows' character sets of fonts, as code pages. */
const FONT_PAGES: Record<number, number> = {
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};

const TOKEN =
  /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]{1,100000})|\\/gy;

function contentOf(rtf: string, isHtml: boolean): string {
  const out: string[] = [];
  const bytes: string[] = [];
  const pages = new Map<number, number>();
  const decoded = new Map<string, string>();
  const outer: Group[] = [];
  let group: Group = {
    isSkipped: false,
    isFontTable: false,
    isTag: false,
    isHidden: false,
    font: 0,
    stand: 1,
  };
  let ansi = 1252;
  let size = 0;
  let isStarred = false;
  let toSkip = 0;
  let definedFont = 0;
  let plainFont = 0;

  const isShown = () => !group.isSkipped && !group.isHidden;
  const add = (text: string) => {
    const written = isHtml && !group.isTag ? escapeHtml(text) : text;
    size += written.length;
    out.push(written);
  };
  // Two bytes may be one character: they are read together, as long as nothing stands between them.
  const flush = () => {
    if (bytes.length === 0) return;
    const run = bytes.join('');
    bytes.length = 0;
    const page = pages.get(group.font) ?? ansi;
    const key = `${page} ${run}`;
    const known = /[^\0-\x7f]/.test(run) ? decoded.get(key) : run;
    const text = known ?? decodeText(Buffer.from(run, 'latin1'), charsetOf(page));
    // One sign after the other, each in a font of its own: to decode one takes longer than all else.
    if (known === undefined && run.length < 3 && decoded.size < MOST_DECODED) decoded.set(key, text);
    add(text);
  };
  const addBytes = (text: string) => {
    const rest = text.slice(toSkip);
    toSkip = Math.max(0, toSkip - text.length);
    if (isShown()) bytes.push(rest);
  };
  const onWord = (word: string, number: number | undefined) => {
    const wasStarred = isStarred;
    isStarred = false;
    if (word === 'u' && number !== undefined) {
      if (isShown()) add(String.fromCharCode(number & 0xffff));
      toSkip = group.stand;
    } else if (word === 'uc') group.stand = Math.min(Math.max(number ?? 1, 0), 10);
    else if (word === 'htmltag' && wasStarred) group.isTag = true;
    else if (word === 'htmlrtf') group.isHidden = isHtml && number !== 0;
    else if (word === 'ansicpg') ansi = number ?? ansi;
    else if (word === 'fonttbl') Object.assign(group, { isFontTable: true, isSkipped: true });
    else if (word === 'f' && group.isFontTable) definedFont = number ?? 0;
    else if (word === 'deff') group.font = plainFont = number ?? 0;
    else if (word === 'plain') group.font = plainFont;
    else if (word === 'f') group.font = number ?? 0;
    else if (word === 'fcharset' && group.isFontTable && pages.size < MOST_FONTS) {
      const page = FONT_PAGES[number ?? 0];
      if (page !== undefined) pages.set(definedFont, page);
    } else if (wasStarred || SKIPPED.has(word)) group.isSkipped = true;
    else if (isShown()) add(SIGNS.get(word) ?? '');
  };

  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(rtf); token && size < LARGEST; token = TOKEN.exec(rtf)) {
    const [, word, number, hex, sign, brace, text] = token;
    if (hex !== undefined) addBytes(String.fromCharCode(Number.parseInt(hex, 16)));
    else if (text !== undefined) addBytes(text);
    // Lines are broken anywhere: that means nothing.
    else if (word ?? sign ?? brace) {
      flush();
      if (word !== undefined) {
        toSkip = 0;
        if (word === 'bin') TOKEN.lastIndex += Math.max(0, Number(number ?? 0));
        else onWord(word, number === undefined ? undefined : Number(number));
      } else if (sign === '*') isStarred = true;
      else if (sign !== undefined) {
        if (toSkip > 0) toSkip -= 1;
        else if (isShown()) add(SIGNS.get(sign) ?? '');
      } else if (brace === '{') {
        if (outer.length >= DEEPEST) break;
        outer.push(group);
        group = { ...group };
        toSkip = 0;
      } else if (brace === '}') {
        group = outer.pop() ?? group;
        toSkip = 0;
      }
    }
  }
  flush();
  return out.join('').toWellFormed();
}
