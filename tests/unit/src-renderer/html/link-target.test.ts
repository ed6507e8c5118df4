import { describe, expect, it } from 'vitest';
import { loadDomains } from '../../../../src-renderer/html/host-names.ts';
import { readLink } from '../../../../src-renderer/html/link-target.ts';

describe('where a link leads', () => {
  it('is told without alarm when words and address agree', () => {
    expect(readLink('https://www.bank.example/login', 'bank.example')).toMatchObject({
      kind: 'web',
      host: 'www.bank.example',
      claimedHost: undefined,
      isDisguised: false,
    });
    expect(readLink('https://bank.example/', 'Sign in here')).toMatchObject({ claimedHost: undefined });
  });

  it('is doubted when the words name another host', () => {
    expect(readLink('https://evil.example/', 'https://bank.example/login')).toMatchObject({
      claimedHost: 'bank.example',
    });
    expect(readLink('https://bank.example.evil.example/', 'bank.example')).toMatchObject({
      claimedHost: 'bank.example',
    });
  });

  it.each([
    '\u200bhttps://bank.example',
    '\u202ehttps://bank.example',
    'https://bank.example\u200b/login',
    '(https://bank.example)',
    'https://bank.example.',
    'https://bank.example, please',
    '→ bank.example',
    'Sign in at https://bank.example now',
    'Sign in at www.bank.example',
    'ｂａｎｋ．ｅｘａｍｐｌｅ',
    'bank。example',
    'HTTPS://BANK.EXAMPLE',
  ])('is doubted when the words name another host and dress it up: %j', (words) => {
    expect(readLink('https://evil.example/', words)).toMatchObject({
      claimedHost: expect.stringMatching(/^(www\.)?bank\.example$/),
    });
    expect(readLink('https://bank.example/', words)).toMatchObject({ claimedHost: undefined });
  });

  it.each(['Read it on page 3.5', 'How we left Node.js', 'Version 2.0.1 is here', 'e.g. this one', 'Hello'])(
    'is not doubted for words that name no host: %j',
    (words) => {
      expect(readLink('https://news.example/', words)).toMatchObject({ claimedHost: undefined });
    },
  );

  it('is doubted when the address hides its host behind a name', () => {
    expect(readLink('https://bank.example@evil.example/', 'here')).toMatchObject({
      host: 'evil.example',
      url: 'https://evil.example/',
      shown: 'https://evil.example/',
      isDisguised: true,
    });
  });

  it('is shown with its true host first, however long its name, its path or its direction', () => {
    const name = `bank.example%2F${'a'.repeat(3_000)}`;
    expect(readLink(`https://${name}@evil.example/${'b'.repeat(3_000)}`, 'here')).toMatchObject({
      shown: expect.stringMatching(/^https:\/\/evil\.example\/b{100,150}$/),
    });
    expect(readLink('https://evil.example./\u202efdp.exe', 'here')).toMatchObject({
      host: 'evil.example',
      shown: 'https://evil.example./%E2%80%AEfdp.exe',
    });
  });

  it('is not doubted between hosts of one owner once the public suffixes are known', async () => {
    expect(readLink('https://shop.bank.co.uk/', 'login.bank.co.uk')).toMatchObject({
      claimedHost: 'login.bank.co.uk',
    });
    await loadDomains();
    expect(readLink('https://shop.bank.co.uk/', 'login.bank.co.uk')).toMatchObject({
      claimedHost: undefined,
    });
    expect(readLink('https://evil.co.uk/', 'bank.co.uk')).toMatchObject({ claimedHost: 'bank.co.uk' });
    expect(readLink('https://evil.github.io/', 'bank.github.io')).toMatchObject({
      claimedHost: 'bank.github.io',
    });
    expect(readLink('https://192.0.2.7/', '192.0.2.8')).toMatchObject({ host: '192.0.2.7' });
  });

  it('shows letters of other scripts in ASCII', () => {
    expect(readLink('https://раypal.example/', 'here')).toMatchObject({ host: 'xn--ypal-43d9g.example' });
    expect(readLink('https://раypal.example/', 'paypal.example')).toMatchObject({
      claimedHost: 'paypal.example',
    });
  });

  it('takes of a mailto only the first address', () => {
    expect(readLink('mailto:a%40b.example,c@d.example?attach=/etc/passwd&bcc=x@y', '')).toMatchObject({
      kind: 'mail',
      address: 'a@b.example',
    });
    expect(readLink('mailto:a@b.example%0d%0aBcc:x@y', '').kind).toBe('none');
  });

  it('is nowhere for any other scheme', () => {
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'blob:x',
      'smb://x/y',
      '/relative',
      '',
    ]) {
      expect(readLink(url, '').kind, url).toBe('none');
    }
  });
});
