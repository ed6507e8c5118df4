import { describe, expect, it } from 'vitest';
import german from '../../../../app/locales/de-engine.json';
import english from '../../../../app/locales/en-engine.json';
import { createEngineTexts } from '../../../../src-main/accounts/engine-texts.ts';
import { type AnswerHead, readAnswerHead } from '../../../../src-main/mime/answer-head.ts';
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
const answer = (
  as: AnswerKind,
  change: Partial<MessageSummary> = {},
  text: string | undefined = 'Line one\r\n> older\r\n\r\nLine two\n-- \nBob',
  head: Partial<AnswerHead> = {},
) =>
  answerDraft(
    {
      message: { ...message, ...change },
      text,
      head: { mailFollowupTo: [], deliveredTo: [], ...head },
    },
    as,
    { accountId: accountId.parse('a'), ownAddresses: ['maya@lab.test'] },
    { texts, timeZone: 'UTC' },
  );
const addresses = (list: { address: string }[]) => list.map(({ address }) => address);

describe('answerDraft', () => {
  it('answers the author, with one Re:, and the text without its signature apart', () => {
    const content = answer('reply');
    expect(addresses(content.to)).toEqual(['bob@lab.test']);
    expect(content).toMatchObject({ cc: [], bcc: [], subject: 'Re: Plan', inReplyTo: 7, text: '' });
    expect(content.quote).toEqual({
      messageId: 7,
      kind: 'reply',
      intro: 'On 22 November 2026 at 14:03, Bob wrote:',
      text: 'Line one\n> older\n\nLine two',
    });
  });

  it('answers where the author wants answers to go', () => {
    expect(addresses(answer('reply', { replyTo: [person('List')] }).to)).toEqual(['list@lab.test']);
  });

  it('answers all but oneself, each once', () => {
    const { to, cc } = answer('reply-all', { cc: [...message.cc, person('', 'maya+shop@lab.test')] });
    expect(addresses(to)).toEqual(['bob@lab.test', 'ann@lab.test']);
    expect(addresses(cc)).toEqual(['cem@lab.test']);
  });

  it('answers a list where it is written to, and nobody else', () => {
    const { to, cc } = answer('reply-list', {}, '', { listPost: person('List') });
    expect([addresses(to), cc]).toEqual([['list@lab.test'], []]);
    expect(addresses(answer('reply-list').to)).toEqual(['bob@lab.test', 'ann@lab.test']);
  });

  it('answers all where the author wants answers for all to go', () => {
    const head = { mailFollowupTo: [person('List'), MAYA] };
    const { to, cc } = answer('reply-all', {}, '', head);
    expect([addresses(to), cc]).toEqual([['list@lab.test'], []]);
    expect(addresses(answer('reply', {}, '', head).to)).toEqual(['bob@lab.test']);
  });

  it('continues one’s own mail to those it went to', () => {
    const mine = { from: [MAYA], to: [person('Ann')], cc: [person('Cem')] };
    expect(addresses(answer('reply', mine).to)).toEqual(['ann@lab.test']);
    expect(addresses(answer('reply-all', mine).cc)).toEqual(['cem@lab.test']);
  });

  it('writes to oneself when nobody else is there', () => {
    const note = { from: [MAYA], to: [MAYA], cc: [] };
    expect(addresses(answer('reply', note).to)).toEqual(['maya@lab.test']);
    expect(addresses(answer('reply-all', note).to)).toEqual(['maya@lab.test']);
  });

  it('forwards with head and whole text, to nobody yet', () => {
    const content = answer('forward', { from: [person('Bob\nBcc: x')] });
    expect(content).toMatchObject({ to: [], cc: [], subject: 'Fwd: Plan', text: '' });
    expect(content).not.toHaveProperty('inReplyTo');
    expect(content.quote?.kind).toBe('forward');
    expect(content.quote?.intro).toContain('From: Bob Bcc: x <bob');
    expect(content.quote?.intro).toContain(
      'Date: 22 November 2026 at 14:03\nSubject: AW: Re: Plan\nTo: Maya <maya@lab.test>, Ann <ann@lab.test>\nCc: ',
    );
    expect(content.quote?.text.endsWith('Line two\n-- \nBob')).toBe(true);
  });

  it('can answer what has no text', () => {
    expect(answer('reply', {}, '').quote?.text).toBe('');
  });
});

describe('readAnswerHead', () => {
  it('finds where a list is written to, where answers for all go, and to whom it was delivered', async () => {
    const source = [
      'Delivered-To: maya+lists@lab.test',
      'X-Original-To: <all@lab.test>',
      'List-Post: (moderated) <https://lab.test/post>, <mailto:list@lab.test?subject=x>',
      'Mail-Followup-To: "L, ist" <list@lab.test>, Ann <ann@lab.test>',
      'Subject: x',
      '',
      'List-Post: <mailto:eve@evil.test>',
    ].join('\r\n');
    expect(readAnswerHead(Buffer.from(source))).toEqual({
      listPost: { name: '', address: 'list@lab.test' },
      mailFollowupTo: [
        { name: '', address: 'list@lab.test' },
        { name: '', address: 'ann@lab.test' },
      ],
      deliveredTo: ['maya+lists@lab.test', 'all@lab.test'],
    });
  });

  it('finds nothing where nobody may write to the list, and in no head at all', async () => {
    const nothing = { mailFollowupTo: [], deliveredTo: [] };
    expect(readAnswerHead(Buffer.from('List-Post: NO\r\n\r\n'))).toEqual(nothing);
    expect(readAnswerHead(undefined)).toEqual(nothing);
    expect(readAnswerHead(Buffer.alloc(300_000, 'List-Post: <'))).toEqual(nothing);
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

  it('is the one to whose address with a tag it went, and the one to which a server delivered it', () => {
    expect(picked({ to: [person('Shop', 'shop+2026@lab.test')], cc: [MAYA] })).toBe('maya@lab.test');
    expect(picked({ to: [person('Shop', 'Shop+2026@lab.test')] })).toBe('shop@lab.test');
    const to = { from: [person('Bob')], to: [person('Ann')], cc: [] };
    expect(pickIdentity(to, identities, ['list@lab.test'])?.address).toBe('list@lab.test');
    expect(pickIdentity(to, identities, ['list+a@lab.test'])?.address).toBe('list@lab.test');
  });

  it('is none of them for what went to others', () => {
    expect(picked({ to: [person('Ann')] })).toBeUndefined();
  });
});
