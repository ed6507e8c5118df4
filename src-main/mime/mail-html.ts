/**
 * HTML as it is sent: what was written and what is quoted, made anew out of the tags and attributes that mail needs. Whatever a page put
 * into a draft, no script, no form, no style sheet and no address that loads by itself goes out of it, and pictures travel as parts.
 * One pass over the text; the window has sanitised it before, by a browser's own parser.
 */
import { randomUUID } from 'node:crypto';
import { imageTypeOf } from '../../src-shared/picture/image-type.ts';
import { SENT_HTML } from '../../src-shared/text/mail-html.ts';
import { escapeHtml } from '../base/html.ts';
import { decodeEntities } from './html-entities.ts';

export type Picture = { contentId: string; contentType: string; content: Uint8Array };

export type CleanedHtml = {
  html: string;
  /** Pictures that stood in it as data: URLs; it names them by `cid:` now. */
  pictures: Picture[];
  /** Content-IDs of parts that it names. */
  contentIds: Set<string>;
};

export type CleanOptions = {
  /** Whether there is a part with this Content-ID; pictures that name another are left out. */
  hasPart(contentId: string): boolean;
  /** Pictures of the network are kept as the text that they are; else left out. */
  keepsRemote: boolean;
};

const TAGS = new Set(SENT_HTML.tags);
const VOID = new Set(['br', 'col', 'hr', 'img', 'wbr']);
const DROPPED = new Set(SENT_HTML.dropped);
const ATTRIBUTES = new Set(SENT_HTML.attributes);
const MOST_DEPTH = 300;
const LARGEST_PICTURE = 20_000_000;

/** Makes HTML anew: what is not known is left out, what is open is closed. */
export function cleanHtml(html: string, options: CleanOptions): CleanedHtml {
  const found: CleanedHtml = { html: '', pictures: [], contentIds: new Set() };
  const byUrl = new Map<string, string | undefined>();
  const out: string[] = [];
  const open: string[] = [];
  let at = 0;

  /** The address of a picture as it is sent; undefined leaves the picture out. */
  function sourceOf(url: string): string | undefined {
    if (/^cid:/i.test(url)) {
      const contentId = decodeUrl(url.slice(4));
      if (!options.hasPart(contentId)) return undefined;
      found.contentIds.add(contentId);
      return `cid:${encodeURIComponent(contentId)}`;
    }
    if (/^data:/i.test(url)) {
      if (!byUrl.has(url)) {
        const picture = pictureOf(url);
        if (picture) found.pictures.push(picture);
        byUrl.set(url, picture && `cid:${encodeURIComponent(picture.contentId)}`);
      }
      return byUrl.get(url);
    }
    return options.keepsRemote ? webUrl(url, /^https?:$/) : undefined;
  }

  function startTag(name: string, attributes: [string, string][]): string | undefined {
    const kept: [string, string][] = [];
    for (const [key, value] of attributes) {
      if (key === 'src' && name === 'img') {
        const source = sourceOf(value.trim());
        if (source === undefined) return undefined;
        kept.push(['src', source]);
      } else if (key === 'href' && name === 'a') {
        const url = webUrl(value.trim(), /^(?:https?|mailto):$/);
        if (url !== undefined) kept.push(['href', url]);
      } else if (key === 'style') {
        const style = cleanStyle(value);
        if (style !== '') kept.push(['style', style]);
      } else if (ATTRIBUTES.has(key)) kept.push([key, value]);
    }
    if (name === 'img' && !kept.some(([key]) => key === 'src')) return undefined;
    return `<${name}${kept.map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`).join('')}>`;
  }

  while (at < html.length) {
    const tagAt = html.indexOf('<', at);
    out.push(escapeText(html.slice(at, tagAt < 0 ? undefined : tagAt)));
    if (tagAt < 0) break;
    if (html.startsWith('<!--', tagAt)) {
      const end = html.indexOf('-->', tagAt + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})(?=[\s/>])|^<[!?/]/.exec(html.slice(tagAt, tagAt + 40));
    if (!tag) {
      out.push('&lt;');
      at = tagAt + 1;
      continue;
    }
    const { attributes, end } = readAttributes(html, tagAt + tag[0].length);
    at = end;
    const name = (tag[2] ?? '').toLowerCase();
    const isEnd = tag[1] === '/';
    if (DROPPED.has(name)) {
      if (!isEnd) at = endOfElement(html, name, at);
    } else if (!TAGS.has(name)) {
    } else if (!isEnd) {
      const written = open.length < MOST_DEPTH ? startTag(name, attributes) : undefined;
      if (written === undefined) continue;
      out.push(written);
      if (!VOID.has(name)) open.push(name);
    } else if (open.includes(name)) {
      for (;;) {
        const last = open.pop();
        out.push(`</${last}>`);
        if (last === name) break;
      }
    }
  }
  out.push(...open.reverse().map((name) => `</${name}>`));
  return { ...found, html: out.join('') };
}

/** Plain text as HTML that keeps its lines. */
export function textAsHtml(text: string): string {
  return escapeHtml(text)
    .replace(/(^| ) /gm, '$1&nbsp;')
    .replaceAll('\n', '<br>');
}

/** The attributes of a tag in the way of the HTML standard (§13.2.5.32), first ones first, and where the tag ends. */
function readAttributes(html: string, from: number): { attributes: [string, string][]; end: number } {
  const pattern =
    /[\s/]*(?:([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?|(>)|(=|["']))/y;
  const attributes = new Map<string, string>();
  pattern.lastIndex = from;
  for (;;) {
    const match = pattern.exec(html);
    if (!match) return { attributes: [...attributes], end: html.length };
    const [, name, double, single, bare, close] = match;
    if (close !== undefined) return { attributes: [...attributes], end: pattern.lastIndex };
    const key = name?.toLowerCase();
    if (key !== undefined && !attributes.has(key)) {
      attributes.set(key, decodeEntities(double ?? single ?? bare ?? ''));
    }
  }
}

/** Behind the end tag; the end of the text when there is none. */
function endOfElement(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  end.lastIndex = from;
  // Not in the same pattern: of end tags without a `>` each would be looked for to the end of the text.
  const close = end.exec(html) ? html.indexOf('>', end.lastIndex) : -1;
  return close < 0 ? html.length : close + 1;
}

/** Declarations without those that load something or that hide what they say. */
function cleanStyle(style: string): string {
  if (/[\\@{}<>]|\/\*/.test(style)) return '';
  return style
    .split(';')
    .map((one) => one.trim())
    .filter((one) => /^[a-z-]+\s*:/i.test(one))
    .filter(
      (one) =>
        !/url\s*\(|src\s*\(|image(?:-set)?\s*\(|expression|javascript|behaviou?r|-moz-binding/i.test(one),
    )
    .join('; ');
}

function webUrl(text: string, protocols: RegExp): string | undefined {
  try {
    const url = new URL(text);
    return protocols.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function pictureOf(url: string): Picture | undefined {
  const base64 = /^data:image\/[a-z0-9.+-]{1,40};base64,([a-z0-9+/=\s]+)$/i.exec(
    url.length <= (LARGEST_PICTURE * 4) / 3 ? url : '',
  )?.[1];
  if (base64 === undefined) return undefined;
  const content = Buffer.from(base64, 'base64');
  const contentType = imageTypeOf(content);
  return contentType === undefined ? undefined : { contentId: newContentId(), contentType, content };
}

/** Says nothing of the computer, and nobody can guess it (RFC 2045 §7). */
export function newContentId(): string {
  return `${randomUUID()}@latchkey.invalid`;
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** References to characters stay as they are. */
function escapeText(text: string): string {
  return text.replaceAll('\0', '').replaceAll('>', '&gt;');
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll('\0', '')
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
