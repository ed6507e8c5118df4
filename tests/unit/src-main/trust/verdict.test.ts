import { describe, expect, it } from 'vitest';
import { writesResults } from '../../../../src-main/trust/server-habit.ts';
import { isOwnAuthserv, type OwnServer, serverVerdict } from '../../../../src-main/trust/verdict.ts';

const OWN: OwnServer = { imapHost: 'imap.example.net', writesResults: true };
const FROM = 'ada@mail.example.org';
const verdictOf = (results: string, from = FROM, own: OwnServer | undefined = OWN) =>
  serverVerdict([`mx1.example.net; ${results}`], from, own).verdict;

describe('the word of the own server', () => {
  it.each([
    ['dmarc=pass header.from=mail.example.org', 'verified'],
    ['dmarc=pass', 'verified'],
    ['dmarc=fail header.from=mail.example.org; dkim=pass header.d=evil.example', 'failed'],
    ['dmarc=pass header.from=evil.example', 'unknown'],
    ['dmarc=pass; dmarc=fail', 'unknown'],
    ['dmarc=none; dkim=pass header.d=example.org', 'verified'],
    ['dkim=pass header.i=@news.example.org', 'verified'],
    ['dkim=pass header.d=example.com', 'unknown'],
    ['dkim=fail header.d=evil.example; dkim=pass header.d=example.org', 'verified'],
    ['dkim=pass', 'unknown'],
    ['spf=pass smtp.mailfrom=bounce@example.org', 'verified'],
    ['spf=pass smtp.mailfrom=bounce@evil.example', 'unknown'],
    ['spf=softfail smtp.mailfrom=bounce@example.org', 'unknown'],
    ['arc=pass', 'unknown'],
    ['none', 'unknown'],
  ])('%s: %s', (results, verdict) => {
    expect(verdictOf(results)).toBe(verdict);
  });

  it('names the domain that answers, and whose word it is', () => {
    expect(serverVerdict(['mx1.example.net; dmarc=pass'], FROM, OWN)).toEqual({
      verdict: 'verified',
      domain: 'mail.example.org',
      checkedBy: 'server',
    });
  });

  it('holds for neighbours of a shared domain each for itself', () => {
    expect(verdictOf('dkim=pass header.d=eve.github.io', 'ada@ada.github.io')).toBe('unknown');
  });

  it('counts only where the account has a server, and an address a domain', () => {
    expect(serverVerdict(['mx1.example.net; dmarc=pass'], FROM, undefined).verdict).toBe('unknown');
    expect(verdictOf('dmarc=pass', 'root')).toBe('unknown');
  });
});

describe('whose word it is', () => {
  it.each([
    ['mx1.example.net', true],
    ['EXAMPLE.NET', true],
    ['example.net.evil.example', false],
    ['notexample.net', false],
    ['exаmple.net', false],
    ['mx.example.net@evil.example', false],
    ['net', false],
    ['', false],
  ])('%s: %s', (authservId, isOwn) => {
    expect(isOwnAuthserv(authservId, OWN)).toBe(isOwn);
  });

  it('is what a preset says too, and the host itself where nobody registers its name', () => {
    expect(isOwnAuthserv('mx.google.com', { imapHost: 'imap.gmail.com' })).toBe(false);
    expect(isOwnAuthserv('mx.google.com', { imapHost: 'imap.gmail.com', resultsFrom: ['google.com'] })).toBe(
      true,
    );
    expect(isOwnAuthserv('localhost', { imapHost: 'localhost' })).toBe(true);
  });
});

describe('a server without a preset', () => {
  const sample = (domain: string, isMarked = true) => ({
    from: [`Somebody <a@${domain}>`],
    authenticationResults: isMarked ? ['mx1.example.net; dmarc=pass'] : [],
  });
  const domains = Array.from({ length: 20 }, (_, n) => `sender${n}.example`);

  it('is believed when it marks what it takes in', () => {
    expect(
      writesResults(
        domains.map((domain) => sample(domain)),
        OWN,
      ),
    ).toBe(true);
  });

  it('is not believed because one sender writes in its name, however often', () => {
    const flood = Array.from({ length: 300 }, () => sample('evil.example'));
    expect(writesResults([...domains.map((domain) => sample(domain, false)), ...flood], OWN)).toBe(false);
    expect(writesResults(flood, OWN)).toBe(false);
    expect(verdictOf('dmarc=pass', FROM, { ...OWN, writesResults: false })).toBe('unknown');
  });

  it('is not believed before it was seen at work', () => {
    expect(writesResults([], OWN)).toBe(false);
    expect(
      writesResults(
        domains.slice(0, 3).map((domain) => sample(domain)),
        OWN,
      ),
    ).toBe(false);
  });
});
