import type { Editor } from '@tiptap/core';
import { useEditorState } from '@tiptap/react';
import { type ReactNode, useRef } from 'react';
import { Group, Toolbar } from 'react-aria-components';
import { Icon } from '../components/icon.tsx';
import { IconButton } from '../components/icon-button.tsx';
import { Menu } from '../components/menu.tsx';
import { t } from '../i18n/i18n.ts';
import { EmojiButton } from './emoji-button.tsx';
import { isRightToLeft } from './html-out.ts';
import { PICTURE_TYPES } from './picture-blob.ts';

export type EditorToolsProps = {
  editor: Editor;
  onLink: () => void;
  /** Absent: no pictures in this text. */
  onPicture: ((files: File[]) => void) | undefined;
  /** What else stands in the bar, at its end. */
  children?: ReactNode;
};

const STYLES = ['text', 'title', 'heading', 'small-heading', 'fixed'] as const;
type TextStyle = (typeof STYLES)[number];
const LEVELS = { title: 1, heading: 2, 'small-heading': 3 } as const;

function styleOf(editor: Editor): TextStyle {
  if (editor.isActive('codeBlock')) return 'fixed';
  const level = STYLES.find(
    (style) => isHeading(style) && editor.isActive('heading', { level: LEVELS[style] }),
  );
  return level ?? 'text';
}

function isHeading(style: TextStyle): style is keyof typeof LEVELS {
  return style in LEVELS;
}

function setStyle(editor: Editor, style: TextStyle): void {
  const chain = editor.chain().focus();
  if (isHeading(style)) chain.setHeading({ level: LEVELS[style] }).run();
  else if (style === 'fixed') chain.setCodeBlock().run();
  else chain.setParagraph().run();
}

const SIDES = ['left', 'center', 'right'] as const;

/** What was set, else the side at which the text begins. */
function sideOf(editor: Editor): (typeof SIDES)[number] {
  const set = SIDES.find((side) => editor.isActive({ textAlign: side }));
  return set ?? (runsRightToLeft(editor) ? 'right' : 'left');
}

/** Whether the paragraph of the cursor runs from right to left, by itself or because it was set. */
function runsRightToLeft(editor: Editor): boolean {
  const { parent } = editor.state.selection.$from;
  return parent.attrs.dir === 'rtl' || (parent.attrs.dir !== 'ltr' && isRightToLeft(parent.textContent));
}

/** The tools over the text: one stop for Tab, arrow keys inside. Only what changed is drawn again while one types. */
export function EditorTools({ editor, onLink, onPicture, children }: EditorToolsProps): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const state = useEditorState({
    editor,
    selector: () => ({
      style: styleOf(editor),
      side: sideOf(editor),
      bold: editor.isActive('bold'),
      italic: editor.isActive('italic'),
      underline: editor.isActive('underline'),
      bullets: editor.isActive('bulletList'),
      numbers: editor.isActive('orderedList'),
      quote: editor.isActive('blockquote'),
      link: editor.isActive('link'),
      rtl: runsRightToLeft(editor),
    }),
  });
  const run = (): ReturnType<Editor['chain']> => editor.chain().focus();
  return (
    <Toolbar className="editor-tools" aria-label={t('editor.tools')}>
      <Menu
        label={t('editor.style', { style: t(`editor.style.${state.style}`) })}
        variant="quiet"
        items={[
          ...STYLES.map((style) => ({
            id: style,
            label: t(`editor.style.${style}`),
            choiceOf: t('editor.styles'),
            isChosen: style === state.style,
            onAction: () => setStyle(editor, style),
          })),
          ...SIDES.map((side, index) => ({
            id: side,
            label: t(`editor.align.${side}`),
            choiceOf: t('editor.alignment'),
            isChosen: side === state.side,
            startsGroup: index === 0,
            onAction: () => run().setTextAlign(side).run(),
          })),
          {
            id: 'clear',
            label: t('editor.clear'),
            kbd: 'Mod \\',
            startsGroup: true,
            onAction: () => run().unsetAllMarks().clearNodes().run(),
          },
        ]}
      >
        {t(`editor.style.${state.style}`)}
        <Icon name="chevron-down" />
      </Menu>
      <span className="separator" />
      <Group className="editor-group" aria-label={t('editor.letters')}>
        <IconButton
          label={t('editor.bold')}
          icon="bold"
          kbd="Mod B"
          isPressed={state.bold}
          onPress={() => run().toggleBold().run()}
        />
        <IconButton
          label={t('editor.italic')}
          icon="italic"
          kbd="Mod I"
          isPressed={state.italic}
          onPress={() => run().toggleItalic().run()}
        />
        <IconButton
          label={t('editor.underline')}
          icon="underline"
          kbd="Mod U"
          isPressed={state.underline}
          onPress={() => run().toggleUnderline().run()}
        />
      </Group>
      <span className="separator" />
      <Group className="editor-group" aria-label={t('editor.paragraphs')}>
        <IconButton
          label={t('editor.bullets')}
          icon="list"
          kbd="Mod Shift 8"
          isPressed={state.bullets}
          onPress={() => run().toggleBulletList().run()}
        />
        <IconButton
          label={t('editor.numbers')}
          icon="list-numbers"
          kbd="Mod Shift 7"
          isPressed={state.numbers}
          onPress={() => run().toggleOrderedList().run()}
        />
        <IconButton
          label={t('editor.quote')}
          icon="quote"
          kbd="Mod Shift 9"
          isPressed={state.quote}
          onPress={() => run().toggleBlockquote().run()}
        />
      </Group>
      <span className="separator" />
      <Group className="editor-group" aria-label={t('editor.insert')}>
        <IconButton
          label={t('editor.link')}
          icon="link"
          kbd="Mod K"
          isPressed={state.link}
          onPress={onLink}
        />
        {onPicture && (
          <IconButton label={t('editor.picture')} icon="picture" onPress={() => input.current?.click()} />
        )}
        <EmojiButton
          onPick={(emoji) => {
            editor.view.dispatch(editor.state.tr.insertText(emoji).scrollIntoView());
            editor.view.focus();
          }}
        />
        <IconButton
          label={t('editor.rightToLeft')}
          icon="right-to-left"
          isPressed={state.rtl}
          onPress={() =>
            run()
              .setTextDirection(state.rtl ? 'ltr' : 'rtl')
              .run()
          }
        />
      </Group>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={PICTURE_TYPES}
        onChange={(event) => {
          onPicture?.([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <span className="grow" />
      {children}
    </Toolbar>
  );
}
