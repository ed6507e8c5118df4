import { describe, expect, it } from 'vitest';
import {
  adminMessage,
  missingScopes,
  pageFor,
  sayReason,
  sayScope,
} from '../../../../../src-renderer/screens/accounts/failure-words.ts';
import type { ErrorCode } from '../../../../../src-shared/ipc/error-codes.ts';
import type { Fail } from '../../../../../src-shared/ipc/result.ts';
import { refusalReason } from '../../../../../src-shared/model/refusal.ts';

function fail(code: ErrorCode, detail: Record<string, string | number> = {}): Fail {
  return { ok: false, code, detail, retry: 'never' };
}

const PAGES = {
  appPasswordUrl: 'https://provider.example/app-passwords',
  mailProgramsUrl: 'https://provider.example/imap',
};

describe('a known reason', () => {
  it.each(refusalReason.options)('is said in words: %s', (reason) => {
    const words = sayReason(fail('imap-not-allowed', { reason }), 'Google');
    expect(words).toMatch(/^\p{Lu}.+[.]$/u);
    expect(words).not.toMatch(/[{}]/);
  });

  it('is not made up where none is known', () => {
    expect(sayReason(fail('imap-not-allowed'), 'Google')).toBeUndefined();
    expect(sayReason(fail('imap-not-allowed', { reason: 'title' }), 'Google')).toBeUndefined();
  });

  it('does without the name of the provider', () => {
    expect(sayReason(fail('password-refused', { reason: 'app-password' }), undefined)).toMatch(
      /^The provider/,
    );
  });
});

describe('the page that helps', () => {
  it('is the one for app passwords after a password was refused', () => {
    expect(pageFor(fail('password-refused'), PAGES)).toEqual({
      url: PAGES.appPasswordUrl,
      isForAppPassword: true,
    });
  });

  it('is the one where mail programs are let in when they are not', () => {
    expect(pageFor(fail('imap-not-allowed', { reason: 'imap-off' }), PAGES)).toEqual({
      url: PAGES.mailProgramsUrl,
      isForAppPassword: false,
    });
    expect(pageFor(fail('smtp-not-allowed'), PAGES)?.isForAppPassword).toBe(false);
  });

  it('is none for a fault of the connection, or of a provider without pages', () => {
    expect(pageFor(fail('connection-timed-out'), PAGES)).toBeUndefined();
    expect(pageFor(fail('imap-not-allowed'), {})).toBeUndefined();
    expect(pageFor(fail('password-refused'), undefined)).toBeUndefined();
  });
});

describe('a box that was not ticked', () => {
  it('is named, by the permission that is missing', () => {
    const failure = fail('scope-missing', { missing: 'https://mail.google.com/ offline_access' });
    expect(missingScopes(failure)).toEqual(['https://mail.google.com/', 'offline_access']);
    expect(missingScopes(fail('offline', { missing: 'imap' }))).toEqual([]);
  });

  it.each([
    ['https://mail.google.com/', 'Fetching and sending your mail'],
    ['urn:ietf:params:oauth:scope:mail', 'Fetching and sending your mail'],
    ['https://outlook.office.com/IMAP.AccessAsUser.All', 'Fetching your mail'],
    ['https://outlook.office.com/SMTP.Send', 'Sending mail in your name'],
    ['https://www.fastmail.com/dev/protocol-smtp', 'Sending mail in your name'],
    ['mail:imap_full', 'Fetching your mail'],
    ['mail-w', 'Fetching and sending your mail'],
    ['offline_access', 'Staying signed in when you are not at the computer'],
    ['email', 'Seeing which address you signed in with'],
    ['x', 'A permission that mail needs'],
  ])('is said in words: %s', (scope, words) => {
    expect(sayScope(scope)).toBe(words);
  });
});

describe('the message to an administrator', () => {
  const who = {
    address: 'maya@lindgard.example',
    providerName: 'Microsoft',
    scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send'],
  };

  it('holds who asks, for what, where and why', () => {
    const detail = { host: 'login.microsoftonline.com', clientId: 'client-1', tenant: 'lindgard.example' };
    const { subject, body } = adminMessage(fail('admin-approval-needed', detail), who);
    expect(subject).toBe('Please allow Latchkey Mail for lindgard.example');
    for (const part of ['maya@lindgard.example', 'client-1', 'login.microsoftonline.com', ...who.scopes]) {
      expect(body).toContain(part);
    }
  });

  it('says so when the client ID is not known', () => {
    const { body } = adminMessage(fail('admin-approval-needed', { clientId: '' }), { ...who, scopes: [] });
    expect(body).toContain('not told by the provider');
    expect(body).toContain('IMAP and SMTP');
    expect(body).not.toMatch(/[{}]/);
  });
});
