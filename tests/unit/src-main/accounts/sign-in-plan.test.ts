import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isSameAddress, requireOwnServers } from '../../../../src-main/accounts/sign-in-plan.ts';
import { loadProviders } from '../../../../src-main/autoconfig/providers.ts';

describe('the address that signed in', () => {
  const google = ['gmail.com', 'googlemail.com'];
  it.each([
    ['Maya@Lab.test', 'maya@lab.test', []],
    ['maya@googlemail.com', 'maya@gmail.com', google],
  ])('%s is the same as %s', (one, other, domains) => {
    expect(isSameAddress(one, other, domains)).toBe(true);
  });

  it.each([
    ['maya@lab.test', 'samir@lab.test', ['lab.test']],
    ['maya@lab.test', 'maya@lab.test.example', []],
    ['maya@gmail.com', 'maya@lab.test', google],
    ['maya', 'maya@lab.test', []],
  ])('%s is another one than %s', (one, other, domains) => {
    expect(isSameAddress(one, other, domains)).toBe(false);
  });
});

describe('settings by hand', () => {
  const providers = loadProviders({
    builtIn: fileURLToPath(new URL('../../../../app/providers.json', import.meta.url)),
  });
  const google = {
    issuer: 'https://accounts.google.com',
    authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    token_endpoint: 'https://oauth2.googleapis.com/token',
  };
  const microsoft = {
    issuer: 'https://login.microsoftonline.com/contoso/v2.0',
    authorization_endpoint: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize',
    token_endpoint: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/token',
  };
  const own = {
    issuer: 'https://id.example',
    authorization_endpoint: 'https://login.example/auth',
    token_endpoint: 'https://token.example/token',
  };
  const mailAt = (imap: string, smtp = imap) => ({
    imap: { host: imap, port: 993, security: 'tls' as const },
    smtp: { host: smtp, port: 465, security: 'tls' as const },
  });
  const check = (server: typeof google, mail: ReturnType<typeof mailAt>) =>
    requireOwnServers({ server, hasIssuer: true, allowsHttp: false }, mail, providers);

  it.each([
    ["a provider's own servers", google, mailAt('imap.gmail.com', 'smtp.gmail.com')],
    [
      "a provider's own servers for one organisation",
      microsoft,
      mailAt('outlook.office365.com', 'smtp.office365.com'),
    ],
    ['an issuer that nobody knows, with any servers', own, mailAt('mail.elsewhere.example')],
  ])('may name %s', (_what, server, mail) => {
    expect(() => check(server, mail)).not.toThrow();
  });

  it.each([
    ['IMAP', mailAt('imap.evil.example', 'smtp.gmail.com')],
    ['SMTP', mailAt('imap.gmail.com', 'smtp.evil.example')],
    ['both', mailAt('imap.gmail.com.evil.example')],
  ])("never send a known provider's token to another host by %s", (_what, mail) => {
    expect(() => check(google, mail)).toThrow('input-invalid');
  });

  it("never send the code of a known provider's consent page to another token endpoint", () => {
    const gmail = mailAt('imap.gmail.com', 'smtp.gmail.com');
    const token_endpoint = 'https://evil.example/token';
    const mixed = { ...google, issuer: 'https://evil.example', token_endpoint };
    expect(() => check(mixed, gmail)).toThrow('authorization-server-invalid');
    expect(() => check({ ...google, token_endpoint }, gmail)).toThrow('authorization-server-invalid');
    expect(() => check({ ...google, issuer: 'https://evil.example' }, gmail)).toThrow(
      'authorization-server-invalid',
    );
  });
});
