import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '../../components/icon.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { t } from '../../i18n/i18n.ts';

/** Looks for words in the open messages: how many places there are, the next and the one before, Escape closes. */
export function FindBar(props: {
  query: string;
  /** Which place is looked at, from 0. */
  at: number;
  count: number;
  /** Changes when the keys ask for it again. */
  turn: number;
  onQuery: (query: string) => void;
  onStep: (by: number) => void;
  onClose: () => void;
}): ReactNode {
  const { query, at, count, turn, onQuery, onStep, onClose } = props;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (turn < 1) return;
    input.current?.focus();
    input.current?.select();
  }, [turn]);
  const hasWords = query.trim() !== '';
  return (
    <search className="find-bar" aria-label={t('find.name')}>
      <label className="field-box grow">
        <Icon name="search" />
        <span className="visually-hidden">{t('find.name')}</span>
        <input
          ref={input}
          type="text"
          value={query}
          spellCheck={false}
          autoComplete="off"
          dir="auto"
          placeholder={t('find.name')}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape') onClose();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
      </label>
      <span className="t12 c2 num find-count" role="status">
        {hasWords && (count === 0 ? t('find.nothing') : t('find.position', { at: at + 1, count }))}
      </span>
      <IconButton
        label={t('find.previous')}
        icon="chevron-up"
        isDisabled={count === 0}
        onPress={() => onStep(-1)}
      />
      <IconButton
        label={t('find.next')}
        icon="chevron-down"
        isDisabled={count === 0}
        onPress={() => onStep(1)}
      />
      <IconButton label={t('find.close')} icon="close" onPress={onClose} />
    </search>
  );
}
