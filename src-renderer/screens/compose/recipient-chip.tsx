import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { Button } from 'react-aria-components';
import type { Address } from '../../../src-shared/model/message.ts';
import { displayNameOf } from '../../../src-shared/text/address.ts';
import { Icon } from '../../components/icon.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { isBadRecipient } from './draft-fields.ts';

export type RecipientChipProps = {
  person: Address;
  /** Somebody known whose address looks like this one, which is another. */
  resembles: Address | undefined;
  onRemove: () => void;
  onEdit: () => void;
  onMenu: (anchor: HTMLElement) => void;
  onDragStart: (transfer: DataTransfer) => void;
  /** The arrow keys, with which one walks from chip to chip and into the field. */
  onWalk: (step: 'back' | 'on') => void;
};

/** One recipient. Enter changes it, Delete takes it away, the menu key moves it to another line. */
export function RecipientChip(props: RecipientChipProps): ReactNode {
  const { person, resembles, onRemove, onEdit, onMenu, onDragStart, onWalk } = props;
  const chip = useRef<HTMLLIElement>(null);
  const isBad = isBadRecipient(person);
  const name = cleanLine(displayNameOf(person));
  const warning = isBad
    ? t('compose.badRecipient', { address: cleanLine(person.address) })
    : resembles && sayLookalike(person, resembles);

  const press = (event: KeyboardEvent<HTMLLIElement>): void => {
    if (event.target !== event.currentTarget) return;
    const isRtl = document.documentElement.dir === 'rtl';
    const acts: Record<string, () => void> = {
      Enter: onEdit,
      F2: onEdit,
      Delete: onRemove,
      Backspace: onRemove,
      ContextMenu: () => onMenu(event.currentTarget),
      ArrowLeft: () => onWalk(isRtl ? 'on' : 'back'),
      ArrowRight: () => onWalk(isRtl ? 'back' : 'on'),
    };
    const act = event.key === 'F10' && event.shiftKey ? acts.ContextMenu : acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  return (
    <li
      ref={chip}
      tabIndex={-1}
      draggable
      className={isBad ? 'chip chip-bad' : resembles ? 'chip chip-doubt' : 'chip'}
      title={warning ?? cleanLine(person.address)}
      onKeyDown={press}
      onDoubleClick={onEdit}
      onDragStart={(event) => onDragStart(event.dataTransfer)}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(event.currentTarget);
      }}
    >
      {(isBad || resembles) && <Icon name="warning" size={12} />}
      <span className="cut" dir="auto">
        {name}
      </span>
      {warning !== undefined && <span className="visually-hidden">{warning}</span>}
      <Button
        className="chip-remove"
        excludeFromTabOrder
        aria-label={t('compose.removeRecipient', { name })}
        onPress={onRemove}
      >
        <Icon name="close" size={12} />
      </Button>
    </li>
  );
}

/** Which known address this one may be taken for. */
export function sayLookalike(person: { address: string }, resembles: Address): string {
  return t('compose.lookalike', {
    address: cleanLine(person.address),
    known: cleanLine(resembles.address),
    name: cleanLine(displayNameOf(resembles)),
  });
}
