/**
 * Other people's HTML on its way into the editor. DOMPurify parses it in a document that belongs to no window, so nothing
 * is loaded while it is looked at; the schema of the editor then takes what it knows. Pictures come in by Content-ID only.
 */
import { DOMParser as ContentParser, type Node, type Schema } from '@tiptap/pm/model';
import createDomPurify, { type Config } from 'dompurify';
import { WRITTEN_HTML } from '../../src-shared/text/mail-html.ts';
import { isLinkTarget } from './schema.ts';

const CONFIG: Config = {
  ALLOWED_TAGS: [...WRITTEN_HTML.tags],
  ALLOWED_ATTR: [...WRITTEN_HTML.attributes],
  FORBID_CONTENTS: [...WRITTEN_HTML.dropped],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|cid|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/iu,
};

/** Takes a picture that stands in the HTML itself, and answers with the Content-ID that it gets. */
export type TakePicture = (dataUrl: string) => string | undefined;

/** The HTML as far as it may come in, as a body that belongs to no window. */
export function cleanHtml(html: string, takePicture: TakePicture = () => undefined): HTMLElement {
  const purify = createDomPurify(window);
  const styles: { element: Element; style: CSSStyleDeclaration | undefined }[] = [];
  purify.addHook('uponSanitizeAttribute', (element, data) => {
    if (data.attrName === 'href') data.keepAttr = isLinkTarget(data.attrValue.trim());
    else if (data.attrName === 'style') {
      styles.push({ element, style: readStyle(data.attrValue) });
      data.keepAttr = false;
    } else if (data.attrName === 'src') {
      const source = data.attrValue.trim();
      const taken = /^data:image\//iu.test(source) ? takePicture(source) : undefined;
      if (taken !== undefined) data.attrValue = `cid:${encodeURIComponent(taken)}`;
      data.keepAttr = element.localName === 'img' && /^cid:/iu.test(data.attrValue);
    }
  });
  // Behind the tag of a body no frameset can take its place (HTML §13.2.6.4.7), and there is one.
  const body = purify.sanitize(`<body>${html}`, { ...CONFIG, RETURN_DOM: true }) as HTMLElement;
  purify.removeAllHooks();
  for (const { element, style } of styles) if (style) writeStyle(element, style);
  tidy(body);
  return body;
}

/** Read in a sheet that no document uses: the page's policy lets no style attribute take effect that was parsed. */
function readStyle(css: string): CSSStyleDeclaration | undefined {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`x{${css.slice(0, 10_000)}}`);
  const rule = sheet.cssRules[0];
  return rule instanceof CSSStyleRule ? rule.style : undefined;
}

/** What a style says of the words is said by elements instead, and what it says of a paragraph is set as a property. */
function writeStyle(element: Element, style: CSSStyleDeclaration): void {
  const { fontWeight, fontStyle, textDecorationLine, textAlign } = style;
  if (/^(?:b|strong)$/u.test(element.localName) && /^(?:normal|400)$/u.test(fontWeight)) {
    element.replaceWith(...element.childNodes);
    return;
  }
  if (fontWeight === 'bold' || fontWeight === 'bolder' || Number(fontWeight) >= 600) wrap(element, 'b');
  if (fontStyle === 'italic') wrap(element, 'i');
  if (textDecorationLine.includes('underline') && element.localName !== 'a') wrap(element, 'u');
  if (textDecorationLine.includes('line-through')) wrap(element, 's');
  if (textAlign !== '' && element instanceof HTMLElement) element.style.textAlign = textAlign;
}

/** Only around words: an element of letters around blocks would not stay one. */
function wrap(element: Element, name: string): void {
  if (element.querySelector('p, div, ul, ol, li, table, blockquote, h1, h2, h3, pre')) return;
  const inside = element.ownerDocument.createElement(name);
  inside.append(...element.childNodes);
  element.append(inside);
}

/** A break at the end of a block shows nothing, and would be a line of its own in the editor; a picture that stayed outside leaves its words. */
function tidy(body: HTMLElement): void {
  for (const line of body.querySelectorAll('p, div, li, h1, h2, h3, td')) {
    const last = line.lastChild;
    if (last instanceof HTMLBRElement) last.remove();
  }
  for (const picture of body.querySelectorAll('img:not([src])')) {
    picture.replaceWith(picture.getAttribute('alt') ?? '');
  }
}

/** HTML as content of the editor: sanitised, then only what the schema knows. */
export function parseHtml(html: string, schema: Schema, takePicture?: TakePicture): Node {
  return ContentParser.fromSchema(schema).parse(cleanHtml(html, takePicture));
}
