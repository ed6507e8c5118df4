import type { KeptHeaders } from '../base/kept-headers.ts';
import { readAuthenticationResults } from './authentication-results.ts';
import { registrableDomain } from './domains.ts';
import { isOwnAuthserv, type OwnServer } from './verdict.ts';

/** Fewer senders prove nothing, and of so many each has to be marked but for a few that came another way. */
const FEWEST_SENDERS = 5;
const SHARE = 0.9;

/**
 * Whether the account's server writes Authentication-Results on what it takes in, by messages that came lately: those of nearly every
 * domain carry one. One sender who writes them in the server's name is one domain of many.
 */
export function writesResults(
  samples: readonly Pick<KeptHeaders, 'from' | 'authenticationResults'>[],
  own: Omit<OwnServer, 'writesResults'>,
): boolean {
  const senders = new Map<string, boolean>();
  for (const { from, authenticationResults } of samples) {
    const host = /@([^\s<>@,;:"]+?)>?\s*$/.exec(from[0] ?? '')?.[1];
    const domain = host === undefined ? undefined : registrableDomain(host);
    if (domain === undefined) continue;
    const read = readAuthenticationResults(authenticationResults[0] ?? '');
    const isMarked = read !== undefined && isOwnAuthserv(read.authservId, own);
    senders.set(domain, isMarked && (senders.get(domain) ?? true));
  }
  const marked = [...senders.values()].filter((isMarked) => isMarked).length;
  return senders.size >= FEWEST_SENDERS && marked >= SHARE * senders.size;
}
