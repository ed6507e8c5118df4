/**
 * Other people's HTML becomes nodes that load nothing, run nothing and look like nothing of ours. DOMPurify parses it
 * in the window of the message frame, whose policy forbids what this file overlooks, and hands back nodes; they are
 * moved into the frame as they are. Nothing is written to text and parsed again, so there is no second reading that
 * could differ from the first (mXSS), and nothing is changed after the sanitiser but the addresses of pictures that it kept.
 */
import createDomPurify, { type Config } from 'dompurify';
import { SHOWN_HTML } from '../../src-shared/text/mail-html.ts';
import { isRemoteReference, loadedPictureOf, pictureOf, remoteAddressOf } from './allowed.ts';
import { createAttributeBound } from './bound-attributes.ts';
import { boundContent } from './bound-content.ts';
import { darkAttribute } from './dark-style.ts';
import { isHiddenPicture } from './hidden-picture.ts';
import { namesResource } from './safe-css.ts';
import { createStyleFilter, type StyleWindow } from './style-sheets.ts';

export type SanitisedMessage = {
  /** The `<html>` element, of the frame's realm; its body is to be moved into the frame. */
  root: HTMLElement;
  /** The style elements of the message, filtered, in one text. */
  styleSheet: string;
  /** Things that would have been fetched from elsewhere, without the pictures that can be loaded. */
  blockedCount: number;
  /** Whether the message sets colours itself, and so needs white paper. */
  hasColours: boolean;
  /** Words were left out, because the window would have stood still over them. */
  isCut: boolean;
  /** Pictures of the web that stand empty, by their addresses. */
  remote: Map<string, HTMLImageElement[]>;
};

export type SanitiseOptions = {
  /** Pictures of the web that were loaded: data: URLs by their addresses. */
  pictures?: Readonly<Record<string, string>>;
  /** The colours that the message sets are turned into ones for dark paper. */
  isDark?: boolean;
  /** What stands in `src` of a picture instead of what may be shown; for a quotation, whose nodes are never shown. */
  sourceOf?: (src: string) => string | undefined;
};

const CONFIG: Config = {
  ALLOWED_TAGS: [...SHOWN_HTML.tags],
  ALLOWED_ATTR: [...SHOWN_HTML.attributes],
  FORBID_CONTENTS: [...SHOWN_HTML.dropped],
  // DOMPurify holds this against every attribute, so it must let plain words and numbers pass; `href` and `src` are read below.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|data|cid):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/iu,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  WHOLE_DOCUMENT: true,
  RETURN_DOM: true,
};

const COLOUR_ATTRIBUTES: ReadonlySet<string> = new Set(['bgcolor', 'color']);
const MAX_HTML = 5_000_000;
const MAX_TAGS = 15_000;
/** Formatting that is never closed is opened again in each block that follows (HTML §13.2.6.1): the parser's time grows with the square. */
const MAX_UNCLOSED = 300;
/** Taking one away moves all that follow. */
const MAX_ATTRIBUTES = 500;
const TOO_MUCH = 'too many attributes';
const FORMATTING = /<(\/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])/iy;

type Extent = { tags: number; unclosed: number };

/** How much there is to parse. Stops at what is too much; every character is looked at once. */
function measure(html: string): Extent {
  const extent = { tags: 0, unclosed: 0 };
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    extent.tags += 1;
    FORMATTING.lastIndex = at;
    const slash = FORMATTING.exec(html)?.[1];
    if (slash !== undefined) extent.unclosed = Math.max(0, extent.unclosed + (slash === '' ? 1 : -1));
    if (isTooMuch(extent)) break;
  }
  return extent;
}

function isTooMuch({ tags, unclosed }: Extent): boolean {
  return tags > MAX_TAGS || unclosed > MAX_UNCLOSED;
}

/** Whether this HTML is more than the window can show without standing still. Counts; does not parse. */
export function isTooComplex(html: string): boolean {
  return html.length > MAX_HTML || isTooMuch(measure(html));
}

/** Cleans the HTML of one message. `inlineImages` are the pictures that came with it, by content-ID. */
export function sanitise(
  html: string,
  inlineImages: Readonly<Record<string, string>>,
  frame: StyleWindow,
  options: SanitiseOptions = {},
): SanitisedMessage {
  const purify = createDomPurify(frame);
  const styles = createStyleFilter(frame, { tags: measure(html).tags, isDark: options.isDark === true });
  const sheets: string[] = [];
  const remote: SanitisedMessage['remote'] = new Map();
  let blockedCount = 0;
  let hasColours = false;

  const bound = createAttributeBound();
  const readSource = (image: HTMLImageElement, src: string): string | undefined => {
    if (options.sourceOf) return options.sourceOf(src);
    const picture = pictureOf(src, inlineImages);
    const address = picture === undefined ? remoteAddressOf(src) : undefined;
    if (address !== undefined) remote.set(address, [...(remote.get(address) ?? []), image]);
    return picture;
  };

  purify.addHook('uponSanitizeElement', (node, data) => {
    if (!(node instanceof frame.Element)) return;
    if (node.attributes.length > MAX_ATTRIBUTES) throw new Error(TOO_MUCH);
    const isPicture = node instanceof frame.HTMLImageElement;
    const isHidden =
      isPicture && remoteAddressOf(node.getAttribute('src') ?? '') !== undefined && isHiddenPicture(node);
    for (const { name, value } of node.attributes) {
      const attribute = name.toLowerCase();
      const isLoadable =
        isPicture && !isHidden && attribute === 'src' && remoteAddressOf(value) !== undefined;
      if (!isLoadable && isRemoteReference(data.tagName, attribute, value)) blockedCount += 1;
    }
    if (isHidden) node.remove();
    // Without words of its own an empty picture would be drawn as a broken one.
    else if (isPicture && !node.hasAttribute('alt')) node.setAttribute('alt', '');
    if (data.tagName !== 'style') return;
    const css = node.textContent;
    if (namesResource(css)) blockedCount += 1;
    const filtered = styles.element(css);
    sheets.push(filtered.text);
    hasColours ||= filtered.hasColours;
  });

  purify.addHook('uponSanitizeAttribute', (node, data) => {
    if (data.attrName === 'style') {
      if (namesResource(data.attrValue)) blockedCount += 1;
      const filtered = styles.attribute(data.attrValue);
      hasColours ||= filtered.hasColours;
      data.attrValue = filtered.text;
      data.keepAttr = filtered.text !== '';
    } else if (data.attrName === 'src') {
      const source = node instanceof frame.HTMLImageElement ? readSource(node, data.attrValue) : undefined;
      data.attrValue = source ?? '';
      data.keepAttr = source !== undefined;
    } else if (bound.isBounded(data.attrName)) {
      data.keepAttr = bound.admits(data.attrName, data.attrValue);
    } else if (data.attrName === 'face') {
      data.keepAttr = styles.admitsFonts(data.attrValue);
    } else if (data.attrName === 'href') {
      data.keepAttr = node.localName === 'a' && /^\s*(?:https?:\/\/|mailto:)/iu.test(data.attrValue);
    } else if (COLOUR_ATTRIBUTES.has(data.attrName)) {
      hasColours = true;
      if (options.isDark !== true) return;
      const dark = darkAttribute(data.attrName, data.attrValue);
      data.attrValue = dark ?? '';
      data.keepAttr = dark !== undefined;
    }
  });

  const cleaned = tryTo(() => purify.sanitize(html, CONFIG) as unknown as HTMLElement);
  purify.removeAllHooks();
  const root = cleaned ?? frame.document.implementation.createHTMLDocument().documentElement;
  const isCut = cleaned === undefined || boundContent(root);
  const message = { root, styleSheet: sheets.join('\n'), blockedCount, hasColours, isCut, remote };
  if (options.pictures) showPictures(message, options.pictures);
  return message;
}

function tryTo(task: () => HTMLElement): HTMLElement | undefined {
  try {
    return task();
  } catch (error) {
    if (error instanceof Error && error.message === TOO_MUCH) return undefined;
    throw error;
  }
}

/** Puts pictures that were loaded into their empty places, and answers with how many places stay empty. Words and nodes are left as they are. */
export function showPictures(
  message: Pick<SanitisedMessage, 'remote'>,
  pictures: Readonly<Record<string, string>>,
): number {
  for (const [address, places] of message.remote) {
    const picture = loadedPictureOf(address, pictures);
    if (picture === undefined) continue;
    for (const place of places) place.src = picture;
    message.remote.delete(address);
  }
  return message.remote.size;
}
