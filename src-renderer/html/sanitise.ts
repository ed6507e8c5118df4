/**
 * Other people's HTML becomes nodes that load nothing, run nothing and look like nothing of ours. DOMPurify parses it
 * in the window of the message frame, whose policy forbids what this file overlooks, and hands back nodes; they are
 * moved into the frame as they are. Nothing is written to text and parsed again, so there is no second reading that
 * could differ from the first (mXSS), and nothing is changed after the sanitiser.
 */
import createDomPurify, { type Config } from 'dompurify';
import {
  ALLOWED_ATTRIBUTES,
  ALLOWED_TAGS,
  FORBIDDEN_CONTENTS,
  isRemoteReference,
  pictureOf,
} from './allowed.ts';
import { namesResource } from './safe-css.ts';
import { filterStyleAttribute, filterStyleElement, type StyleWindow } from './style-sheets.ts';

export type SanitisedMessage = {
  /** The `<html>` element, of the frame's realm; its body is to be moved into the frame. */
  root: HTMLElement;
  /** The style elements of the message, filtered, in one text. */
  styleSheet: string;
  /** Things that would have been fetched from elsewhere. */
  blockedCount: number;
  /** Whether the message sets colours itself, and so needs white paper. */
  hasColours: boolean;
};

const CONFIG: Config = {
  ALLOWED_TAGS,
  ALLOWED_ATTR: ALLOWED_ATTRIBUTES,
  FORBID_CONTENTS: FORBIDDEN_CONTENTS,
  // DOMPurify holds this against every attribute, so it must let plain words and numbers pass; `href` and `src` are read below.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/iu,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  WHOLE_DOCUMENT: true,
  RETURN_DOM: true,
};

const COLOUR_ATTRIBUTES: ReadonlySet<string> = new Set(['bgcolor', 'color']);
const MAX_HTML = 5_000_000;
const MAX_TAGS = 15_000;

/** Whether this HTML is more than the window can show without standing still. Counts; does not parse. */
export function isTooComplex(html: string): boolean {
  if (html.length > MAX_HTML) return true;
  let tags = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    tags += 1;
    if (tags > MAX_TAGS) return true;
  }
  return false;
}

/** Cleans the HTML of one message. `inlineImages` are the pictures that came with it, by content-ID. */
export function sanitise(
  html: string,
  inlineImages: Readonly<Record<string, string>>,
  frame: StyleWindow,
): SanitisedMessage {
  const purify = createDomPurify(frame);
  const sheets: string[] = [];
  let blockedCount = 0;
  let hasColours = false;

  purify.addHook('uponSanitizeElement', (node, data) => {
    if (!(node instanceof frame.Element)) return;
    for (const { name, value } of node.attributes) {
      if (isRemoteReference(data.tagName, name.toLowerCase(), value)) blockedCount += 1;
    }
    if (data.tagName !== 'style') return;
    const css = node.textContent;
    if (namesResource(css)) blockedCount += 1;
    const filtered = filterStyleElement(css, frame);
    sheets.push(filtered.text);
    hasColours ||= filtered.hasColours;
  });

  purify.addHook('uponSanitizeAttribute', (node, data) => {
    if (data.attrName === 'style') {
      if (namesResource(data.attrValue)) blockedCount += 1;
      const filtered = filterStyleAttribute(data.attrValue, frame);
      hasColours ||= filtered.hasColours;
      data.attrValue = filtered.text;
      data.keepAttr = filtered.text !== '';
    } else if (data.attrName === 'src') {
      const picture = node.localName === 'img' ? pictureOf(data.attrValue, inlineImages) : undefined;
      data.attrValue = picture ?? '';
      data.keepAttr = picture !== undefined;
    } else if (data.attrName === 'href') {
      data.keepAttr = node.localName === 'a' && /^\s*(?:https?:\/\/|mailto:)/iu.test(data.attrValue);
    } else if (COLOUR_ATTRIBUTES.has(data.attrName)) {
      hasColours = true;
    }
  });

  const root = purify.sanitize(html, CONFIG) as unknown as HTMLElement;
  purify.removeAllHooks();
  return { root, styleSheet: sheets.join('\n'), blockedCount, hasColours };
}
