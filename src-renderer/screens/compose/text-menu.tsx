import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Popover } from 'react-aria-components';
import { type MenuItem, MenuList } from '../../components/menu.tsx';
import type { EditorHandle } from '../../editor/rich-editor.tsx';
import { t } from '../../i18n/i18n.ts';
import type { Speller } from '../../spelling/speller.ts';
import { type MisspelledWord, misspelledAt, replaceWord } from '../../spelling/spelling-plugin.ts';

/** Where it was asked for, in the window; the menu key has no pointer and gives 0, 0. */
export type TextMenuTarget = { x: number; y: number };

const MOST_SUGGESTIONS = 5;

/** What can be done with the word or the words under the pointer. */
export function TextMenu({
  editor,
  speller,
  target,
  onClose,
}: {
  editor: EditorHandle['editor'];
  speller: Speller | undefined;
  target: TextMenuTarget;
  onClose: () => void;
}): ReactNode {
  const { view } = editor;
  const byKey = target.x === 0 && target.y === 0;
  const [at] = useState(() =>
    byKey
      ? view.state.selection.head
      : (view.posAtCoords({ left: target.x, top: target.y })?.pos ?? view.state.selection.head),
  );
  const [wrong] = useState<MisspelledWord | undefined>(() => speller && misspelledAt(view.state, at));
  const [suggestions, setSuggestions] = useState<readonly string[]>();
  const anchor = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let isGone = false;
    if (!wrong || !speller) return;
    void speller.suggest(wrong.word).then((words) => {
      if (!isGone) setSuggestions(words.slice(0, MOST_SUGGESTIONS));
    });
    return () => {
      isGone = true;
    };
  }, [speller, wrong]);

  // The menu takes the focus, and gives it back two frames after it has gone: what was typed meanwhile would be lost.
  useEffect(() => () => queueMicrotask(() => view.focus()), [view]);

  // Suggestions come within a moment; a menu that grows under the pointer would be pressed at the wrong place.
  const isReady = !wrong || suggestions !== undefined;
  const place = byKey ? view.coordsAtPos(at) : { left: target.x, bottom: target.y };
  const copies = (command: 'cut' | 'copy') => (): void => {
    view.focus();
    document.execCommand(command);
  };
  const hasSelection = !view.state.selection.empty;
  const items: MenuItem[] = [
    ...(wrong && suggestions
      ? [
          ...suggestions.map((word) => ({
            id: `word-${word}`,
            label: word,
            onAction: () => replaceWord(view, wrong, word),
          })),
          ...(suggestions.length === 0
            ? [{ id: 'none', label: t('compose.noSuggestion'), isDisabled: true, onAction: () => undefined }]
            : []),
          {
            id: 'learn',
            label: t('compose.learnWord', { word: wrong.word }),
            startsGroup: true,
            onAction: () => void speller?.learn(wrong.word),
          },
        ]
      : []),
    {
      id: 'cut',
      label: t('compose.cut'),
      startsGroup: wrong !== undefined,
      isDisabled: !hasSelection,
      onAction: copies('cut'),
    },
    { id: 'copy', label: t('compose.copy'), isDisabled: !hasSelection, onAction: copies('copy') },
    {
      id: 'all',
      label: t('compose.selectAll'),
      onAction: () => void editor.chain().focus().selectAll().run(),
    },
  ];
  return (
    <>
      <span
        ref={anchor}
        className="text-menu-anchor"
        aria-hidden="true"
        style={{ insetInlineStart: 'auto', left: place.left, top: place.bottom }}
      />
      <Popover
        className="popover"
        aria-label={t('compose.textMenu')}
        isOpen={isReady}
        triggerRef={anchor}
        placement="bottom start"
        offset={2}
        onOpenChange={(isOpen) => {
          if (!isOpen) onClose();
        }}
      >
        <MenuList label={t('compose.textMenu')} items={items} onClose={onClose} />
      </Popover>
    </>
  );
}
