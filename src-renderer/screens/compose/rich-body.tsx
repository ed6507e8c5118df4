/** The editor in a compose window, with the spelling. Loaded when somebody writes: it is large. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useBackend } from '../../backend/backend-context.tsx';
import type { PictureSource } from '../../editor/picture-shelf.ts';
import { type EditorHandle, RichEditor } from '../../editor/rich-editor.tsx';
import { t } from '../../i18n/i18n.ts';
import { type NamesAreRight, namesAreRight } from '../../spelling/names-are-right.ts';
import { createSpeller, type Speller } from '../../spelling/speller.ts';
import { spellingPlugin } from '../../spelling/spelling-plugin.ts';
import type { BodyHandle } from './body-handle.ts';
import { TextMenu, type TextMenuTarget } from './text-menu.tsx';

export type RichBodyProps = {
  html: string;
  text: string;
  takesFocus: boolean;
  checksSpelling: boolean;
  /** Of the people who are written to; they are not misspelled. */
  names: readonly string[];
  pictures: PictureSource;
  onReady: (handle: BodyHandle) => void;
  onChange: () => void;
  onFiles: (files: File[]) => void;
  toolsEnd: ReactNode;
  children: ReactNode;
};

export function RichBody(props: RichBodyProps): ReactNode {
  const { names } = props;
  const backend = useBackend();
  const speller = useRef<Speller>(undefined);
  const judge = useRef<NamesAreRight>(undefined);
  const [editor, setEditor] = useState<EditorHandle['editor']>();
  const [menu, setMenu] = useState<TextMenuTarget>();
  useEffect(() => () => speller.current?.close(), []);
  const makePlugins = (): ReturnType<typeof spellingPlugin>[] => {
    if (!props.checksSpelling) return [];
    speller.current = createSpeller(backend);
    judge.current = namesAreRight(speller.current);
    judge.current.setNames(names);
    return [spellingPlugin({ speller: judge.current })];
  };
  useEffect(() => judge.current?.setNames(names), [names]);
  return (
    <>
      <RichEditor
        label={t('compose.body')}
        html={props.html}
        text={props.text}
        pictures={props.pictures}
        takesFocus={props.takesFocus}
        makePlugins={makePlugins}
        onReady={(handle) => {
          setEditor(handle.editor);
          props.onReady(handle);
        }}
        onChange={props.onChange}
        onFiles={props.onFiles}
        onMenu={(event) => {
          event.preventDefault();
          setMenu({ x: event.clientX, y: event.clientY });
        }}
        toolsEnd={props.toolsEnd}
      >
        {props.children}
      </RichEditor>
      {editor && menu && (
        <TextMenu
          editor={editor}
          speller={speller.current}
          target={menu}
          onClose={() => setMenu(undefined)}
        />
      )}
    </>
  );
}
