import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Mailbox } from '../../../src-shared/model/mailbox.ts';
import { countOf, depthOf, iconOf, isSameView, type MailView, mailboxName } from './mail-view.ts';
import { NavItem } from './nav-item.tsx';

export type MailboxItemsProps = {
  /** In their order. */
  mailboxes: readonly Mailbox[];
  view: MailView;
  onView: (view: MailView) => void;
};

/** More than these exist only where they can be seen. */
const MOST_WHOLE = 150;
/** Their height in pixels, as `--h-nav` says. */
const ITEM_HEIGHT = 28;

/** The mailboxes of one account, however many. */
export function MailboxItems(props: MailboxItemsProps): ReactNode {
  const { mailboxes } = props;
  const paths = useMemo(() => new Set(mailboxes.map((one) => one.path)), [mailboxes]);
  if (mailboxes.length > MOST_WHOLE) return <ManyItems {...props} paths={paths} />;
  return mailboxes.map((mailbox) => (
    <MailboxItem key={mailbox.mailboxId} {...props} mailbox={mailbox} paths={paths} />
  ));
}

function MailboxItem({
  mailbox,
  paths,
  view,
  onView,
}: MailboxItemsProps & { mailbox: Mailbox; paths: ReadonlySet<string> }): ReactNode {
  const target: MailView = { kind: 'mailbox', mailboxId: mailbox.mailboxId };
  return (
    <NavItem
      icon={iconOf(mailbox)}
      name={mailboxName(mailbox)}
      count={countOf(mailbox)}
      isStrong={mailbox.unread > 0 && (mailbox.specialUse === 'inbox' || mailbox.specialUse === undefined)}
      isCurrent={isSameView(view, target)}
      depth={depthOf(mailbox, paths)}
      mailboxId={mailbox.mailboxId}
      onPress={() => onView(target)}
    />
  );
}

function ManyItems(props: MailboxItemsProps & { paths: ReadonlySet<string> }): ReactNode {
  const { mailboxes } = props;
  const place = useRef<HTMLDivElement>(null);
  const [above, setAbove] = useState(0);
  const scroller = (): Element | null => place.current?.closest('.nav') ?? null;

  // What stands above it in the same scroller may grow and shrink with any change.
  useLayoutEffect(() => {
    const holder = scroller();
    if (!holder || !place.current) return;
    const { top } = place.current.getBoundingClientRect();
    setAbove(Math.round(top - holder.getBoundingClientRect().top + holder.scrollTop));
  });
  const virtual = useVirtualizer({
    count: mailboxes.length,
    getScrollElement: scroller,
    estimateSize: () => ITEM_HEIGHT,
    scrollMargin: above,
    overscan: 10,
    // The item with the focus stays, or the keyboard would lose its place when one scrolls.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const holder = document.activeElement?.closest<HTMLElement>('.nav-place');
      const focused = place.current?.contains(holder ?? null) ? Number(holder?.dataset.index) : Number.NaN;
      if (!(focused < range.count) || shown.includes(focused)) return shown;
      return [...shown, focused].sort((one, other) => one - other);
    },
  });
  return (
    <div ref={place} className="nav-many" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, start }) => {
        const mailbox = mailboxes[index];
        return (
          mailbox && (
            <div
              key={mailbox.mailboxId}
              data-index={index}
              className="nav-place"
              style={{ transform: `translateY(${start - above}px)` }}
            >
              <MailboxItem {...props} mailbox={mailbox} />
            </div>
          )
        );
      })}
    </div>
  );
}
