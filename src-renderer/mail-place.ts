/** Where the person is in the mail. It outlives the mail page, so that the way back from another page leads there again. */
import { type Dispatch, type RefObject, type SetStateAction, useRef, useState } from 'react';
import type { MessageId, ThreadId } from '../src-shared/model/ids.ts';
import type { Mailbox } from '../src-shared/model/mailbox.ts';
import type { ThreadRow } from '../src-shared/model/thread.ts';
import { type MailView, withoutSearch } from './screens/inbox/mail-view.ts';

export type MailPlace = {
  view: MailView;
  open: ThreadRow | undefined;
  /** Messages that were marked read since the thread was opened. The reader adds to it. */
  marked: Set<MessageId>;
  cursor: number;
};

/** The thread that the cursor was last seen on: rows above it come and go, also while the mail is not shown. */
export type CursorThread = { view: MailView; cursor: number; threadId: ThreadId | undefined };

export type MailPlaceState = {
  place: MailPlace;
  setPlace: Dispatch<SetStateAction<MailPlace>>;
  cursorThread: RefObject<CursorThread | undefined>;
};

export const FIRST_PLACE: MailPlace = {
  view: { kind: 'inboxes' },
  open: undefined,
  marked: new Set(),
  cursor: 0,
};

export function useMailPlace(): MailPlaceState {
  const [place, setPlace] = useState(FIRST_PLACE);
  const cursorThread = useRef<CursorThread>(undefined);
  return { place, setPlace, cursorThread };
}

/** The same place with another thread open, or none. What was marked read is kept while the thread stays open. */
export function withOpen(place: MailPlace, open: ThreadRow | undefined): MailPlace {
  const isSame = open?.threadId === place.open?.threadId;
  return { ...place, open, marked: isSame ? place.marked : new Set() };
}

/** Whether the mailbox that is shown, or the account of the open thread, is not on this computer any more. */
export function isPlaceGone({ view, open }: MailPlace, mailboxes: readonly Mailbox[]): boolean {
  const plain = withoutSearch(view);
  const isViewGone = plain.kind === 'mailbox' && !mailboxes.some((one) => one.mailboxId === plain.mailboxId);
  return isViewGone || (open !== undefined && !mailboxes.some((one) => one.accountId === open.accountId));
}
