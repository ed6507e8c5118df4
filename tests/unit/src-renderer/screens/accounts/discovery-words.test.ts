import { describe, expect, it } from 'vitest';
import {
  type NextStep,
  nextStep,
  sayFoundFrom,
  sayHosts,
  sayHow,
  sayServer,
  sayTry,
  settingsOf,
  startOf,
} from '../../../../../src-renderer/screens/accounts/discovery-words.ts';
import { handSettings } from '../../../../../src-shared/ipc/access-contract.ts';
import {
  type Discovered,
  discovered,
  discoverySource,
  discoveryTry,
} from '../../../../../src-shared/model/discovery.ts';
import { credentialId } from '../../../../../src-shared/model/ids.ts';
import { type ProviderView, providerView } from '../../../../../src-shared/model/provider.ts';

const IMAP = { host: 'imap.found.example', port: 993, security: 'tls' as const };
const SMTP = { host: 'smtp.found.example', port: 587, security: 'starttls' as const };
const OAUTH = {
  issuer: 'https://id.found.example',
  authorizationHost: 'id.found.example',
  scopes: ['urn:ietf:params:oauth:scope:mail'],
  registersItself: true,
};
const SECRET = credentialId.parse('c-1');

function found(change: Partial<Discovered> = {}): Discovered {
  return discovered.parse({
    source: 'autoconfig',
    from: 'autoconfig.found.example',
    name: 'Found Mail',
    imap: IMAP,
    smtp: SMTP,
    userName: 'maya@found.example',
    smtpUserName: 'maya@found.example',
    auth: 'password',
    ...change,
  });
}

function provider(change: Partial<ProviderView> = {}): ProviderView {
  return providerView.parse({
    providerId: 'p',
    name: 'Provider',
    auth: 'oauth',
    needsClientId: false,
    clientSecret: 'none',
    imap: IMAP,
    smtp: SMTP,
    ...change,
  });
}

describe('the first button of the address page', () => {
  it.each<[string, NextStep, Parameters<typeof nextStep>]>([
    ['waits for an address', 'type', [false, undefined, 'idle', undefined]],
    ['asks a domain that nobody knows', 'ask', [true, undefined, 'idle', undefined]],
    ['waits while the domain is asked', 'asking', [true, undefined, 'asking', undefined]],
    ['leads to the form when nothing was found', 'by-hand', [true, undefined, 'done', undefined]],
    ['confirms servers that want a password', 'found-password', [true, undefined, 'done', found()]],
    [
      'confirms servers of an open provider, without a client ID',
      'found-browser',
      [true, undefined, 'done', found({ auth: 'oauth', oauth: OAUTH })],
    ],
    [
      'asks for a client ID where the server gives none',
      'found-client-id',
      [true, undefined, 'done', found({ auth: 'oauth', oauth: { ...OAUTH, registersItself: false } })],
    ],
    ['opens the browser at a provider that is known', 'browser', [true, provider(), 'idle', undefined]],
    [
      'asks for a client ID at a provider that has none built in',
      'client-id',
      [true, provider({ needsClientId: true }), 'idle', undefined],
    ],
    [
      'does not where that provider hands them out by itself',
      'browser',
      [true, provider({ needsClientId: true, registersItself: true }), 'idle', undefined],
    ],
    [
      'leads to the app password where there is no other way',
      'app-password',
      [true, provider({ auth: 'password' }), 'idle', undefined],
    ],
    ['takes the provider that the MX named', 'browser', [true, provider(), 'done', found()]],
  ])('%s', (_what, step, args) => {
    expect(nextStep(...args)).toBe(step);
  });
});

describe('what was found', () => {
  it('names the hosts, their ports and their encryption', () => {
    expect(sayServer(IMAP)).toBe('imap.found.example, port 993, TLS');
    expect(sayServer({ ...SMTP, port: 10_587 })).toBe('smtp.found.example, port 10587, STARTTLS');
    expect(sayHosts(found())).toBe('imap.found.example and smtp.found.example');
    expect(sayHosts(found({ smtp: IMAP }))).toBe('imap.found.example');
  });

  it('says from where, for each source', () => {
    expect(sayFoundFrom(found(), 'found.example')).toBe('Found at autoconfig.found.example');
    const mx = found({ source: 'mx', from: 'mx.google.com', provider: provider({ name: 'Google' }) });
    expect(sayFoundFrom(mx, 'found.example')).toBe('The mail of found.example is run by Google');
    for (const source of discoverySource.options) {
      expect(sayFoundFrom(found({ source }), 'found.example')).not.toBe('');
      expect(sayTry({ source, host: 'h.example', outcome: 'found' })).toMatch(/, h\.example$/);
    }
    expect(discoveryTry.shape.outcome.options).toHaveLength(4);
  });

  it('says how one signs in', () => {
    expect(sayHow(found())).toBe('With a password');
    expect(sayHow(found({ auth: 'oauth', oauth: OAUTH }))).toBe('In your browser, at id.found.example');
    const closed = found({ auth: 'oauth', oauth: { ...OAUTH, registersItself: false } });
    expect(sayHow(closed)).toContain('with a client ID of your own');
  });
});

describe('settings that were confirmed', () => {
  const who = { address: 'maya@found.example', loginAddress: undefined };

  it('become a request with the password, and say where they came from', () => {
    const settings = settingsOf(found({ smtpUserName: 'maya' }), who, SECRET);
    expect(handSettings.parse(settings)).toEqual(settings);
    expect(settings).toMatchObject({
      foundBy: 'autoconfig',
      smtpUserName: 'maya',
      auth: { kind: 'password', password: SECRET },
    });
  });

  it('become a request without a client ID at an open provider', () => {
    const settings = settingsOf(found({ auth: 'oauth', oauth: OAUTH }), who, undefined);
    expect(handSettings.parse(settings)).toEqual(settings);
    expect(settings?.auth).toEqual({ kind: 'oauth', issuer: OAUTH.issuer, scopes: OAUTH.scopes });
    expect(settings).not.toHaveProperty('smtpUserName');
  });

  it('carry who signs in to a shared mailbox', () => {
    const shared = { ...who, loginAddress: 'samir@found.example' };
    expect(settingsOf(found(), shared, SECRET)?.loginAddress).toBe('samir@found.example');
  });

  it('do not go out without a password where one is needed', () => {
    expect(settingsOf(found(), who, undefined)).toBeUndefined();
  });

  it('start the form for servers, with the issuer only where the sign-in is in the browser', () => {
    expect(startOf(found({ auth: 'oauth', oauth: OAUTH }))).toMatchObject({
      issuer: OAUTH.issuer,
      foundBy: 'autoconfig',
    });
    expect(startOf(found({ oauth: OAUTH }))).not.toHaveProperty('issuer');
  });
});
