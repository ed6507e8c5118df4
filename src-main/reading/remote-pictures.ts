import { isUnseenPicture } from '../../src-shared/picture/unseen-picture.ts';
import { decodeEntities } from '../mime/html-entities.ts';

/** What a picture is called in HTML, and elements whose content is text, whatever it looks like (HTML §13.2.5). */
const PICTURES = new Set(['img', 'image']);
const TEXT_ONLY = /^(?:script|style|title|textarea|xmp|iframe|noembed|noframes|plaintext)$/;

const TAG_NAME = /[^\s/>]*/y;
const ATTRIBUTE = /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/y;
const TAG_END = /[\s/]*>/y;
const MOST_ATTRIBUTES = 200;
const REMOTE = /^https?:\/\//i;

/**
 * The addresses of the remote pictures of a message as they stand in its HTML, character references decoded: `src` of `img` and nothing
 * else, each once, at most `most`. Pictures that nobody is meant to see are left out.
 */
export function remotePicturesIn(html: string, most: number): string[] {
  const found = new Set<string>();
  for (let at = html.indexOf('<'); at >= 0 && found.size < most; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) at = after(html, /--!?>/g, at + 2);
    else if (/[a-z]/i.test(html.charAt(at + 1))) {
      const tag = readTag(html, at + 1);
      const source = PICTURES.has(tag.name) ? pictureOf(tag.attributes) : undefined;
      if (source !== undefined) found.add(source);
      at = TEXT_ONLY.test(tag.name)
        ? after(html, new RegExp(`</${tag.name}(?=[\\s/>])`, 'gi'), tag.end)
        : tag.end;
    } else if (/[!?/]/.test(html.charAt(at + 1))) at = after(html, />/g, at);
    else at += 1;
  }
  return [...found];
}

function after(html: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(html) ? pattern.lastIndex : html.length;
}

function readTag(html: string, from: number): { name: string; attributes: Map<string, string>; end: number } {
  TAG_NAME.lastIndex = from;
  const name = (TAG_NAME.exec(html)?.[0] ?? '').toLowerCase();
  const attributes = new Map<string, string>();
  let end = from + name.length;
  for (let count = 0; count < MOST_ATTRIBUTES; count++) {
    TAG_END.lastIndex = end;
    if (TAG_END.test(html)) return { name, attributes, end: TAG_END.lastIndex };
    ATTRIBUTE.lastIndex = end;
    const one = ATTRIBUTE.exec(html);
    if (!one) break;
    end = ATTRIBUTE.lastIndex;
    const [, key = '', double, single, bare] = one;
    // Of two of one name the first counts.
    if (!attributes.has(key.toLowerCase()))
      attributes.set(key.toLowerCase(), decodeAttribute(double ?? single ?? bare ?? ''));
  }
  return { name, attributes, end: Math.max(end, from) };
}

/** HTML §13.2.5.73: in an attribute, a name without its semicolon stays as it is before a letter, a digit or an equals sign. */
function decodeAttribute(value: string): string {
  return value.replace(/&(?:#\w+|[a-z]\w*)(?:;|(?![=\w]))|&#\d+|&#x[\da-f]+/gi, (reference) =>
    decodeEntities(reference),
  );
}

function pictureOf(attributes: ReadonlyMap<string, string>): string | undefined {
  const source = attributes.get('src')?.trim() ?? '';
  const isUnseen = isUnseenPicture(attributes, declarationsOf(attributes.get('style') ?? ''));
  return REMOTE.test(source) && URL.canParse(source) && !isUnseen ? source : undefined;
}

function declarationsOf(style: string): [string, string][] {
  return style.split(';').map((one) => {
    const [name = '', ...value] = one.split(':');
    return [name.trim().toLowerCase(), value.join(':')];
  });
}
