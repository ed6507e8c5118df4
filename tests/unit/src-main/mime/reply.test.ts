import { describe, expect, it } from 'vitest';
import german from '../../../../app/locales/de-engine.json';
import english from '../../../../app/locales/en-engine.json';
import { createEngineTexts } from '../../../../src-main/accounts/engine-texts.ts';
import { type AnswerKind, answerDraft, pickIdentity } from '../../../../src-main/mime/reply.ts';
import { accountId, messageId, threadId } from '../../../../src-shared/model/ids.ts';
import type { MessageSummary } from '../../../../src-shared/model/message.ts';

const texts = createEngineTexts({ en: english, de: german }, () => 'en');
const person = (name: string, address = `${name.toLowerCase()}@lab.test`) => ({ name, address });
const MAYA = person('Maya');
const message: MessageSummary = {
  messageId: messageId.parse(7),
  threadId: threadId.parse(1),
  accountId: accountId.parse('a'),
  mailboxIds: [],
  from: [person('Bob')],
  to: [MAYA, person('Ann')],
  cc: [person('Cem'), person('Bob', 'BOB@lab.test')],
  replyTo: [],
  subject: 'AW: Re: Plan',
  preview: '',
  date: Date.UTC(2026, 10, 22, 14, 3),
  internalDate: 0,
  size: 1,
  flags: [],
  hasAttachments: true,
  messageIdHeader: '<1@lab.test>',
};
const attachments = [{ part: 2, filename: 'a.pdf', contentType: 'application/pdf', size: 3 }];
const answer = (
  as: AnswerKind,
  change: Partial<MessageSummary> = {},
  text: string | undefined = 'Line one\r\n> older\r\n\r\nLine two\n-- \nBob',
) =>
  answerDraft(
    { message: { ...message, ...change }, text, attachments },
    as,
    { accountId: accountId.parse('a'), ownAddresses: ['maya@lab.test'] },
    { texts, timeZone: 'UTC' },
  );
const addresses = (list: { address: string }[]) => list.map(({ address }) => address);

describe('answerDraft', () => {
  it('answers the author, with one Re: and the text quoted without its signature', () => {
    const { content, attachmentParts } = answer('reply');
    expect(addresses(content.to)).toEqual(['bob@lab.test']);
    expect(content).toMatchObject({ cc: [], bcc: [], subject: 'Re: Plan', inReplyTo: 7 });
    expect(content.text).toBe(
      '\n\nOn 22 November 2026 at 14:03, Bob wrote:\n> Line one\n>> older\n>\n> Line two\n',
    );
    expect(attachmentParts).toEqual([]);
  });

  it('answers where the author wants answers to go', () => {
    expect(addresses(answer('reply', { replyTo: [person('List')] }).content.to)).toEqual(['list@lab.test']);
  });

  it('answers all but oneself, each once', () => {
    const { to, cc } = answer('reply-all').content;
    expect(addresses(to)).toEqual(['bob@lab.test', 'ann@lab.test']);
    expect(addresses(cc)).toEqual(['cem@lab.test']);
  });

  it('continues one’s own mail to those it went to', () => {
    const mine = { from: [MAYA], to: [person('Ann')], cc: [person('Cem')] };
    expect(addresses(answer('reply', mine).content.to)).toEqual(['ann@lab.test']);
    expect(addresses(answer('reply-all', mine).content.cc)).toEqual(['cem@lab.test']);
  });

  it('writes to oneself when nobody else is there', () => {
    const note = { from: [MAYA], to: [MAYA], cc: [] };
    expect(addresses(answer('reply', note).content.to)).toEqual(['maya@lab.test']);
    expect(addresses(answer('reply-all', note).content.to)).toEqual(['maya@lab.test']);
  });

  it('forwards with head, whole text and attachments, to nobody yet', () => {
    const { content, attachmentParts } = answer('forward', { from: [person('Bob\nBcc: x')] });
    expect(content).toMatchObject({ to: [], cc: [], subject: 'Fwd: Plan' });
    expect(content).not.toHaveProperty('inReplyTo');
    expect(content.text).toContain('From: Bob Bcc: x <bob');
    expect(content.text).toContain(
      'Date: 22 November 2026 at 14:03\nSubject: AW: Re: Plan\nTo: Maya <maya@lab.test>, Ann <ann@lab.test>\nCc: ',
    );
    expect(content.text.endsWith('Line two\n-- \nBob\n')).toBe(true);
    expect(attachmentParts).toEqual([2]);
  });

  it('can answer what has no text', () => {
    expect(answer('reply', {}, '').content.text).toContain('wrote:\n>\n');
  });
});

describe('pickIdentity', () => {
  const identities = ['maya@lab.test', 'shop@lab.test', 'list@lab.test'].map((address) => ({ address }));
  const picked = (change: Partial<Pick<MessageSummary, 'from' | 'to' | 'cc'>>) =>
    pickIdentity({ from: [person('Bob')], to: [], cc: [], ...change }, identities)?.address;

  it('is the one that the message went to, by To before Cc', () => {
    expect(picked({ to: [person('Ann'), person('', 'SHOP@lab.test')] })).toBe('shop@lab.test');
    expect(picked({ to: [person('Shop')], cc: [MAYA] })).toBe('shop@lab.test');
    expect(picked({ to: [person('Ann')], cc: [person('List')] })).toBe('list@lab.test');
  });

  it("is the one that wrote one's own mail", () => {
    expect(picked({ from: [person('Shop')], to: [MAYA] })).toBe('shop@lab.test');
  });

  it('is none of them for what went to others', () => {
    expect(picked({ to: [person('Ann')] })).toBeUndefined();
  });
});
