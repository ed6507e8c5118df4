import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from 'react-aria-components';
import type { Address } from '../../../src-shared/model/message.ts';
import { displayNameOf } from '../../../src-shared/text/address.ts';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/i18n.ts';
import { isBadRecipient, splitRecipients } from './draft-fields.ts';

export type RecipientsRowProps = {
  label: string;
  people: readonly Address[];
  typing: string;
  onType: (text: string) => void;
  /** Makes chips of what is typed. */
  onCommit: () => void;
  onAdd: (people: readonly Address[]) => void;
  onRemove: (index: number) => void;
  autoFocus?: boolean;
  error?: string | undefined;
  children?: ReactNode;
};

/** One line of recipients: chips, and a field in which the next is typed. Comma, semicolon and Enter end an address. */
export function RecipientsRow(props: RecipientsRowProps): ReactNode {
  const {
    label,
    people,
    typing,
    onType,
    onCommit,
    onAdd,
    onRemove,
    autoFocus = false,
    error,
    children,
  } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  const remove = (index: number): void => {
    onRemove(index);
    input.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const isChord = event.ctrlKey || event.metaKey || event.nativeEvent.isComposing;
    if (isChord) return;
    if (event.key === ',' || event.key === ';' || event.key === 'Enter') {
      // A comma inside an open quotation belongs to the name.
      if (event.key !== 'Enter' && (typing.match(/"/g)?.length ?? 0) % 2 === 1) return;
      event.preventDefault();
      onCommit();
    } else if (event.key === 'Backspace' && typing === '' && people.length > 0) {
      event.preventDefault();
      onRemove(people.length - 1);
    }
  };
  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = splitRecipients(event.clipboardData.getData('text/plain'));
    if (typing !== '' || pasted.length < 2) return;
    event.preventDefault();
    onAdd(pasted);
  };

  return (
    <div className="compose-row">
      <label htmlFor={id}>{label}</label>
      <div className="compose-people">
        <ul className="compose-chips" aria-label={t('compose.recipientsOf', { field: label })}>
          {people.map((person, index) => (
            <li
              key={person.address}
              className={isBadRecipient(person) ? 'chip chip-bad' : 'chip'}
              title={person.address}
            >
              <span className="cut" dir="auto">
                {displayNameOf(person)}
              </span>
              {isBadRecipient(person) && (
                <span className="visually-hidden">
                  {t('compose.badRecipient', { address: person.address })}
                </span>
              )}
              <Button
                className="chip-remove"
                aria-label={t('compose.removeRecipient', { name: displayNameOf(person) })}
                onPress={() => remove(index)}
              >
                <Icon name="close" size={12} />
              </Button>
            </li>
          ))}
        </ul>
        <input
          id={id}
          ref={input}
          className="compose-input"
          type="text"
          inputMode="email"
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          value={typing}
          aria-invalid={error !== undefined}
          {...(error === undefined ? {} : { 'aria-describedby': `${id}-error` })}
          onChange={(event) => onType(event.target.value)}
          onKeyDown={press}
          onPaste={paste}
          onBlur={onCommit}
        />
        {error !== undefined && (
          <p id={`${id}-error`} className="field-error" role="alert">
            {error}
          </p>
        )}
      </div>
      {children}
    </div>
  );
}
