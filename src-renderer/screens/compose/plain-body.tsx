import { type ClipboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react';
import { Toolbar } from 'react-aria-components';
import { EmojiButton } from '../../editor/emoji-button.tsx';
import { t } from '../../i18n/i18n.ts';
import type { BodyHandle } from './body-handle.ts';
import { quoteLines, swapSignature, withoutSignature } from './plain-signature.ts';
import '../../editor/editor.css';

export type PlainBodyProps = {
  /** What stands in it at the beginning. */
  text: string;
  takesFocus: boolean;
  onReady: (handle: BodyHandle) => void;
  onChange: () => void;
  onFiles: (files: File[]) => void;
  toolsEnd: ReactNode;
  children: ReactNode;
};

/** Plain text. The field knows what is in it; React is not asked at every key. */
export function PlainBody(props: PlainBodyProps): ReactNode {
  const { toolsEnd, children } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const first = useRef(props);
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    first.current.onReady(handleOf(area, () => first.current.onChange()));
    if (!first.current.takesFocus) return;
    area.setSelectionRange(0, 0);
    area.focus();
  }, []);
  first.current = props;

  const paste = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    const { files } = event.clipboardData;
    if (files.length === 0 || event.clipboardData.getData('text/plain') !== '') return;
    event.preventDefault();
    props.onFiles([...files]);
  };
  return (
    <div className="editor">
      <Toolbar className="editor-tools" aria-label={t('editor.tools')}>
        <EmojiButton onPick={(emoji) => field.current && insert(field.current, emoji)} />
        <span className="grow" />
        {toolsEnd}
      </Toolbar>
      <div className="editor-scroll">
        <textarea
          ref={field}
          className="compose-body"
          aria-label={t('compose.body')}
          dir="auto"
          spellCheck={false}
          defaultValue={first.current.text}
          onChange={props.onChange}
          onPaste={paste}
        />
        {children}
      </div>
    </div>
  );
}

/** As if it had been typed, so that Ctrl+Z takes it back. */
function insert(area: HTMLTextAreaElement, text: string): void {
  area.focus();
  document.execCommand('insertText', false, text);
}

function handleOf(area: HTMLTextAreaElement, onChange: () => void): BodyHandle {
  const set = (text: string): void => {
    const { selectionStart, selectionEnd } = area;
    area.value = text;
    area.setSelectionRange(selectionStart, selectionEnd);
    onChange();
  };
  return {
    read: () => ({ text: area.value }),
    isBlank: () => withoutSignature(area.value).trim() === '',
    isFormatted: () => false,
    focus: () => area.focus(),
    insertText: (text) => insert(area, text),
    insertBlocks: ({ text }) => insert(area, text),
    appendQuote: (intro, { text }) => set(`${area.value.trimEnd()}\n\n${intro}\n${quoteLines(text)}\n`),
    setSignature: (next, before) => set(swapSignature(area.value, next, before)),
    settled: () => Promise.resolve(),
  };
}
