import { expect, it } from 'vitest';
import { mailboxPathOf } from '../../../../src-main/transfer/mailbox-path.ts';

it('mail goes where other programs keep what has a use here, and else where its folder says', () => {
  expect(mailboxPathOf(['Sent Items'])).toEqual({ path: 'Sent', specialUse: 'sent' });
  expect(mailboxPathOf(['inbox', 'a/b'])).toEqual({ path: 'INBOX/a_b' });
  expect(mailboxPathOf(['Work', '2026'])).toEqual({ path: 'Work/2026' });
});

it('a folder may be called as what every object has', () => {
  expect(mailboxPathOf(['constructor'])).toEqual({ path: 'constructor' });
  expect(mailboxPathOf(['__proto__', 'a'])).toEqual({ path: '__proto__/a' });
});
