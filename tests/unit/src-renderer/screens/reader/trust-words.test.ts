import { describe, expect, it } from 'vitest';
import {
  elsewhereOf,
  sayBulk,
  sayDoubts,
  sayVerdict,
} from '../../../../../src-renderer/screens/reader/trust-words.ts';
import type { MessageTrust, SenderDoubt } from '../../../../../src-shared/model/message-trust.ts';

const plain = (text: string): string => text.replaceAll(/[\u2068\u2069]/g, '');

function trust(part: Partial<MessageTrust>): MessageTrust {
  return {
    messageId: 1 as MessageTrust['messageId'],
    verdict: 'unknown',
    canCheck: false,
    isFirst: false,
    doubts: [],
    asksReceipt: false,
    loadsPictures: false,
    ...part,
  };
}

const address = 'alert@norrbank-help.example';
const known = { name: 'Inês', address: 'ines@tipografiasul.example' };
const doubts: SenderDoubt[] = [
  { kind: 'name-is-address', claimed: 'security@norrbank.example' },
  { kind: 'name-of-contact', contact: known },
  { kind: 'lookalike', resembles: known },
  { kind: 'mixed-scripts', ascii: 'xn--pypal-4ve.example' },
  { kind: 'invisible-signs' },
  { kind: 'malformed-from', raw: 'a@x.example <b@y.example>' },
  { kind: 'several-authors', addresses: ['a@x.example', 'b@y.example'] },
  { kind: 'reply-to-elsewhere', address: 'desk@collect.example' },
  { kind: 'new-in-thread' },
];

describe('who a message is from, in words', () => {
  it('is said to be verified only with the domain that answers for it', () => {
    expect(plain(sayVerdict(trust({ verdict: 'verified', domain: 'x.example' })).text)).toBe(
      'Verified: sent by x.example',
    );
    expect(sayVerdict(trust({ verdict: 'verified' })).text).toBe('Not verified');
  });

  it('is said to be false where it is', () => {
    expect(plain(sayVerdict(trust({ verdict: 'failed', domain: 'x.example' })).text)).toBe(
      'This says it is from x.example, and is not.',
    );
  });

  it('has a sentence and an advice for every doubt there is', () => {
    const said = sayDoubts(trust({ doubts }), address);
    expect(said.map((one) => one.kind)).toEqual(doubts.map((one) => one.kind));
    for (const { text, advice } of said) {
      expect(text.length).toBeGreaterThan(20);
      expect(advice).toMatch(/\.$/);
    }
    expect(plain(said[0]?.text ?? '')).toBe(
      `The name reads security@norrbank.example, but the message is from ${address}.`,
    );
  });

  it('writes out what cannot be seen, so that it cannot turn a sentence of ours round', () => {
    const [said] = sayDoubts(
      trust({ doubts: [{ kind: 'malformed-from', raw: 'moc.knab@ceo\u202e\u0000' }] }),
      address,
    );
    expect(said?.text).toContain('[U+202E][U+0000]');
    expect(said?.text).not.toContain('\u202e');
  });

  it('names a list, mail to many and mail of programs, and nothing else', () => {
    expect(plain(sayBulk(trust({ bulk: 'list', listName: 'imap-ext' })) ?? '')).toBe('Mailing list imap-ext');
    expect(sayBulk(trust({ bulk: 'list', listName: ' ' }))).toBe('Mailing list');
    expect(sayBulk(trust({ bulk: 'automatic' }))).toBe('Sent by a program');
    expect(sayBulk(trust({}))).toBeUndefined();
  });

  it('knows where an answer would go that the person may not expect', () => {
    expect(elsewhereOf(trust({ doubts }))).toBe('desk@collect.example');
    expect(elsewhereOf(trust({}))).toBeUndefined();
    expect(elsewhereOf(undefined)).toBeUndefined();
  });
});
