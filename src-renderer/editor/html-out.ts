/** What was written, as clean HTML: the schema's own elements and nothing that only the screen needs. */
import { DOMSerializer, type Node } from '@tiptap/pm/model';

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Whether text runs from right to left by its first letter, as browsers decide for dir="auto". */
export function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(/\p{L}/u.exec(text)?.[0] ?? '');
}

/**
 * `contentIdOf` gives a picture the Content-ID by which the draft knows it; one that has none yet is left out.
 * Nothing is loaded: the nodes belong to no window.
 */
export function docToHtml(doc: Node, contentIdOf: (contentId: string) => string | undefined): string {
  const page = document.implementation.createHTMLDocument('');
  const body = page.createElement('div');
  DOMSerializer.fromSchema(doc.type.schema).serializeFragment(doc.content, { document: page }, body);
  for (const element of body.querySelectorAll('[dir="auto"]')) {
    if (!isRightToLeft(element.textContent)) element.removeAttribute('dir');
  }
  for (const picture of body.querySelectorAll('img')) {
    const contentId = contentIdOf(readPictureId(picture));
    if (contentId === undefined) picture.remove();
    else picture.setAttribute('src', `cid:${encodeURIComponent(contentId)}`);
  }
  // An empty paragraph is a blank line here, and would be no line at all in other programs.
  for (const line of body.querySelectorAll('p')) {
    if (line.childNodes.length === 0) line.append(page.createElement('br'));
  }
  // One item in a list needs no paragraph around its words.
  for (const line of body.querySelectorAll('li > p:only-child')) line.replaceWith(...line.childNodes);
  return body.innerHTML;
}

function readPictureId(picture: HTMLImageElement): string {
  return decodeURIComponent((picture.getAttribute('src') ?? '').slice('cid:'.length));
}
