import { pictureOf, remoteAddressOf } from './allowed.ts';
import { inHiddenFrame } from './hidden-frame.ts';
import { inlineStyles } from './inline-styles.ts';
import { isTooComplex, sanitise } from './sanitise.ts';
import type { StyleWindow } from './style-sheets.ts';

export type QuoteHtml = {
  /** To be put into a `<blockquote>`; sanitised, with all style in attributes. */
  html: string;
  /** The pictures that it names by `cid:`, as data: URLs by content-ID. */
  pictures: Record<string, string>;
};

/** Keeps a picture (a data: URL) with the draft, and answers with the content-ID under which it is kept; undefined leaves it out. */
export type KeepPicture = (url: string) => Promise<string | undefined>;

const MAX_QUOTE = 5_000_000;

/**
 * The HTML of a message as it is quoted in an answer. Pictures that came along are handed to `keepPicture` one after the other
 * and are named by what it answers; those of the web keep their address, which nothing of ours loads. Written to text once,
 * at the end; sanitised again it stays the same. Undefined when it is more than can be quoted: the text is quoted then.
 */
export function makeQuoteHtml(
  html: string,
  inlineImages: Readonly<Record<string, string>>,
  keepPicture: KeepPicture,
): Promise<QuoteHtml | undefined> {
  if (isTooComplex(html)) return Promise.resolve(undefined);
  return inHiddenFrame((frame) => quoteIn(frame, html, inlineImages, keepPicture));
}

async function quoteIn(
  frame: StyleWindow,
  html: string,
  inlineImages: Readonly<Record<string, string>>,
  keepPicture: KeepPicture,
): Promise<QuoteHtml | undefined> {
  // The nodes stay in the document in which they were parsed, which belongs to no window: it loads nothing.
  const { root, styleSheet } = sanitise(html, {}, frame, {
    sourceOf: (src) => pictureOf(src, inlineImages) ?? remoteAddressOf(src),
  });
  inlineStyles(root, styleSheet, frame);
  const pictures: Record<string, string> = {};
  const kept = new Map<string, string | undefined>();
  for (const image of root.querySelectorAll('img')) {
    const url = image.getAttribute('src') ?? '';
    if (!/^data:/iu.test(url)) continue;
    if (!kept.has(url)) kept.set(url, await keepPicture(url));
    const contentId = kept.get(url);
    if (contentId === undefined) {
      image.removeAttribute('src');
      continue;
    }
    pictures[contentId] = url;
    image.setAttribute('src', `cid:${encodeURIComponent(contentId)}`);
  }
  const body = root.querySelector('body');
  if (!body) return undefined;
  const written = bodyAsBlock(body, frame).innerHTML;
  return written.length > MAX_QUOTE ? undefined : { html: written, pictures };
}

/** What the body says of its paper, ink and direction goes with it into a block of its own. */
function bodyAsBlock(body: HTMLElement, frame: StyleWindow): HTMLElement {
  const page = body.ownerDocument;
  const outside = page.createElement('div');
  const inside = page.createElement('div');
  for (const name of ['style', 'dir', 'lang', 'align']) {
    const value = body.getAttribute(name);
    if (value !== null) inside.setAttribute(name, value);
  }
  const paper = body.getAttribute('bgcolor');
  if (paper !== null && inside.style.backgroundColor === '') {
    const scratch = frame.document.createElement('td');
    scratch.setAttribute('bgcolor', paper);
    frame.document.body.append(scratch);
    const { backgroundColor } = frame.getComputedStyle(scratch);
    scratch.remove();
    inside.setAttribute(
      'style',
      [inside.getAttribute('style') ?? '', `background-color:${backgroundColor}`].filter(Boolean).join(';'),
    );
  }
  inside.append(...body.childNodes);
  if (inside.attributes.length > 0) outside.append(inside);
  else outside.append(...inside.childNodes);
  return outside;
}
