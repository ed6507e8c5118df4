/** The editor itself, apart from the page around it: what comes in by keyboard, clipboard and pointer. */
import { Editor, Extension, getSchema } from '@tiptap/core';
import { Slice } from '@tiptap/pm/model';
import { type Plugin, TextSelection } from '@tiptap/pm/state';
import { cleanHtml, parseHtml } from './clean-html.ts';
import { blobOf, isPictureFile } from './picture-blob.ts';
import type { PictureShelf } from './picture-shelf.ts';
import { showPictures } from './picture-view.ts';
import { CONTENT, Picture } from './schema.ts';
import { paragraphsOf, textToContent } from './text-in.ts';

export type EditorOptions = {
  place: HTMLElement;
  label: string;
  /** What stands in it at the beginning; sanitised here. */
  html: string;
  /** In its place, when there is no HTML. */
  text: string;
  shelf: PictureShelf;
  /** Further plugins of ProseMirror: the spelling. */
  plugins: readonly Plugin[];
  onChange: () => void;
  /** Files that were dropped or pasted and are no pictures for the text. */
  onFiles: (files: File[]) => void;
  onLink: () => void;
  /** Enter begins a line, not a paragraph: in a signature. */
  isLines: boolean;
};

/** Lists and quotations begin as one types them; `*` and `_` stay what they are: letters of a mail. */
const TYPED_RULES = ['bulletList', 'orderedList', 'blockquote'];

/** Makes the editor in `place`. Its content is only ever set from nodes of the schema, never from a string. */
export function createEditor(options: EditorOptions): Editor {
  const { place, label, html, text, shelf, plugins, onChange, onFiles, onLink, isLines } = options;
  const Keys = Extension.create({
    name: 'keys',
    priority: 1000,
    addKeyboardShortcuts() {
      return {
        // They send, wherever in the window the focus is.
        'Mod-Enter': () => true,
        'Mod-Shift-Enter': () => true,
        'Mod-Shift-9': () => this.editor.commands.toggleBlockquote(),
        'Mod-\\': () => this.editor.chain().unsetAllMarks().clearNodes().run(),
        Enter: () => isLines && !this.editor.isActive('listItem') && this.editor.commands.setHardBreak(),
        'Mod-k': () => {
          onLink();
          return true;
        },
      };
    },
    addProseMirrorPlugins: () => [...plugins],
  });
  const editor = new Editor({
    element: place,
    injectCSS: false,
    content: html === '' ? textToContent(text) : parseHtml(html, getSchema(CONTENT)).toJSON(),
    extensions: [
      ...CONTENT.filter((each) => each.name !== Picture.name),
      Picture.extend({ addNodeView: () => showPictures(shelf) }),
      Keys,
    ],
    enableInputRules: TYPED_RULES,
    enablePasteRules: ['link'],
    onUpdate: onChange,
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        class: 'editor-text',
        spellcheck: 'false',
      },
      transformPastedHTML: (pasted) => cleanHtml(pasted, (url) => takeDataUrl(url, shelf)).innerHTML,
      clipboardTextParser: (pasted, _context, _isPlain, view) => {
        const content = paragraphsOf(pasted.replace(/\r\n?/gu, '\n'));
        return new Slice(view.state.schema.nodeFromJSON({ type: 'doc', content }).content, 1, 1);
      },
      handlePaste: (_view, event) => {
        const data = event.clipboardData;
        // Office programs put a picture of the words beside the words.
        if (!data || data.files.length === 0 || data.getData('text/plain') !== '') return false;
        takeFiles(editor, [...data.files], { shelf, onFiles });
        return true;
      },
      handleDrop: (view, event) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length === 0) return false;
        event.preventDefault();
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
        if (at !== undefined)
          view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at))));
        takeFiles(editor, files, { shelf, onFiles });
        return true;
      },
    },
  });
  return editor;
}

function takeDataUrl(url: string, shelf: PictureShelf): string | undefined {
  const blob = blobOf(url);
  return blob && shelf.take(blob, '');
}

/** Pictures go into the text where the cursor is; everything else is for whoever keeps the attachments. */
export function takeFiles(
  editor: Editor,
  files: readonly File[],
  { shelf, onFiles }: Pick<EditorOptions, 'shelf' | 'onFiles'>,
): void {
  for (const file of files.filter(isPictureFile)) {
    const attrs = { contentId: shelf.take(file, file.name), alt: '' };
    editor.chain().focus().insertContent({ type: Picture.name, attrs }).run();
  }
  const others = files.filter((file) => !isPictureFile(file));
  if (others.length > 0) onFiles(others);
}

/** Takes a picture out again that the draft did not take. */
export function removePicture(editor: Editor, id: string): void {
  const { tr } = editor.state;
  editor.state.doc.descendants((node, at) => {
    if (node.type.name !== Picture.name || node.attrs.contentId !== id) return;
    tr.delete(tr.mapping.map(at), tr.mapping.map(at + node.nodeSize));
  });
  if (tr.docChanged) editor.view.dispatch(tr);
}
