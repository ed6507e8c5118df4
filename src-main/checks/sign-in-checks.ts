import { createHash } from 'node:crypto';
import type { CheckItem } from '../../src-shared/model/security-check.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { isAllowedServerUrl } from '../base/server-url.ts';
import type { requestConsent } from '../oauth/authorize.ts';
import { probeSignIn, type SignInProbe } from './sign-in-probe.ts';

/** R2, R3, R4: how one signs in, what is taken for an answer, and who can send one; at each provider of the list. */
export async function checkSignIn(context: {
  providers: Provider[];
  ask: typeof requestConsent;
  clock: Clock;
}): Promise<CheckItem[]> {
  const probes: { provider: Provider; probe: SignInProbe }[] = [];
  try {
    for (const provider of context.providers.filter(({ oauth }) => oauth !== undefined))
      probes.push({ provider, probe: await probeSignIn(provider, context) });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    return [
      { name: 'sign-in-flow', state: 'bad', outcome: 'not-opened', facts: {} },
      { name: 'sign-in-answer', state: 'unknown', outcome: 'not-opened', facts: {} },
      { name: 'loopback', state: 'unknown', outcome: 'not-opened', facts: {} },
    ];
  }
  return [flowItem(probes), answerItem(probes), loopbackItem(probes)];
}

type Probes = { provider: Provider; probe: SignInProbe }[];

function flowItem(probes: Probes): CheckItem {
  const used = new Set<string>();
  for (const { provider, probe } of probes) {
    const fault = flowFault(probe, used);
    if (fault !== undefined) {
      const facts = { provider: provider.name, fault };
      return { name: 'sign-in-flow', state: 'bad', outcome: 'unsafe', facts };
    }
  }
  return { name: 'sign-in-flow', state: 'good', outcome: 'safe', facts: { providers: probes.length } };
}

/** The parameter that is not as RFC 9700 §2.1 and RFC 7636 want it. */
function flowFault({ link, codeVerifier = '' }: SignInProbe, used: Set<string>): string | undefined {
  const said = (name: string) => link.searchParams.get(name) ?? '';
  const redirect = new URL(said('redirect_uri'));
  const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const secrets = [said('state'), codeVerifier];
  const isUsed = secrets.some((secret) => used.has(secret));
  for (const secret of secrets) used.add(secret);
  if (!isAllowedServerUrl(link.origin, true)) return 'https';
  if (said('response_type') !== 'code') return 'response_type';
  if (said('code_challenge_method') !== 'S256') return 'code_challenge_method';
  if (said('code_challenge') !== challenge || codeVerifier.length < 43 || codeVerifier.length > 128)
    return 'code_challenge';
  if (said('state').length < 22 || isUsed) return 'state';
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(redirect.hostname);
  return isLoopback && redirect.protocol === 'http:' ? undefined : 'redirect_uri';
}

function answerItem(probes: Probes): CheckItem {
  const isRefused = (status: number) => status >= 400 && status < 500;
  for (const { probe } of probes) {
    const { forged, foreignName, right, repeated } = probe.statuses;
    const fault = !isRefused(forged)
      ? 'state'
      : !isRefused(foreignName)
        ? 'Host'
        : right !== 200
          ? 'code'
          : // By then there is nobody any more, or somebody who refuses.
            repeated !== 0 && !isRefused(repeated)
            ? 'repeated'
            : undefined;
    if (fault !== undefined)
      return { name: 'sign-in-answer', state: 'bad', outcome: 'taken', facts: { fault } };
  }
  return { name: 'sign-in-answer', state: 'good', outcome: 'refused', facts: {} };
}

function loopbackItem(probes: Probes): CheckItem {
  const addresses = Math.max(0, ...probes.map(({ probe }) => probe.addresses.length));
  for (const { probe } of probes) {
    const fault = probe.reachable[0] ?? (probe.isGone ? undefined : 'still open');
    if (fault !== undefined)
      return { name: 'loopback', state: 'bad', outcome: 'reachable', facts: { fault } };
  }
  return { name: 'loopback', state: 'good', outcome: 'closed', facts: { addresses } };
}
