/**
 * What a written message can be made of. Everything that comes in from elsewhere (a draft, the clipboard, a quotation)
 * goes through this schema after it was sanitised: what is not named here does not exist in the editor.
 */
import { Extension, type Extensions, mergeAttributes, Node } from '@tiptap/core';
import { TextAlign } from '@tiptap/extension-text-align';
import { StarterKit } from '@tiptap/starter-kit';

/** A picture that stands in the text: named by its Content-ID (RFC 2392), never by an address. */
export const Picture = Node.create({
  name: 'picture',
  group: 'inline',
  inline: true,
  draggable: true,
  addAttributes: () => ({
    contentId: {
      default: '',
      parseHTML: (element) => readContentId(element.getAttribute('src') ?? ''),
      renderHTML: ({ contentId }) => ({ src: `cid:${encodeURIComponent(String(contentId))}` }),
    },
    alt: { default: '' },
  }),
  parseHTML: () => [{ tag: 'img[src^="cid:"]' }],
  renderHTML: ({ HTMLAttributes }) => [
    'img',
    mergeAttributes(HTMLAttributes, { style: 'max-width: 100%; height: auto' }),
  ],
});

/** The signature of the identity, so that another identity can bring its own. */
export const Signature = Node.create({
  name: 'signature',
  group: 'block',
  content: 'block+',
  defining: true,
  parseHTML: () => [{ tag: 'div[data-signature]' }],
  renderHTML: ({ HTMLAttributes }) => ['div', mergeAttributes(HTMLAttributes, { 'data-signature': '' }), 0],
});

/** Each paragraph runs by its first letter, unless a direction was set. */
const Direction = Extension.create({
  name: 'direction',
  addGlobalAttributes: () => [
    {
      types: ['paragraph', 'heading', 'bulletList', 'orderedList', 'listItem', 'blockquote', 'codeBlock'],
      attributes: {
        dir: {
          default: 'auto',
          parseHTML: (element) => {
            const dir = element.getAttribute('dir')?.toLowerCase();
            return dir === 'ltr' || dir === 'rtl' ? dir : 'auto';
          },
        },
      },
    },
  ],
});

/** Only what a person can open from a mail: a link written here is as harmless as one that is read. */
export function isLinkTarget(url: string): boolean {
  return url.length < 4000 && /^(?:https?:\/\/[^\s/]|mailto:[^\s])/iu.test(url) && URL.canParse(url);
}

/** The Content-ID that a cid: address names; empty when it names none. */
export function readContentId(src: string): string {
  const found = /^cid:(.+)$/isu.exec(src.trim())?.[1] ?? '';
  try {
    return decodeURIComponent(found);
  } catch {
    return found;
  }
}

const TEXT_BLOCKS = ['paragraph', 'heading'];

export const CONTENT: Extensions = [
  StarterKit.configure({
    heading: { levels: [1, 2, 3] },
    link: {
      openOnClick: false,
      defaultProtocol: 'https',
      HTMLAttributes: { target: null, rel: null },
      isAllowedUri: (url) => isLinkTarget(url),
      shouldAutoLink: (url) =>
        /^(?:https?:|mailto:)/iu.test(url) || /^www\./iu.test(url) || url.includes('@'),
    },
    trailingNode: { notAfter: ['signature', 'heading', 'bulletList', 'orderedList'] },
  }),
  TextAlign.configure({ types: TEXT_BLOCKS, alignments: ['left', 'center', 'right'] }),
  Direction,
  Picture,
  Signature,
];
