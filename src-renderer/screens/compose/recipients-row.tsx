import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { Completion, Lookalike } from '../../../src-shared/model/contact.ts';
import type { Address } from '../../../src-shared/model/message.ts';
import { isAddress } from '../../../src-shared/text/address.ts';
import { ContextMenu, type ContextMenuTarget } from '../../components/context-menu.tsx';
import { t } from '../../i18n/i18n.ts';
import { CompletionList } from './completion-list.tsx';
import { RECIPIENT_FIELDS, type RecipientField, splitRecipients, writeRecipient } from './draft-fields.ts';
import { RecipientChip, sayLookalike } from './recipient-chip.tsx';
import { useCompletion } from './use-completion.ts';

export type RecipientsRowProps = {
  field: RecipientField;
  label: string;
  people: readonly Address[];
  typing: string;
  lookalikes: readonly Lookalike[];
  onType: (text: string) => void;
  /** Makes chips of what is typed. */
  onCommit: () => void;
  /** Adds people; what is typed is done with. */
  onAdd: (people: readonly Address[]) => void;
  onRemove: (address: string) => void;
  /** Moves somebody to another line. */
  onMove: (address: string, from: RecipientField, to: RecipientField) => void;
  autoFocus?: boolean;
  error?: string | undefined;
  children?: ReactNode;
};

const DRAGGED = 'application/x-latchkey-recipient';

/** One line of recipients: chips, and a field in which the next is typed. Comma, semicolon, Enter and Tab end an address. */
export function RecipientsRow(props: RecipientsRowProps): ReactNode {
  const { field, label, people, typing, lookalikes, onType, onCommit, onAdd, onRemove, onMove, error } =
    props;
  const { autoFocus = false, children } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const chips = useRef<HTMLUListElement>(null);
  const [isFocused, setIsFocused] = useState(false);
  const [closedFor, setClosedFor] = useState<string>();
  const [active, setActive] = useState(0);
  const [hasMoved, setHasMoved] = useState(false);
  const [menu, setMenu] = useState<ContextMenuTarget>();
  const answered = useCompletion(typing, isFocused);
  const found = closedFor === typing ? [] : answered;
  const at = Math.min(active, found.length - 1);
  // Who typed a whole address means that one, until another is chosen with the arrow keys.
  const fits = (one: Completion): boolean =>
    hasMoved || !isAddress(typing.trim()) || (one.kind === 'person' && one.person.address === typing.trim());
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  const remove = (address: string): void => {
    onRemove(address);
    input.current?.focus();
  };
  const edit = (person: Address): void => {
    onCommit();
    onRemove(person.address);
    onType(writeRecipient(person));
    input.current?.focus();
    requestAnimationFrame(() => input.current?.select());
  };
  const pick = (picked: Completion): void => {
    onAdd(picked.kind === 'group' ? picked.members : [picked.person]);
    setActive(0);
    input.current?.focus();
  };
  const walk = (index: number): void => {
    const next = chips.current?.children[index];
    if (next instanceof HTMLElement) next.focus();
    else input.current?.focus();
  };

  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    const picked = found[at];
    const isEnd = event.key === ',' || event.key === ';' || event.key === 'Enter';
    if (picked && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const step = event.key === 'ArrowDown' ? 1 : found.length - 1;
      setActive((at + step) % found.length);
      setHasMoved(true);
    } else if (
      picked &&
      fits(picked) &&
      (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey))
    ) {
      pick(picked);
    } else if (picked && event.key === 'Escape') {
      // Only the list goes, not the window around it.
      event.stopPropagation();
      setClosedFor(typing);
    } else if (isEnd) {
      // A comma inside an open quotation belongs to the name.
      if (event.key !== 'Enter' && (typing.match(/"/g)?.length ?? 0) % 2 === 1) return;
      onCommit();
    } else if (event.key === 'Backspace' && typing === '' && people.length > 0) {
      onRemove(people.at(-1)?.address ?? '');
    } else if (isBackwards(event.key) && input.current?.selectionEnd === 0 && people.length > 0) {
      walk(people.length - 1);
    } else return;
    event.preventDefault();
  };
  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = splitRecipients(event.clipboardData.getData('text/plain'));
    if (typing !== '' || pasted.length < 2) return;
    event.preventDefault();
    onAdd(pasted);
  };
  const openMenu = (person: Address, anchor: HTMLElement): void => {
    const others = RECIPIENT_FIELDS.filter((other) => other !== field);
    setMenu({
      anchor,
      label: t('compose.recipientMenu'),
      items: [
        { id: 'edit', label: t('compose.editRecipient'), onAction: () => edit(person) },
        ...others.map((other) => ({
          id: other,
          label: t('compose.moveRecipient', { field: t(`compose.${other}`) }),
          onAction: () => onMove(person.address, field, other),
        })),
        {
          id: 'remove',
          label: t('compose.removeThis'),
          startsGroup: true,
          isDanger: true,
          onAction: () => remove(person.address),
        },
      ],
    });
  };
  const drop = useDrop(field, onMove);
  const doubtful = people.flatMap((person) => {
    const resembles = lookalikes.find((one) => one.address === person.address)?.resembles;
    return resembles ? [{ person, resembles }] : [];
  });

  return (
    <div className="compose-row" ref={drop}>
      <label htmlFor={id}>{label}</label>
      <div className="compose-people">
        <ul ref={chips} className="compose-chips" aria-label={t('compose.recipientsOf', { field: label })}>
          {people.map((person, index) => (
            <RecipientChip
              key={person.address}
              person={person}
              resembles={lookalikes.find((one) => one.address === person.address)?.resembles}
              onRemove={() => remove(person.address)}
              onEdit={() => edit(person)}
              onMenu={(anchor) => openMenu(person, anchor)}
              onDragStart={(transfer) => transfer.setData(DRAGGED, `${field}\n${person.address}`)}
              onWalk={(step) => walk(step === 'back' ? Math.max(0, index - 1) : index + 1)}
            />
          ))}
        </ul>
        <input
          id={id}
          ref={input}
          className="compose-input"
          type="text"
          inputMode="email"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={found.length > 0}
          {...(found.length > 0 && {
            'aria-controls': `${id}-list`,
            'aria-activedescendant': `${id}-list-${at}`,
          })}
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          value={typing}
          aria-invalid={error !== undefined}
          {...(error === undefined ? {} : { 'aria-describedby': `${id}-error` })}
          onChange={(event) => {
            setActive(0);
            setHasMoved(false);
            setClosedFor(undefined);
            onType(event.target.value);
          }}
          onKeyDown={press}
          onPaste={paste}
          onFocus={() => setIsFocused(true)}
          onBlur={() => {
            setIsFocused(false);
            onCommit();
          }}
        />
        {doubtful.map(({ person, resembles }) => (
          <p key={person.address} className="compose-doubt" role="status">
            {sayLookalike(person, resembles)}
          </p>
        ))}
        {error !== undefined && (
          <p id={`${id}-error`} className="field-error" role="alert">
            {error}
          </p>
        )}
      </div>
      {children}
      <CompletionList
        id={`${id}-list`}
        found={isFocused ? found : []}
        active={at}
        field={input}
        onActive={setActive}
        onPick={pick}
        onClose={() => setClosedFor(typing)}
      />
      <ContextMenu target={menu} onClose={() => setMenu(undefined)} />
    </div>
  );
}

/** Takes in whoever is dragged here from another line. */
function useDrop(
  field: RecipientField,
  onMove: RecipientsRowProps['onMove'],
): (row: HTMLElement | null) => void {
  const newest = useRef(onMove);
  useEffect(() => {
    newest.current = onMove;
  });
  return useCallback(
    (row: HTMLElement | null) => {
      const over = (event: DragEvent): void => {
        if (event.dataTransfer?.types.includes(DRAGGED)) event.preventDefault();
      };
      const drop = (event: DragEvent): void => {
        const [from = '', address = ''] = (event.dataTransfer?.getData(DRAGGED) ?? '').split('\n');
        const known = RECIPIENT_FIELDS.find((each) => each === from);
        if (known === undefined) return;
        event.preventDefault();
        if (known !== field) newest.current(address, known, field);
      };
      row?.addEventListener('dragover', over);
      row?.addEventListener('drop', drop);
      return () => {
        row?.removeEventListener('dragover', over);
        row?.removeEventListener('drop', drop);
      };
    },
    [field],
  );
}

function isBackwards(key: string): boolean {
  return key === (document.documentElement.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft');
}
