import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useRef,
} from 'react';
import type { AccountId, ThreadId } from '../../../src-shared/model/ids.ts';
import type { Settings } from '../../../src-shared/model/settings.ts';
import { t } from '../../i18n/i18n.ts';
import { type DateGroup, dateGroupOf } from './date-groups.ts';
import { groupTitle } from './group-title.ts';
import type { ShownRows } from './thread-pages.ts';
import { ThreadRowView } from './thread-row.tsx';

export type ThreadListProps = {
  shown: ShownRows;
  label: string;
  density: Settings['density'];
  openId: ThreadId | undefined;
  picked: ReadonlySet<ThreadId>;
  cursor: number;
  /** Counts up when the cursor's row is to take the focus. */
  focusTurn: number;
  ownAddresses: ReadonlySet<string>;
  tagOf: (accountId: AccountId) => string | undefined;
  /** Words to mark in the rows. */
  marked: readonly string[];
  onRange: (first: number, last: number) => void;
  onCursor: (index: number) => void;
  /** The cursor was moved with a key. */
  onMoveTo: (index: number) => void;
  onOpen: (index: number) => void;
  /** Adds to or takes from the selection; with `isRange` everything from the cursor to here. */
  onPick: (index: number, isRange: boolean) => void;
  onHold: (threadId: ThreadId) => void;
};

const ROW = { comfortable: 72, compact: 44 };
const GROUP = { comfortable: 28, compact: 32 };

/** The keys that move in the list, and how far. */
function stepOf(key: string, page: number, count: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  };
  return steps[key];
}

/** On which row; NaN: on none. */
function rowIndexOf({ target }: MouseEvent): number {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return Number(row?.dataset.index ?? Number.NaN);
}

/** Whether a row of the list has the focus, so that the person sees where a key will move from. */
export function isRowFocused(): boolean {
  return document.activeElement?.matches('.threads [role="option"]') ?? false;
}

/** A list of threads of any length: only what is on the screen exists. One row holds the focus and moves with the keys. */
export function ThreadList(props: ThreadListProps): ReactNode {
  const { shown, density, cursor, onRange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const now = Date.now();
  const today = new Date(now).setHours(0, 0, 0, 0);
  const groupAt = (index: number): DateGroup | undefined => {
    const row = shown.at(index);
    return row && dateGroupOf(row.date, now);
  };
  const startsGroup = (index: number): boolean => {
    const group = groupAt(index);
    return group !== undefined && (index === 0 || groupAt(index - 1) !== group);
  };

  const virtual = useVirtualizer({
    count: shown.count,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ROW[density] + (startsGroup(index) ? GROUP[density] : 0),
    overscan: 6,
  });
  // Headings come and go with the rows above them, so heights are worked out again whenever rows did change.
  useEffect(() => {
    if (shown.count >= 0 && density !== undefined) virtual.measure();
  }, [virtual, shown, density]);

  const items = virtual.getVirtualItems();
  const first = items[0]?.index;
  const last = items.at(-1)?.index;
  useEffect(() => {
    if (first !== undefined && last !== undefined) onRange(first, last);
  }, [first, last, onRange]);

  const place = Math.max(0, Math.min(cursor, shown.count - 1));
  // Nothing moves under a pressed button: let go over another row, it would have pressed neither.
  const isPressed = useRef(false);
  useEffect(() => {
    if (place < virtual.options.count && !isPressed.current) virtual.scrollToIndex(place, { align: 'auto' });
  }, [place, virtual]);

  // The row of the cursor may come into being some frames after it was scrolled to, or be replaced when its thread is
  // loaded or leaves: whenever that happens, and the focus is nowhere else, it takes the focus.
  const isThere = items.some((item) => item.index === place);
  const cursorId = shown.at(place)?.threadId ?? place;
  const turn = useRef(props.focusTurn);
  useEffect(() => {
    const holder = document.activeElement;
    const isOurs = holder === document.body || holder === null || scroller.current?.contains(holder) === true;
    const isCalled = turn.current !== props.focusTurn;
    if (!isThere || !(isOurs || isCalled) || cursorId === undefined) return;
    turn.current = props.focusTurn;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${place}"]`)?.focus({ preventScroll: true });
  }, [place, isThere, cursorId, props.focusTurn]);

  const move = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW[density]) - 1);
    const step = stepOf(event.key, page, shown.count);
    if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const next = Math.max(0, Math.min(shown.count - 1, cursor + step));
      if (event.shiftKey) props.onPick(next, true);
      else props.onMoveTo(next);
    } else if (event.key === 'Enter') {
      props.onOpen(cursor);
    } else if (event.key === ' ') {
      props.onPick(cursor, false);
    } else {
      return;
    }
    event.preventDefault();
  };
  const press = (event: MouseEvent): void => {
    const index = rowIndexOf(event);
    if (Number.isNaN(index)) return;
    if (event.shiftKey) props.onPick(index, true);
    else if (event.ctrlKey || event.metaKey) props.onPick(index, false);
    else props.onOpen(index);
    props.onCursor(index);
    virtual.scrollToIndex(index, { align: 'auto' });
  };
  const hold = (event: PointerEvent): void => {
    const held = shown.at(rowIndexOf(event));
    if (held) props.onHold(held.threadId);
    const release = (): void => {
      isPressed.current = false;
      window.removeEventListener('pointerup', release);
      window.removeEventListener('pointercancel', release);
    };
    isPressed.current = true;
    window.addEventListener('pointerup', release);
    window.addEventListener('pointercancel', release);
  };

  const top = virtual.range?.startIndex ?? 0;
  const topGroup = groupAt(top);
  return (
    <div className="thread-pane">
      {topGroup !== undefined && (virtual.scrollOffset ?? 0) > 0 && (
        <div className="thread-group thread-group-sticky" aria-hidden="true">
          {groupTitle(topGroup)}
        </div>
      )}
      <div ref={scroller} className={density === 'compact' ? 'threads threads-compact' : 'threads'}>
        <div
          role="listbox"
          aria-label={props.label}
          aria-multiselectable="true"
          className="threads-inner"
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={move}
          onPointerDown={hold}
          onClick={press}
          tabIndex={-1}
        >
          {items.map(({ index, start }) => {
            const row = shown.at(index);
            const group = startsGroup(index) ? groupAt(index) : undefined;
            return (
              <div
                key={row?.threadId ?? `place-${index}`}
                role="presentation"
                className="thread-place"
                style={{ transform: `translateY(${start}px)` }}
              >
                {group !== undefined && (
                  <div className="thread-group" aria-hidden="true">
                    {groupTitle(group)}
                  </div>
                )}
                {row ? (
                  <ThreadRowView
                    row={row}
                    index={index}
                    count={shown.count}
                    isOpen={row.threadId === props.openId}
                    isPicked={props.picked.has(row.threadId)}
                    isCursor={index === place}
                    isCompact={density === 'compact'}
                    ownAddresses={props.ownAddresses}
                    tag={props.tagOf(row.accountId)}
                    marked={props.marked}
                    today={today}
                    onFocus={props.onCursor}
                  />
                ) : (
                  <div
                    role="option"
                    aria-selected={false}
                    aria-label={t('list.loading')}
                    tabIndex={index === place ? 0 : -1}
                    data-index={index}
                    className="thread thread-blank"
                  >
                    <span />
                    <span className="avatar" />
                    <span className="grow">
                      <span className="skeleton-line" />
                      <span className="skeleton-line" />
                    </span>
                  </div>
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
