import { describe, expect, it } from 'vitest';
import {
  countOf,
  depthOf,
  mailboxIdsOf,
  sortMailboxes,
} from '../../../../../src-renderer/screens/inbox/mail-view.ts';
import { type Mailbox, mailbox } from '../../../../../src-shared/model/mailbox.ts';

let next = 1;
function box(path: string, more: Partial<Mailbox> = {}): Mailbox {
  next += 1;
  const name = path.split('/').at(-1) ?? path;
  return mailbox.parse({
    mailboxId: next,
    accountId: 'a',
    path,
    delimiter: '/',
    name,
    selectable: true,
    subscribed: true,
    total: 10,
    unread: 4,
    ...more,
  });
}

describe('mailboxes in the sidebar', () => {
  it('stand by their use first, then by path with numbers in order', () => {
    const sorted = sortMailboxes([
      box('Work 10'),
      box('Bin', { specialUse: 'trash' }),
      box('Work 9'),
      box('INBOX', { specialUse: 'inbox' }),
      box('[Gmail]', { selectable: false }),
    ]);
    expect(sorted.map((one) => one.path)).toEqual(['INBOX', 'Bin', 'Work 9', 'Work 10']);
  });

  it('are indented by the parents that are shown', () => {
    const shown = new Set(['Clients', 'Clients/A']);
    expect(depthOf(box('Clients/A/B'), shown)).toBe(2);
    expect(depthOf(box('[Gmail]/Sent', { specialUse: 'sent' }), shown)).toBe(0);
    expect(depthOf(box('[Gmail]/Other'), shown)).toBe(0);
  });

  it('count drafts whole, other mail when it is unread, and never trash', () => {
    expect(countOf(box('D', { specialUse: 'drafts' }))).toBe(10);
    expect(countOf(box('I', { specialUse: 'inbox' }))).toBe(4);
    expect(countOf(box('T', { specialUse: 'trash' }))).toBe(0);
  });

  it('make up all inboxes by their use', () => {
    const inbox = box('INBOX', { specialUse: 'inbox' });
    expect([...mailboxIdsOf({ kind: 'inboxes' }, [inbox, box('Other')])]).toEqual([inbox.mailboxId]);
  });
});
