import { describe, expect, it } from 'vitest';
import { sayReason, sayRecipient } from '../../../../../src-renderer/screens/reader/report-words.ts';

const plain = (text: string): string => text.replaceAll(/[\u2068\u2069]/g, '');

describe('a delivery report', () => {
  it('says who did not get it and why', () => {
    expect(plain(sayRecipient({ address: 'jo@x.example', action: 'failed', status: '5.1.1' }))).toBe(
      'The message to jo@x.example did not arrive: the address does not exist.',
    );
    expect(plain(sayRecipient({ address: 'jo@x.example', action: 'delayed', status: '4.4.7' }))).toBe(
      'The message to jo@x.example has not arrived yet: the other server could not be reached in time. The server goes on trying.',
    );
  });

  it.each([
    ['5.1.2', 'the domain of the address cannot be found'],
    ['5.2.2', 'the mailbox is full'],
    ['5.3.4', 'the message is too large for that server'],
    ['5.7.26', 'the other server could not verify that you sent it'],
    ['5.7.1', 'the other server does not take mail from you or of this kind'],
    ['5.1.99', 'the address does not exist'],
  ])('reads %s by its class (RFC 3463)', (status, reason) => {
    expect(sayReason(status)).toBe(reason);
  });

  it.each([undefined, '', '5.0.0', '9.1.1', '5.1', 'User unknown', '5.1.1\r\nX: y'])(
    'says no reason that nobody gave: %s',
    (status) => {
      expect(sayReason(status)).toBeUndefined();
      expect(
        plain(
          sayRecipient({
            address: 'jo@x.example',
            action: 'failed',
            ...(status !== undefined && { status }),
          }),
        ),
      ).toBe('The message to jo@x.example did not arrive.');
    },
  );

  it('tells what became of mail that arrived', () => {
    expect(plain(sayRecipient({ address: 'jo@x.example', action: 'displayed' }))).toBe(
      'The message was shown to jo@x.example.',
    );
  });
});
