import { describe, expect, it } from 'vitest';
import { issuerOfConfiguration } from '../../../../src-main/autoconfig/oauth-offer.ts';
import { provider } from '../../../../src-main/autoconfig/provider-file.ts';
import {
  publishedHost,
  publishedIssuer,
  publishedServer,
  publishedText,
  publishedUserName,
} from '../../../../src-main/autoconfig/published.ts';

const lab = provider.parse({
  id: 'lab',
  name: 'Lab',
  domains: [],
  auth: 'password',
  imap: { host: 'localhost', port: 1993, security: 'tls' },
  smtp: { host: 'localhost', port: 1465, security: 'tls' },
  userName: 'address',
  revocation: 'none',
  revokesWholeGrant: false,
  sendSavesCopy: false,
});

describe('a host in published settings', () => {
  it('is kept in ASCII, lower case and without a last dot', () => {
    expect(publishedHost('IMAP.Example.ORG.')).toBe('imap.example.org');
    expect(publishedHost('imap.bücher.example')).toBe('imap.xn--bcher-kva.example');
  });

  it.each([
    '',
    '.',
    'localhost',
    'a.localhost',
    'a.local',
    'a.internal',
    'intranet',
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '0x7f.1',
    '2130706433',
    '::1',
    '[::1]',
    'a.1',
    '-a.example',
    'a..example',
    'a_b.example',
    'a/b.example',
    'a.example/b',
    'a.example:993',
    'a.example?b',
    'a.example#b',
    'b@a.example',
    'a\\.example',
    'a b.example',
    'a.example\n',
    'a\0.example',
    'a\u200b.example',
    `${'a.'.repeat(130)}example`,
    `${'a'.repeat(64)}.example`,
  ])('is refused as %j', (host) => {
    expect(publishedHost(host)).toBeUndefined();
  });

  it('of this computer is taken only as a provider file of this computer names it, to the port', () => {
    const at = (port: number) => publishedServer({ host: 'localhost', port, security: 'tls' }, [lab]);
    expect(at(1993)).toEqual(lab.imap);
    expect(at(1994)).toBeUndefined();
    expect(publishedServer({ host: 'localhost', port: 1993, security: 'starttls' }, [lab])).toBeUndefined();
  });
});

describe('the rest of published settings', () => {
  it('names an authorization server by its address, or by its host alone as Mail Autoconfig 1.1 does', () => {
    expect(publishedIssuer('https://auth.example.org/realm', [])).toBe('https://auth.example.org/realm');
    expect(publishedIssuer('accounts.example.org', [])).toBe('https://accounts.example.org');
    for (const bad of [
      'http://auth.example.org',
      'https://localhost',
      'https://10.0.0.1',
      'https://a:b@auth.example.org',
      'auth',
      'x',
    ])
      expect(publishedIssuer(bad, []), bad).toBeUndefined();
  });

  it('finds the issuer in the address of its metadata', () => {
    const known = '.well-known/openid-configuration';
    expect(issuerOfConfiguration(`https://a.example/${known}`)).toBe('https://a.example');
    expect(issuerOfConfiguration(`https://a.example/realm/${known}`)).toBe('https://a.example/realm');
    expect(issuerOfConfiguration('https://a.example/.well-known/oauth-authorization-server/realm')).toBe(
      'https://a.example/realm',
    );
    expect(issuerOfConfiguration('https://a.example/config')).toBeUndefined();
    expect(issuerOfConfiguration('a.example')).toBeUndefined();
  });

  it('shows one line without what cannot be seen', () => {
    expect(publishedText('  A\r\nB\u202e\u0000C ', 10)).toBe('A B C');
    expect(publishedText('x'.repeat(20), 10)).toHaveLength(10);
  });

  it('has no login name with spaces or lines in it', () => {
    expect(publishedUserName('maya@example.org')).toBe('maya@example.org');
    for (const bad of ['', 'a b', 'a\r\nb', 'a\0', 'x'.repeat(321)])
      expect(publishedUserName(bad)).toBeUndefined();
  });
});
