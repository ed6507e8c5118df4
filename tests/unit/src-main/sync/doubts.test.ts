import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createDoubts } from '../../../../src-main/sync/doubts.ts';
import { mailboxId } from '../../../../src-shared/model/ids.ts';

const mailbox = mailboxId.parse(1);
const garbled = async () => {
  throw new MailError('protocol-error', { retry: 'later' });
};

describe('messages that cannot be understood', () => {
  it('are found by halves, and then left out', async () => {
    const doubts = createDoubts();
    let uids = Array.from({ length: 1_000 }, (_, n) => n + 1);
    let tries = 0;
    while (!doubts.isUnreadable(mailbox, 700)) {
      tries += 1;
      const batch = uids.slice(-doubts.size(mailbox, 1_000));
      const isBad = batch.includes(700);
      await doubts.watch(mailbox, batch, isBad ? garbled : async () => {}).catch(() => {});
      expect(doubts.tookBlame(mailbox)).toBe(isBad);
      if (!isBad) uids = uids.slice(0, -batch.length);
    }
    expect(tries).toBeLessThan(60);
    expect(doubts.tookBlame(mailbox)).toBe(false);
  });

  it('are not to blame for other failures', async () => {
    const doubts = createDoubts();
    const lost = async () => {
      throw new MailError('connection-lost', { retry: 'later' });
    };
    await expect(doubts.watch(mailbox, [5], lost)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(doubts.tookBlame(mailbox)).toBe(false);
    expect(doubts.isUnreadable(mailbox, 5)).toBe(false);
    expect(doubts.has(mailbox)).toBe(false);
  });
});
