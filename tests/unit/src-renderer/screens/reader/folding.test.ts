import { describe, expect, it } from 'vitest';
import { bundleOlder, openAtFirst } from '../../../../../src-renderer/screens/reader/folding.ts';
import { type MessageSummary, messageSummary, SEEN } from '../../../../../src-shared/model/message.ts';

function message(id: number, isRead = true): MessageSummary {
  return messageSummary.parse({
    messageId: id,
    threadId: 1,
    accountId: 'a',
    mailboxIds: [1],
    from: [],
    to: [],
    cc: [],
    replyTo: [],
    subject: '',
    preview: '',
    date: id,
    internalDate: id,
    size: 1,
    flags: isRead ? [SEEN] : [],
    hasAttachments: false,
    messageIdHeader: `<${id}@x>`,
  });
}

describe('a thread when it is opened', () => {
  it('shows the newest message and all that are unread', () => {
    const messages = [message(1), message(2, false), message(3), message(4)];
    expect([...openAtFirst(messages)]).toEqual([2, 4]);
  });

  it('puts a long run of older messages into one line, the last of them beside it', () => {
    const messages = [1, 2, 3, 4, 5].map((id) => message(id));
    const parts = bundleOlder(messages, openAtFirst(messages));
    expect(
      parts.map((part) => (part.kind === 'older' ? part.messages.length : part.message.messageId)),
    ).toEqual([3, 4, 5]);
  });

  it('leaves a short run as it is', () => {
    const messages = [1, 2, 3, 4].map((id) => message(id));
    expect(bundleOlder(messages, openAtFirst(messages)).every((part) => part.kind === 'message')).toBe(true);
  });
});
