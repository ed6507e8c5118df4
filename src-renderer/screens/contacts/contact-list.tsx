import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import type { Contact } from '../../../src-shared/model/contact.ts';
import type { ContactId } from '../../../src-shared/model/ids.ts';
import { Avatar } from '../../components/avatar.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { contactName, contactWords } from './contact-words.ts';
import type { People } from './use-people.ts';

const ROW = 52;

export type ContactListProps = {
  people: People;
  openId: ContactId | undefined;
  cursor: number;
  /** Counts up when the cursor's row is to take the focus. */
  focusTurn: number;
  onCursor: (index: number) => void;
  onOpen: (contact: Contact) => void;
  onDelete: (contact: Contact) => void;
};

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 8,
  PageUp: -8,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Everybody, in a list of any length: only what is on the screen exists. One row can be tabbed to and moves with the keys. */
export function ContactList(props: ContactListProps): ReactNode {
  const { people, openId, cursor, onCursor, onOpen, onDelete } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(false);
  const virtual = useVirtualizer({
    count: people.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index, items.at(-1)?.index];
  const { want } = people;
  useEffect(() => {
    if (first !== undefined && last !== undefined) want(first, last);
  });

  const place = Math.max(0, Math.min(cursor, people.total - 1));
  const isThere = items.some((item) => item.index === place);
  useEffect(() => {
    if (!follows.current || !isThere) return;
    follows.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${place}"]`)?.focus({ preventScroll: true });
  }, [place, isThere]);

  const turn = useRef(props.focusTurn);
  useEffect(() => {
    if (turn.current === props.focusTurn) return;
    turn.current = props.focusTurn;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${place}"]`)?.focus();
  }, [place, props.focusTurn]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const contact = people.at(place);
    const step = STEPS[event.key];
    if (step !== undefined) {
      const next = Math.max(0, Math.min(place + step, people.total - 1));
      follows.current = true;
      virtual.scrollToIndex(next);
      onCursor(next);
    } else if ((event.key === 'Enter' || event.key === ' ') && contact) onOpen(contact);
    else if (event.key === 'Delete' && contact) onDelete(contact);
    else return;
    event.preventDefault();
  };

  return (
    <div className="contact-list" ref={scroller}>
      <div
        role="listbox"
        aria-label={t('contacts.people')}
        className="contact-rows"
        style={{ height: virtual.getTotalSize() }}
        tabIndex={-1}
      >
        {items.map(({ index, start }) => {
          const contact = people.at(index);
          return (
            <div
              key={contact?.contactId ?? index}
              role="option"
              data-index={index}
              aria-selected={contact !== undefined && contact.contactId === openId}
              aria-setsize={people.total}
              aria-posinset={index + 1}
              tabIndex={index === place ? 0 : -1}
              className="contact-row"
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => {
                onCursor(index);
                if (contact) onOpen(contact);
              }}
              onFocus={() => onCursor(index)}
              onKeyDown={onKeyDown}
            >
              {contact && <Row contact={contact} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ contact }: { contact: Contact }): ReactNode {
  const name = contactName(contact);
  const words = contactWords(contact);
  return (
    <>
      <Avatar name={name} />
      <span className="grow">
        <span className="cut med" dir="auto">
          {cleanLine(name)}
        </span>
        {words !== '' && (
          <span className="cut t12 c2" dir="auto">
            {cleanLine(words)}
          </span>
        )}
      </span>
      {contact.isCollected && <span className="t12 c2">{t('contacts.collected')}</span>}
    </>
  );
}
