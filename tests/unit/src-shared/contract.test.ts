import { expect, it } from 'vitest';
import { contract } from '../../../src-shared/ipc/contract.ts';

const accepts = (name: keyof typeof contract, input: unknown) =>
  contract[name].input.safeParse(input).success;

it('no page marks mail as deleted past Trash: of the system flags only those of a person are its to change', () => {
  const setting = (flag: string) => ({ messageIds: [1], add: [flag], remove: [] });
  for (const flag of ['\\Seen', '\\flagged', '\\Answered', '\\Draft', '$Junk', 'work'])
    expect(accepts('messages.setFlags', setting(flag)), flag).toBe(true);
  for (const flag of ['\\Deleted', '\\DELETED', '\\Recent', '\\*', '\\Seen x', 'a\r\nb', '\\'])
    expect(accepts('messages.setFlags', setting(flag)), flag).toBe(false);
  expect(accepts('messages.setFlags', { messageIds: [1], add: [], remove: ['\\Deleted'] })).toBe(false);
});

it('a time to send at is one that a mail can have', () => {
  const at = (sendAt: unknown) => accepts('outbox.send', { draftId: 'd', sendAt });
  expect(at(1_800_000_000_000)).toBe(true);
  for (const wrong of [-1, 0.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 253_402_300_800_000, '1'])
    expect(at(wrong)).toBe(false);
});
