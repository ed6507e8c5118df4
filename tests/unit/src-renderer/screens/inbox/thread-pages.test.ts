import { describe, expect, it } from 'vitest';
import {
  changeRows,
  NO_PAGES,
  settleRows,
  showRows,
  takePages,
} from '../../../../../src-renderer/screens/inbox/thread-pages.ts';
import { accountId, messageId, type ThreadId, threadId } from '../../../../../src-shared/model/ids.ts';
import type { ThreadPage, ThreadRow } from '../../../../../src-shared/model/thread.ts';

const id = (value: number): ThreadId => threadId.parse(value);

function row(value: number, isUnread = false): ThreadRow {
  return {
    threadId: id(value),
    accountId: accountId.parse('a'),
    messageId: messageId.parse(value),
    participants: [],
    recipients: [],
    subject: `subject ${value}`,
    preview: '',
    date: 0,
    count: 1,
    isUnread,
    isStarred: false,
    hasAttachments: false,
  };
}

const page = (start: number, rows: ThreadRow[], total = 1000, unread = 2): ThreadPage => ({
  total,
  unread,
  start,
  rows,
});
const loaded = takePages(NO_PAGES, [page(0, [row(1, true), row(2), row(3, true), row(4)])], true);

describe('the part of a list that the window holds', () => {
  it('knows rows by their place and leaves holes where nothing is loaded', () => {
    const both = takePages(loaded, [page(500, [row(501)])], false);
    const shown = showRows(both);
    expect(shown.count).toBe(1000);
    expect(shown.at(1)?.threadId).toBe(id(2));
    expect(shown.at(500)?.threadId).toBe(id(501));
    expect(shown.at(400)).toBeUndefined();
  });

  it('is replaced by fresh answers', () => {
    const shown = showRows(takePages(loaded, [page(0, [row(9)], 1)], true));
    expect(shown.count).toBe(1);
    expect(shown.at(0)?.threadId).toBe(id(9));
    expect(shown.at(1)).toBeUndefined();
  });

  it('closes up over a thread that was moved away', () => {
    const shown = showRows(changeRows(loaded, [id(1), id(3)], { isHidden: true }));
    expect(shown.count).toBe(998);
    expect([shown.at(0)?.threadId, shown.at(1)?.threadId]).toEqual([id(2), id(4)]);
    expect(shown.indexOf(id(4))).toBe(1);
    expect(shown.indexOf(id(1))).toBeUndefined();
    expect(shown.unread).toBe(0);
  });

  it('shows a change at once and counts it', () => {
    const shown = showRows(changeRows(loaded, [id(2)], { isUnread: true, isStarred: true }));
    expect(shown.at(1)).toMatchObject({ isUnread: true, isStarred: true });
    expect(shown.unread).toBe(3);
  });

  it('goes back to what the engine says once that is known', () => {
    const changed = changeRows(loaded, [id(1)], { isHidden: true });
    expect(showRows(settleRows(changed, [id(1)])).at(0)?.threadId).toBe(id(1));
  });
});
