import { imageTypeOf } from '../../src-shared/picture/image-type.ts';

/** What may stand in a mail: words, tables, lists and pictures that came with it. Everything else is left out, not made harmless. */
export const ALLOWED_TAGS = (
  'html head body a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del ' +
  'details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ' +
  'ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time ' +
  'tr tt u ul var wbr'
).split(' ');

/** No `id`, no `name` (they would shadow properties of the document), no `background`, `srcset`, `ping` or `target`. */
export const ALLOWED_ATTRIBUTES = (
  'align alt bgcolor border cellpadding cellspacing class color colspan datetime dir face height href hspace lang ' +
  'noshade nowrap open rowspan rules scope size span src start style summary title type valign value vspace width'
).split(' ');

/** Parts of a mail whose text is not for people either. */
export const FORBIDDEN_CONTENTS = (
  'audio canvas embed frame frameset iframe math noembed noframes noscript object option plaintext portal script ' +
  'select style svg template textarea title video xmp'
).split(' ');

const RESOURCE_ATTRIBUTES = [
  'src',
  'srcset',
  'poster',
  'background',
  'data',
  'imagesrcset',
  'lowsrc',
  'dynsrc',
  'codebase',
  'manifest',
];
const RESOURCE_ELEMENTS: ReadonlySet<string> = new Set(['link', 'image', 'use', 'feimage', 'base']);

/** Whether an attribute, as it was sent, names something that a browser would fetch from elsewhere. */
export function isRemoteReference(element: string, attribute: string, value: string): boolean {
  const isResource =
    RESOURCE_ATTRIBUTES.includes(attribute) ||
    (RESOURCE_ELEMENTS.has(element) && (attribute === 'href' || attribute === 'xlink:href'));
  const target = value.trim().toLowerCase();
  return isResource && target !== '' && !/^(?:data:|cid:|#|about:)/u.test(target);
}

const PICTURE = /^data:image\/(?:png|jpe?g|gif|webp);base64,([a-z0-9+/=\s]*)$/iu;

/** The picture that `src` stands for when it came with the message; undefined for everything else. SVG is not a picture here. */
export function pictureOf(src: string, inlineImages: Readonly<Record<string, string>>): string | undefined {
  const target = src.trim();
  if (/^cid:/iu.test(target)) {
    const found = inlineImages[decodeContentId(target.slice(4))];
    return found !== undefined && PICTURE.test(found) ? found : undefined;
  }
  const data = PICTURE.exec(target)?.[1];
  return data !== undefined && isPicture(data) ? target : undefined;
}

/** The engine looks at pictures that are parts of the message; one inside the HTML comes here unseen, with any size it likes. */
function isPicture(base64: string): boolean {
  try {
    return imageTypeOf(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))) !== undefined;
  } catch {
    return false; // not base64
  }
}

/** The address of a picture that the engine could fetch, if the person wants that: of the web, and nothing else. */
export function remoteAddressOf(src: string): string | undefined {
  const target = src.trim();
  return /^https?:\/\//iu.test(target) && URL.canParse(target) ? target : undefined;
}

/** A picture that was fetched from this address; only what is one by its bytes. */
export function loadedPictureOf(
  address: string,
  pictures: Readonly<Record<string, string>>,
): string | undefined {
  const found = pictures[address] ?? pictures[new URL(address).href];
  return found !== undefined && /^data:/iu.test(found) ? pictureOf(found, {}) : undefined;
}

/** RFC 2392 §2: the content-ID is percent-encoded in the URL. */
function decodeContentId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
