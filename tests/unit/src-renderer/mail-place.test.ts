import { expect, it } from 'vitest';
import { FIRST_PLACE, isPlaceGone, withOpen } from '../../../src-renderer/mail-place.ts';
import { mailbox } from '../../../src-shared/model/mailbox.ts';
import { threadRow } from '../../../src-shared/model/thread.ts';

const archive = mailbox.parse({
  mailboxId: 7,
  accountId: 'a',
  path: 'Archive',
  delimiter: '/',
  name: 'Archive',
  selectable: true,
  subscribed: true,
  total: 1,
  unread: 0,
});
const thread = (threadId: number, accountId = 'a') =>
  threadRow.parse({
    threadId,
    accountId,
    messageId: 1,
    participants: [],
    recipients: [],
    subject: '',
    preview: '',
    date: 0,
    count: 1,
    isUnread: false,
    isStarred: false,
    hasAttachments: false,
  });

it('is gone when its mailbox is not there any more', () => {
  const place = { ...FIRST_PLACE, view: { kind: 'mailbox' as const, mailboxId: archive.mailboxId } };
  expect(isPlaceGone(place, [archive])).toBe(false);
  expect(isPlaceGone(place, [])).toBe(true);
});

it('is gone when the account of the open thread is not there any more', () => {
  expect(isPlaceGone(withOpen(FIRST_PLACE, thread(1)), [archive])).toBe(false);
  expect(isPlaceGone(withOpen(FIRST_PLACE, thread(1, 'b')), [archive])).toBe(true);
  expect(isPlaceGone(FIRST_PLACE, [])).toBe(false);
});

it('remembers what was marked read for as long as the thread stays open', () => {
  const place = withOpen(FIRST_PLACE, thread(1));
  expect(withOpen(place, thread(1)).marked).toBe(place.marked);
  expect(withOpen(place, thread(2)).marked).not.toBe(place.marked);
  expect(withOpen(withOpen(place, undefined), thread(1)).marked).not.toBe(place.marked);
  expect(place.marked).not.toBe(FIRST_PLACE.marked);
});
