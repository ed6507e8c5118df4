import type { NodeViewRenderer } from '@tiptap/core';
import type { PictureShelf } from './picture-shelf.ts';

/** Shows the picture that the draft has; one that is not there shows its words. Nothing is fetched from anywhere else. */
export function showPictures(shelf: PictureShelf): NodeViewRenderer {
  return ({ node }) => {
    const dom = document.createElement('img');
    dom.className = 'editor-picture';
    dom.alt = String(node.attrs.alt ?? '');
    void shelf.urlOf(String(node.attrs.contentId)).then((url) => {
      if (url !== undefined) dom.src = url;
      else dom.classList.add('editor-picture-missing');
    });
    return { dom };
  };
}
