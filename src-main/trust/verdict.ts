import type { MessageTrust } from '../../src-shared/model/message-trust.ts';
import {
  type AuthenticationResults,
  type MethodResult,
  readAuthenticationResults,
} from './authentication-results.ts';
import { asciiDomain, asciiDomainOf, isAligned, registrableDomain } from './domains.ts';

export type Verdict = Pick<MessageTrust, 'verdict' | 'domain' | 'checkedBy'>;

/** Whose Authentication-Results count in an account. */
export type OwnServer = {
  imapHost: string;
  /** Other domains under which the provider writes them, as a preset says. Such a provider removes what others wrote in its name. */
  resultsFrom?: readonly string[];
  /** For a server without a preset: it was seen to write them on whatever it takes in (server-habit.ts). */
  writesResults: boolean;
};

/** Whether a server's name (RFC 8601 §2.5 authserv-id) is one of the account's own server. */
export function isOwnAuthserv(authservId: string, own: Omit<OwnServer, 'writesResults'>): boolean {
  const name = asciiDomain(authservId);
  if (name === undefined) return false;
  const host = asciiDomain(own.imapHost);
  const domains = [...(own.resultsFrom ?? []), registrableDomain(own.imapHost) ?? host];
  return domains.some((domain) => domain !== undefined && (name === domain || name.endsWith(`.${domain}`)));
}

/**
 * What the account's own server found at the door (RFC 8601). Only the topmost field is read: below it may stand what the sender wrote.
 * `from`: the one address of From.
 */
export function serverVerdict(fields: readonly string[], from: string, own: OwnServer | undefined): Verdict {
  const unknown: Verdict = { verdict: 'unknown' };
  const [topmost] = fields;
  const domain = asciiDomainOf(from);
  if (topmost === undefined || domain === undefined || !own) return unknown;
  const read = readAuthenticationResults(topmost);
  if (!read || !isOwnAuthserv(read.authservId, own)) return unknown;
  // Who runs a server that writes none does not remove what comes in its name either (RFC 8601 §5).
  if (!own.writesResults && !own.resultsFrom?.length) return unknown;
  return verdictOf(read, domain);
}

function verdictOf({ results }: AuthenticationResults, domain: string): Verdict {
  const verified: Verdict = { verdict: 'verified', domain, checkedBy: 'server' };
  const dmarc = results.filter(({ method }) => method === 'dmarc');
  const isAbout = (one: MethodResult) => isAligned(one.properties.get('header.from') ?? domain, domain);
  if (dmarc.length > 1 || !dmarc.every(isAbout)) return { verdict: 'unknown' };
  const [policy] = dmarc;
  if (policy?.result === 'pass') return verified;
  if (policy?.result === 'fail') return { verdict: 'failed', domain, checkedBy: 'server' };
  return results.some((one) => one.result === 'pass' && speaksFor(one, domain))
    ? verified
    : { verdict: 'unknown' };
}

/** Whether a pass of DKIM or SPF is one for this domain (RFC 7489 §3.1). */
function speaksFor({ method, properties }: MethodResult, domain: string): boolean {
  const about =
    method === 'dkim'
      ? (properties.get('header.d') ?? properties.get('header.i'))
      : method === 'spf'
        ? properties.get('smtp.mailfrom')
        : undefined;
  if (about === undefined) return false;
  return isAligned(about.slice(about.lastIndexOf('@') + 1), domain);
}
