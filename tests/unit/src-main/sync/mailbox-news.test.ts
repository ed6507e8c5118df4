import { expect, it } from 'vitest';
import type { Clock } from '../../../../src-main/base/clock.ts';
import { createMailboxNews } from '../../../../src-main/sync/mailbox-news.ts';
import { ACCOUNT, addMailboxes, openTestStore } from '../store/test-store.ts';

function start() {
  const { store } = openTestStore();
  const boxes = addMailboxes(store);
  const timers: { at: number; callback(): void }[] = [];
  let time = 1_000_000;
  const clock: Clock = {
    now: () => time,
    after(ms, callback) {
      timers.push({ at: time + ms, callback });
      return () => undefined;
    },
  };
  let lists = 0;
  const told: unknown[] = [];
  const mailboxes = {
    ...store.mailboxes,
    list: (accountId: typeof ACCOUNT) => {
      lists += 1;
      return store.mailboxes.list(accountId);
    },
  };
  const controller = new AbortController();
  const news = createMailboxNews({
    accountId: ACCOUNT,
    store: { mailboxes, messages: store.messages },
    clock,
    signal: controller.signal,
    onInbox: () => void told.push('inbox'),
    onNews: (mailboxId) => void told.push(mailboxId),
  });
  const pass = (ms: number) => {
    time += ms;
    for (const due of timers.filter(({ at }) => at <= time)) {
      timers.splice(timers.indexOf(due), 1);
      due.callback();
    }
  };
  return { ...boxes, news, pass, told, lists: () => lists, stop: () => controller.abort() };
}

it('a hundred thousand answers are read once, whichever mailboxes they name', () => {
  const { news, pass, told, lists, archive } = start();
  for (let count = 0; count < 100_000; count++) {
    const path = ['INBOX', 'Archive', `unknown ${count}`][count % 3] ?? '';
    news.hear({ kind: 'status', path, status: { uidNext: count } });
  }
  expect(lists()).toBe(0);
  pass(400);
  pass(0);
  expect(lists()).toBe(1);
  expect(told.sort()).toEqual([archive, 'inbox', undefined]);
});

it('mailboxes that nobody knows make for one look around in ten seconds, and the last one is not lost', () => {
  const { news, pass, told } = start();
  for (let count = 0; count < 100; count++) {
    news.hear({ kind: 'status', path: `unknown ${count}`, status: {} });
    news.hear({ kind: 'overflow' });
    pass(400);
  }
  expect(told.length).toBeLessThanOrEqual(6);
  const before = told.length;
  pass(10_000);
  expect(told.length).toBe(before + 1);
});

it('reads nothing of a store that may be closed by now', () => {
  const { news, pass, told, lists, stop } = start();
  news.hear({ kind: 'status', path: 'Archive', status: { uidNext: 9 } });
  stop();
  pass(400);
  expect(lists()).toBe(0);
  expect(told).toEqual([]);
});
