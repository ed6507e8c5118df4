import { imageTypeOf } from '../../src-shared/picture/image-type.ts';

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
