import { describe, expect, it } from 'vitest';
import { mailboxName } from '../../../../src-main/store/mailbox-name.ts';

describe('the name of a mailbox', () => {
  it.each(['Bills', 'Müller & Söhne', '請求書', 'a.b', '🎻', '~x'])('may be %s', (name) => {
    expect(mailboxName(name, '/')).toBe(name);
  });

  it('is composed, so that one name is one name', () => {
    expect(mailboxName('Mu\u0308ller', '/')).toBe('M\u00fcller');
  });

  it.each([
    '',
    ' a',
    'a ',
    'a/b',
    'a\u0000b',
    'a\r\nb',
    'a\u007fb',
    'a\u2028b',
    'a\u202eb',
    '\ud800',
    'a*',
    '50%',
    '#news',
    'x'.repeat(256),
    'ü'.repeat(100),
  ])('is refused as %j', (name) => {
    expect(() => mailboxName(name, '/')).toThrow('mailbox-name-refused');
  });

  it('is measured as it travels: 93 letters beyond ASCII are 250 bytes', () => {
    expect(mailboxName('ü'.repeat(93), '/')).toHaveLength(93);
    expect(mailboxName('x'.repeat(255), '')).toHaveLength(255);
    expect(() => mailboxName(`${'x'.repeat(254)}&`, '/')).toThrow('mailbox-name-refused');
  });
});
