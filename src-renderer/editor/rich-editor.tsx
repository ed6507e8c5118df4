/** Formatted text with its tools. It knows no engine: pictures, files and changes go through what it is given. */
import type { Editor, JSONContent } from '@tiptap/core';
import type { Plugin } from '@tiptap/pm/state';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { parseHtml } from './clean-html.ts';
import { createEditor, removePicture, takeFiles } from './create-editor.ts';
import { EditorTools } from './editor-tools.tsx';
import { docToHtml } from './html-out.ts';
import { LinkDialog } from './link-dialog.tsx';
import { createPictureShelf, type PictureSource } from './picture-shelf.ts';
import { replaceSignature, type SignatureText } from './signature-node.ts';
import { paragraphsOf } from './text-in.ts';
import { docToText, isBlank, isFormatted } from './text-out.ts';
import './editor.css';

/** `html` goes before `text`, which says the same. */
export type WrittenBlocks = { text: string; html?: string | undefined };

export type EditorHandle = {
  /** What stands in it now. */
  read(): { text: string; html: string };
  isBlank(): boolean;
  /** Whether anything would be lost if only the plain text stayed. */
  isFormatted(): boolean;
  focus(): void;
  insertText(text: string): void;
  /** Adds blocks at the cursor; HTML is sanitised first. */
  insertBlocks(blocks: WrittenBlocks): void;
  /** Adds quoted words at the end, to be written between. */
  appendQuote(intro: string, quote: WrittenBlocks): void;
  setSignature(signature: SignatureText | undefined): void;
  /** Puts files in as if they had been dropped. */
  addFiles(files: readonly File[]): void;
  /** Resolves when the draft has every picture that was put in. */
  settled(): Promise<void>;
  /** For what ProseMirror's plugins offer. */
  editor: Editor;
};

export type RichEditorProps = {
  label: string;
  /** What stands in it at the beginning. Later values are not looked at: from then on it is the editor that knows. */
  html: string;
  /** Used in place of `html` when there is only plain text. */
  text?: string;
  /** Absent: no pictures in this text. */
  pictures?: PictureSource;
  /** Made once for each editor. */
  makePlugins?: () => Plugin[];
  takesFocus?: boolean;
  /** Enter begins a line, not a paragraph: in a signature. */
  isLines?: boolean;
  onChange: () => void;
  onFiles: (files: File[]) => void;
  /** The secondary button or the menu key in the text. */
  onMenu?: (event: MouseEvent) => void;
  /** Stands at the end of the tools. */
  toolsEnd?: ReactNode;
  /** Stands below the text and scrolls with it. */
  children?: ReactNode;
  className?: string;
  /** Called once, when it can be written in. What is handed over answers also after the editor has gone. */
  onReady: (handle: EditorHandle) => void;
};

const NOTHING = Promise.resolve(undefined);

export function RichEditor(props: RichEditorProps): ReactNode {
  const { label, toolsEnd, children, className = '' } = props;
  const place = useRef<HTMLDivElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const [made, setMade] = useState<EditorHandle>();
  const [isLinking, setIsLinking] = useState(false);
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
  });

  useLayoutEffect(() => {
    if (!place.current) return;
    const first = newest.current;
    const shelf = createPictureShelf(
      {
        urlOf: (contentId) => newest.current.pictures?.urlOf(contentId) ?? NOTHING,
        keep: (picture, name) => newest.current.pictures?.keep(picture, name) ?? NOTHING,
      },
      (id, isKept) => {
        if (editor.isDestroyed) return;
        if (!isKept) removePicture(editor, id);
        newest.current.onChange();
      },
    );
    const onFiles = (files: File[]): void => newest.current.onFiles(files);
    const editor = createEditor({
      place: place.current,
      label: first.label,
      html: first.html,
      text: first.text ?? '',
      shelf,
      plugins: first.makePlugins?.() ?? [],
      onChange: () => newest.current.onChange(),
      onFiles,
      onLink: () => setIsLinking(true),
      isLines: first.isLines ?? false,
    });
    if (first.takesFocus) editor.view.focus();
    const handle = handleOf(editor, shelf, onFiles);
    setMade(handle);
    first.onReady(handle);
    return () => {
      setMade(undefined);
      editor.destroy();
    };
  }, []);

  const editor = made?.editor;
  useEffect(() => {
    editor?.view.dom.setAttribute('aria-label', label);
  }, [editor, label]);
  useEffect(() => {
    const text = editor?.view.dom;
    const around = scroll.current;
    const open = (event: MouseEvent): void => newest.current.onMenu?.(event);
    // The empty space below the last line belongs to the text.
    const toText = (event: MouseEvent): void => {
      if (event.target === around) editor?.commands.focus('end');
    };
    text?.addEventListener('contextmenu', open);
    around?.addEventListener('click', toText);
    return () => {
      text?.removeEventListener('contextmenu', open);
      around?.removeEventListener('click', toText);
    };
  }, [editor]);

  return (
    <div className={`editor ${className}`}>
      {editor && made ? (
        <EditorTools
          editor={editor}
          onLink={() => setIsLinking(true)}
          onPicture={props.pictures && made.addFiles}
        >
          {toolsEnd}
        </EditorTools>
      ) : (
        <div className="editor-tools" />
      )}
      <div className="editor-scroll" ref={scroll}>
        <div ref={place} className="editor-place" />
        {children}
      </div>
      {editor && isLinking && <LinkDialog editor={editor} onClose={() => setIsLinking(false)} />}
    </div>
  );
}

function handleOf(
  editor: Editor,
  shelf: ReturnType<typeof createPictureShelf>,
  onFiles: (files: File[]) => void,
): EditorHandle {
  const contentOf = ({ html, text }: WrittenBlocks): JSONContent[] =>
    html === undefined || html === ''
      ? paragraphsOf(text)
      : (parseHtml(html, editor.schema).toJSON().content ?? []);
  return {
    editor,
    read: () => ({
      text: docToText(editor.state.doc),
      html: docToHtml(editor.state.doc, shelf.contentIdOf),
    }),
    isBlank: () => isBlank(editor.state.doc),
    isFormatted: () => isFormatted(editor.state.doc),
    focus: () => editor.view.focus(),
    insertText: (text) => {
      editor.view.dispatch(editor.state.tr.insertText(text).scrollIntoView());
      editor.view.focus();
    },
    insertBlocks: (blocks) => {
      editor.chain().focus().insertContent(contentOf(blocks)).run();
    },
    appendQuote: (intro, quote) => {
      const blocks = [...paragraphsOf(intro), { type: 'blockquote', content: contentOf(quote) }];
      const end = editor.state.doc.content.size;
      editor.commands.insertContentAt(end, [...blocks, { type: 'paragraph' }], { updateSelection: false });
    },
    setSignature: (signature) => replaceSignature(editor, signature),
    addFiles: (files) => takeFiles(editor, files, { shelf, onFiles }),
    settled: shelf.settled,
  };
}
