/**
 * The part of a long list that the window holds: rows by their place, and what the person just did to them, shown before
 * the engine has said so. Pure; `use-thread-pages.ts` feeds it.
 */
import type { ThreadId } from '../../../src-shared/model/ids.ts';
import type { ThreadPage, ThreadRow } from '../../../src-shared/model/thread.ts';

export const PAGE_SIZE = 100;

/** A change that is shown already. */
export type RowChange = { isHidden?: true; isUnread?: boolean; isStarred?: boolean };

export type ThreadPages = {
  /** Undefined until the first answer. */
  total: number | undefined;
  unread: number;
  rows: ReadonlyMap<number, ThreadRow>;
  changes: ReadonlyMap<ThreadId, RowChange>;
};

export const NO_PAGES: ThreadPages = { total: undefined, unread: 0, rows: new Map(), changes: new Map() };

/** Takes in answers of the engine; with `isFresh` they replace all that was held. */
export function takePages(before: ThreadPages, pages: readonly ThreadPage[], isFresh: boolean): ThreadPages {
  const last = pages.at(-1);
  if (!last) return before;
  const rows = new Map(isFresh ? [] : before.rows);
  for (const page of pages) {
    for (const [index, row] of page.rows.entries()) rows.set(page.start + index, row);
  }
  return { total: last.total, unread: last.unread, rows, changes: before.changes };
}

export function changeRows(
  before: ThreadPages,
  threadIds: Iterable<ThreadId>,
  change: RowChange,
): ThreadPages {
  const changes = new Map(before.changes);
  for (const id of threadIds) changes.set(id, { ...changes.get(id), ...change });
  return { ...before, changes };
}

/** Forgets what was shown in advance: the engine's rows say it now, or it could not be done. */
export function settleRows(before: ThreadPages, threadIds: Iterable<ThreadId>): ThreadPages {
  const changes = new Map(before.changes);
  for (const id of threadIds) changes.delete(id);
  return { ...before, changes };
}

export type ShownRows = {
  count: number;
  unread: number;
  /** The row at a place of the list as it is shown; undefined while it is not loaded. */
  at: (index: number) => ThreadRow | undefined;
  indexOf: (threadId: ThreadId) => number | undefined;
};

/** The list as it is to be shown: hidden rows are closed up, changed ones changed. */
export function showRows(pages: ThreadPages): ShownRows {
  const hidden: number[] = [];
  let unread = pages.unread;
  for (const [index, row] of pages.rows) {
    const change = pages.changes.get(row.threadId);
    if (!change) continue;
    const isUnread = !change.isHidden && (change.isUnread ?? row.isUnread);
    unread += Number(isUnread) - Number(row.isUnread);
    if (change.isHidden) hidden.push(index);
  }
  hidden.sort((one, other) => one - other);

  const at = (index: number): ThreadRow | undefined => {
    let place = index;
    for (const gap of hidden) if (gap <= place) place += 1;
    const row = pages.rows.get(place);
    const change = row && pages.changes.get(row.threadId);
    if (!row || !change) return row;
    return {
      ...row,
      isUnread: change.isUnread ?? row.isUnread,
      isStarred: change.isStarred ?? row.isStarred,
    };
  };
  const indexOf = (threadId: ThreadId): number | undefined => {
    if (pages.changes.get(threadId)?.isHidden) return undefined;
    for (const [index, row] of pages.rows) {
      if (row.threadId === threadId) return index - hidden.filter((gap) => gap < index).length;
    }
    return undefined;
  };
  return { count: Math.max(0, (pages.total ?? 0) - hidden.length), unread: Math.max(0, unread), at, indexOf };
}
