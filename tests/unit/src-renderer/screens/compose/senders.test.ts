import { describe, expect, it } from 'vitest';
import { type DraftFields, fieldsOf } from '../../../../../src-renderer/screens/compose/draft-fields.ts';
import {
  senderLabel,
  senderOf,
  sendersOf,
  withSender,
} from '../../../../../src-renderer/screens/compose/senders.ts';
import { accountView } from '../../../../../src-shared/model/account.ts';
import { draft } from '../../../../../src-shared/model/draft.ts';
import { identity } from '../../../../../src-shared/model/identity.ts';

const server = { host: 'mail.lab.test', port: 465, security: 'tls' };
const every = {
  displayName: '',
  providerId: 'lab',
  providerName: 'Lab',
  bodyMonths: 12,
  addedAt: 0,
  progress: { phase: 'idle' },
};
const accounts = [
  { ...every, accountId: 'maya', address: 'maya@lab.test', auth: 'password', userName: 'maya' },
  { ...every, accountId: 'work', address: 'maya@work.test', auth: 'password', userName: 'maya' },
  { ...every, accountId: 'old', address: '', displayName: 'Old mail', auth: 'none' },
].map((one) =>
  accountView.parse({ ...one, imap: server, smtp: server, sendSavesCopy: false, state: 'online' }),
);
const identities = [
  { identityId: 'maya', accountId: 'maya', address: 'maya@lab.test', displayName: 'Maya' },
  {
    identityId: 'i1',
    accountId: 'maya',
    address: 'shop@lab.test',
    displayName: 'The Shop',
    submission: { smtp: server, userName: 'key-1' },
  },
  { identityId: 'work', accountId: 'work', address: 'maya@work.test', displayName: '' },
].map((one) => identity.parse(one));

function fields(change: { accountId: string; identityId?: string }): DraftFields {
  const people = { to: [], cc: [], bcc: [], subject: '', text: '', attachments: [], savedAt: 0 };
  return fieldsOf(draft.parse({ draftId: 'd', ...people, ...change }));
}

describe('who a message can be from', () => {
  const written = fields({ accountId: 'maya' });
  const all = sendersOf(accounts, identities, written);

  it('is every identity of every account that can send', () => {
    expect(all.map((one) => senderLabel(one))).toEqual([
      'Maya <maya@lab.test>',
      'The Shop <shop@lab.test>',
      'maya@work.test',
    ]);
    expect(all.map((one) => one.hasOwnServer)).toEqual([false, true, false]);
  });

  it('tells two that look the same apart by their provider', () => {
    const [one] = all;
    if (!one) throw new Error('no sender');
    const twin = { ...one, value: 'twin', accountName: 'Elsewhere' };
    expect([one, twin].map((each) => senderLabel(each, [one, twin]))).toEqual([
      'Maya <maya@lab.test> (Lab)',
      'Maya <maya@lab.test> (Elsewhere)',
    ]);
  });

  it('is an account without a server only while the draft stands on it', () => {
    const old = fields({ accountId: 'old' });
    const senders = sendersOf(accounts, identities, old);
    expect(senders.map((one) => senderLabel(one))).toContain('Old mail');
    expect(senderOf(senders, old)?.name).toBe('Old mail');
  });

  it("is what the draft names, and the account's own when that has gone", () => {
    expect(senderOf(all, written)?.address).toBe('maya@lab.test');
    expect(senderOf(all, fields({ accountId: 'maya', identityId: 'i1' }))?.address).toBe('shop@lab.test');
    expect(senderOf(all, fields({ accountId: 'maya', identityId: 'gone' }))?.address).toBe('maya@lab.test');
    expect(senderOf(all, fields({ accountId: 'work', identityId: 'i1' }))?.address).toBe('maya@work.test');
    expect(senderOf([], written)).toBeUndefined();
  });

  it('is written into the draft, and taken out again', () => {
    const [own, shop, work] = all;
    if (!own || !shop || !work) throw new Error('too few');
    const picked = withSender(written, shop);
    expect([picked.accountId, picked.identityId]).toEqual(['maya', 'i1']);
    expect(withSender(picked, work)).toEqual({ ...written, accountId: 'work' });
    expect('identityId' in withSender(picked, own)).toBe(false);
  });
});
