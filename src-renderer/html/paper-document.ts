/**
 * A message as a document of its own, for paper: its HTML flows over pages there, which it cannot in a frame. It is written to text and
 * parsed once more, in a window without script, network or files (src-main/shell/print.ts): whatever the second reading makes of it
 * is harmless there. The head stands in the shadow of the body, so that the style of the mail cannot reach it.
 */
import { inHiddenFrame } from './hidden-frame.ts';
import { linkify } from './linkify.ts';
import { divideColumns } from './paper-columns.ts';
import { HEAD_SHEET, PAPER_SHEET } from './paper-style.ts';
import { isTooComplex, sanitise } from './sanitise.ts';
import type { StyleWindow } from './style-sheets.ts';
import { layOutText, paragraphsOf } from './text-layout.ts';

export type Paper = {
  /** The language and the direction of the head. */
  lang: string;
  dir: string;
  title: string;
  lines: readonly { label: string; values: readonly string[] }[];
  /** Facts that stand in cards above the text: elements of our page, copied without what can be pressed. */
  cards: readonly Element[];
  html: string | undefined;
  /** Shown where there is no HTML, or more of it than can be shown. */
  text: string;
  inlineImages: Readonly<Record<string, string>>;
  /** Pictures of the web that were loaded: data: URLs by their addresses. */
  pictures: Readonly<Record<string, string>>;
  /** Said when words of the message were left out. */
  cutNote: string;
};

/** Letters of pictures, as many as the contract takes with room for the words; the same one twice counts twice. */
const MAX_PICTURES = 40_000_000;

/** The text of a whole HTML document that shows this message. Loads nothing. */
export async function writePaper(paper: Paper): Promise<string> {
  const { html } = paper;
  if (html === undefined) return write(paper, textBody(paper));
  if (isTooComplex(html)) return write(paper, { ...textBody(paper), isCut: true });
  return inHiddenFrame(async (frame) => write(paper, htmlBody(frame, html, paper)));
}

function write(paper: Paper, mail: Mail): string {
  const page = mail.body.ownerDocument;
  mail.body.prepend(headOf(page, paper, mail.isCut));
  const root = page.createElement('html');
  root.lang = paper.lang;
  root.dir = mail.dir;
  const head = page.createElement('head');
  const charset = page.createElement('meta');
  charset.setAttribute('charset', 'utf-8');
  head.append(charset, make(page, 'title', paper.title));
  for (const css of [PAPER_SHEET, mail.styleSheet]) head.append(make(page, 'style', harmlessInStyle(css)));
  root.append(head, mail.body);
  return `<!doctype html>${root.outerHTML}`;
}

/** Inside of `<style>` nothing is escaped, and a string in a selector may hold an end of it. */
function harmlessInStyle(css: string): string {
  return css.replaceAll('</', '\\3c /').replaceAll('<!', '\\3c !');
}

type Mail = { body: HTMLElement; styleSheet: string; dir: string; isCut: boolean };

function htmlBody(frame: StyleWindow, html: string, { inlineImages, pictures }: Paper): Mail {
  const { root, styleSheet, isCut } = sanitise(html, inlineImages, frame, { pictures });
  const body = root.querySelector('body') ?? root.ownerDocument.createElement('body');
  let left = MAX_PICTURES;
  for (const image of body.querySelectorAll('img[src]')) {
    left -= image.getAttribute('src')?.length ?? 0;
    if (left < 0) image.removeAttribute('src');
  }
  divideColumns(root, styleSheet, frame);
  // Nobody can open them on paper.
  for (const details of body.querySelectorAll('details')) details.setAttribute('open', '');
  return { body, styleSheet, dir: root.dir, isCut };
}

function textBody({ text, dir }: Paper): Mail {
  const page = document.implementation.createHTMLDocument();
  const { body } = page;
  const { blocks, isUndivided, isCut } = layOutText(text);
  for (const block of blocks) {
    const place = block.kind === 'quoted' && blocks.length > 1 ? make(page, 'blockquote') : body;
    if (place !== body) body.append(place);
    for (const paragraph of isUndivided ? [block.text] : paragraphsOf(block.text)) {
      const line = make(page, 'p');
      line.className = block.kind === 'signature' ? 'text signature' : 'text';
      line.dir = 'auto';
      line.append(...(isUndivided ? [paragraph] : linked(page, paragraph)));
      place.append(line);
    }
  }
  return { body, styleSheet: '', dir, isCut };
}

function linked(page: Document, text: string): Node[] {
  return linkify(text).map((segment) => {
    if (segment.kind === 'text') return page.createTextNode(segment.text);
    const link = make(page, 'a', segment.text);
    link.setAttribute('href', segment.url);
    return link;
  });
}

function headOf(page: Document, paper: Paper, isCut: boolean): HTMLTemplateElement {
  const head = make(page, 'div');
  head.className = 'head';
  head.lang = paper.lang;
  head.dir = paper.dir;
  const list = make(page, 'dl');
  for (const { label, values } of paper.lines) {
    const value = make(page, 'dd');
    for (const one of values) {
      const line = make(page, 'div', one);
      line.dir = 'auto';
      value.append(line);
    }
    list.append(make(page, 'dt', label), value);
  }
  head.append(make(page, 'h1', paper.title), list);
  for (const card of paper.cards) head.append(copyCard(page, card));
  if (isCut) {
    const note = make(page, 'p', paper.cutNote);
    note.className = 'note';
    head.append(note);
  }
  const rule = make(page, 'div');
  rule.className = 'rule';
  const mail = make(page, 'div');
  mail.className = 'mail';
  mail.append(page.createElement('slot'));
  const template = page.createElement('template');
  template.setAttribute('shadowrootmode', 'open');
  template.content.append(make(page, 'style', HEAD_SHEET), head, rule, mail);
  return template;
}

function copyCard(page: Document, card: Element): Element {
  const copy = page.importNode(card, true);
  for (const one of copy.querySelectorAll(
    'button, input, textarea, svg, summary, .avatar, .invitation-answer',
  ))
    one.remove();
  for (const one of [copy, ...copy.querySelectorAll('*')]) {
    for (const name of one.getAttributeNames()) if (name !== 'dir') one.removeAttribute(name);
  }
  // Nobody can open them on paper.
  for (const one of copy.querySelectorAll('details')) one.replaceWith(...one.childNodes);
  return copy;
}

function make(page: Document, name: string, text = ''): HTMLElement {
  const element = page.createElement(name);
  if (text !== '') element.textContent = text;
  return element;
}
