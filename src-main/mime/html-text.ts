import { decodeEntities } from './html-entities.ts';

const BLOCKS = new Set(
  'address article aside blockquote center dd details dir div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
/** Elements whose content nobody reads. */
const UNSEEN = new Set(
  'head iframe noscript object script select style svg template textarea title'.split(' '),
);

const RAW_TEXT = new Set(['script', 'style', 'title', 'textarea']);

/**
 * What a person reads in HTML, as plain text: for preview, search and quotes, never for display as HTML. Quoted mail keeps
 * `> `. One pass over the text, so that the time grows with its length whatever stands in it.
 */
export function htmlToText(html: string): string {
  const out: string[] = [];
  let at = 0;
  let quoteDepth = 0;
  let preDepth = 0;
  let isLineStart = true;
  // Names of which no end tag is left: looking for it again each time would take the square of the length.
  const unclosed = new Set<string>();

  const newLine = () => {
    if (!isLineStart) out.push('\n');
    isLineStart = true;
  };
  const put = (raw: string) => {
    const decoded = decodeEntities(raw);
    const lines = preDepth > 0 ? decoded.split(/\r\n|\r|\n/) : [decoded.replace(/[ \t\r\n\f]+/g, ' ')];
    lines.forEach((line, index) => {
      if (index > 0) {
        out.push('\n');
        isLineStart = true;
      }
      const visible = isLineStart && preDepth === 0 ? line.trimStart() : line;
      if (visible === '') return;
      if (isLineStart) out.push('> '.repeat(Math.min(quoteDepth, 10)));
      out.push(visible);
      isLineStart = false;
    });
  };

  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      put(html.slice(at));
      break;
    }
    if (open > at) put(html.slice(at, open));
    if (html.startsWith('<!--', open)) {
      const end = html.indexOf('-->', open + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]{0,20})|^<[!?]/.exec(html.slice(open, open + 24));
    if (!tag) {
      put('<');
      at = open + 1;
      continue;
    }
    at = endOfTag(html, open + tag[0].length);
    const isEnd = tag[1] === '/';
    const name = (tag[2] ?? '').toLowerCase();
    if (UNSEEN.has(name) && !isEnd && !unclosed.has(name)) {
      const end = endOfElement(html, name, at);
      if (end === undefined) unclosed.add(name);
      // Unclosed: a browser takes the rest for content of these; everything else it shows.
      at = end ?? (RAW_TEXT.has(name) ? html.length : at);
    } else if (name === 'br') {
      out.push('\n');
      isLineStart = true;
    } else if (name === 'td' || name === 'th') {
      if (!isEnd && !isLineStart) put(' ');
    } else if (BLOCKS.has(name)) {
      newLine();
      if (name === 'p' && isEnd) out.push('\n');
      if (name === 'li' && !isEnd) put('* ');
      if (name === 'blockquote') quoteDepth = Math.max(0, quoteDepth + (isEnd ? -1 : 1));
      if (name === 'pre') preDepth = Math.max(0, preDepth + (isEnd ? -1 : 1));
    }
  }
  const lines = out.join('').split('\n');
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The position behind a tag's `>`; those inside quoted attribute values do not count. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  for (let at = from; at < html.length; at++) {
    const character = html.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') {
      return at + 1;
    } else if ((character === '"' || character === "'") && html.charAt(at - 1) === '=') {
      quote = character;
    }
  }
  return html.length;
}

/** The position behind an element's end tag; undefined when there is none. */
function endOfElement(html: string, name: string, from: number): number | undefined {
  const end = new RegExp(`</${name}(?=[^a-z0-9])`, 'gi');
  end.lastIndex = from;
  return end.exec(html) ? endOfTag(html, end.lastIndex) : undefined;
}
