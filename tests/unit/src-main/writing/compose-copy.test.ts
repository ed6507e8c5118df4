import { expect, it } from 'vitest';
import { composeCopy } from '../../../../src-main/writing/compose-copy.ts';
import { readUnfinished } from '../../../../src-main/writing/unfinished.ts';
import { ACCOUNT, addAccount, openTestStore, START } from '../store/test-store.ts';

const people = (...addresses: string[]) => addresses.map((address) => ({ name: 'Zoë\r\nX: y', address }));

async function copyOf(change: object) {
  const { store } = openTestStore();
  addAccount(store);
  const nobody = { to: [], cc: [], bcc: [] };
  const draft = store.drafts.create({
    accountId: ACCOUNT,
    ...nobody,
    subject: 'Plan',
    text: 'Hi',
    ...change,
  });
  const { source } = await composeCopy(store, draft, START);
  return { source, text: Buffer.from(source).toString() };
}

it('recipients that are typed by half come back from the message, and stand in no field that names people', async () => {
  const many = Array.from({ length: 200 }, (_, n) => `half ${n}`);
  const unfinished = { to: people(...many), cc: people('a@'), bcc: people('secret') };
  const { source, text } = await copyOf({
    ...unfinished,
    to: [...unfinished.to, ...people('bob@example.org')],
    asksDeliveryNotice: true,
  });
  expect(readUnfinished(source)).toEqual({ ...unfinished, asksDeliveryNotice: true });
  expect(text).not.toContain('secret');
  expect(text).not.toMatch(/^X:/m);
  for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
});

it('a finished draft has no field of ours, and a forged one is nothing', async () => {
  const { source, text } = await copyOf({ to: people('bob@example.org') });
  expect(text).not.toContain('Latchkey');
  expect(readUnfinished(source)).toEqual({});
  for (const value of ['', '%%%', Buffer.from('{"to":"all"}').toString('base64'), 'bnVsbA=='])
    expect(readUnfinished(Buffer.from(`X-Latchkey-Unfinished: ${value}\r\n\r\nx`))).toEqual({});
});
