import PostalMime from 'postal-mime';
import { expect, it } from 'vitest';
import { composeDraft } from '../../../../src-main/mime/draft-message.ts';
import { accountId, draftId } from '../../../../src-shared/model/ids.ts';

const draft = {
  draftId: draftId.parse('d'),
  accountId: accountId.parse('a'),
  to: [{ name: '', address: 'bob@lab.test' }],
  cc: [],
  subject: 'Re: Plan',
  text: 'Yes',
  attachments: [{ part: 3, filename: 'a.txt', contentType: 'text/plain', size: 2 }],
  savedAt: 0,
};

it('names each message of the thread once, and carries the attachments', async () => {
  const { source, messageIdHeader } = await composeDraft(draft, {
    from: { name: 'Maya', address: 'maya@bücher.test' },
    date: 0,
    answered: { messageIdHeader: '<b@lab>', references: ['<a@lab>', '<b@lab>'] },
    attachmentContent: (part) => Buffer.from(`#${part}`),
  });
  const email = await PostalMime.parse(source);
  expect([email.inReplyTo, email.references]).toEqual(['<b@lab>', '<a@lab> <b@lab>']);
  expect(email.messageId).toBe(messageIdHeader);
  expect(messageIdHeader).toMatch(/^<[0-9a-f-]{36}@xn--bcher-kva\.test>$/);
  expect(Buffer.from(email.attachments[0]?.content as ArrayBuffer).toString()).toBe('#3');
});
