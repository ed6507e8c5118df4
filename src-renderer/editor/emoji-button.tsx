import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Dialog, DialogTrigger, Group, Popover } from 'react-aria-components';
import { IconButton } from '../components/icon-button.tsx';
import { t } from '../i18n/i18n.ts';
import { drawable, type Emoji, findEmoji, loadEmoji } from './emoji.ts';

const IN_A_ROW = 9;
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;

/** A button that offers emoji to put into the text. */
export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }): ReactNode {
  return (
    <DialogTrigger>
      <IconButton label={t('editor.emoji')} icon="emoji" />
      <Popover className="popover emoji-popover" placement="bottom end" offset={4}>
        <Dialog className="emoji-dialog" aria-label={t('editor.emoji')}>
          {({ close }) => (
            <EmojiPicker
              onPick={(emoji) => {
                close();
                // The focus has gone back to the button by then.
                requestAnimationFrame(() => onPick(emoji));
              }}
            />
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** A field to search in and a grid below it. The focus stays in the field; the arrow keys walk in the grid. */
function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }): ReactNode {
  const [all, setAll] = useState<readonly Emoji[]>();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    void loadEmoji().then((emoji) => setAll(drawable(emoji)));
  }, []);
  const found = useMemo(() => findEmoji(all ?? [], typed), [all, typed]);
  const at = Math.min(active, found.length - 1);
  useEffect(() => {
    list.current?.querySelector(`[data-index="${at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = {
      ArrowDown: IN_A_ROW,
      ArrowUp: -IN_A_ROW,
      ...(typed === '' && { ArrowRight: 1, ArrowLeft: -1 }),
    };
    const step = steps[event.key];
    const picked = found[at];
    if (event.key === 'Enter' && picked) onPick(picked.unicode);
    else if (step === undefined || found.length === 0) return;
    else setActive(Math.max(0, Math.min(found.length - 1, at + step)));
    event.preventDefault();
  };
  const optionOf = (emoji: Emoji, index: number): ReactNode => (
    <div
      key={emoji.unicode}
      id={`${id}-${index}`}
      data-index={index}
      role="option"
      tabIndex={-1}
      aria-selected={index === at}
      aria-label={emoji.label}
      title={emoji.label}
      className="emoji-option"
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onPick(emoji.unicode)}
      onKeyDown={press}
    >
      {emoji.unicode}
    </div>
  );
  return (
    <>
      <div className="field-box emoji-search">
        <input
          type="text"
          role="combobox"
          aria-label={t('editor.emojiSearch')}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          {...(found.length > 0 && { 'aria-activedescendant': `${id}-${at}` })}
          ref={field}
          autoComplete="off"
          spellCheck={false}
          placeholder={t('editor.emojiSearch')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setActive(0);
          }}
          onKeyDown={press}
        />
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={t('editor.emoji')} className="emoji-list">
        {typed.trim() === '' ? (
          GROUPS.map((group) => (
            <EmojiGroup key={group} group={group}>
              {found.flatMap((emoji, index) => (emoji.group === group ? [optionOf(emoji, index)] : []))}
            </EmojiGroup>
          ))
        ) : (
          <div className="emoji-grid" role="presentation">
            {found.map(optionOf)}
          </div>
        )}
      </div>
      {all && found.length === 0 && <p className="emoji-none c2">{t('editor.emojiNone')}</p>}
    </>
  );
}

function EmojiGroup({ group, children }: { group: (typeof GROUPS)[number]; children: ReactNode }): ReactNode {
  const name = t(`editor.emoji.${group}`);
  return (
    <Group aria-label={name}>
      <div className="emoji-heading" aria-hidden="true">
        {name}
      </div>
      <div className="emoji-grid" role="presentation">
        {children}
      </div>
    </Group>
  );
}
