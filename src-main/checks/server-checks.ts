import type { CheckItem } from '../../src-shared/model/security-check.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { MailError } from '../base/errors.ts';
import { isAllowedServerUrl } from '../base/server-url.ts';
import { discoverServer } from '../oauth/metadata.ts';
import type { Store } from '../store/store.ts';
import { probeTls, type TlsOutcome } from './tls-probe.ts';

const SERVER_TIME = 10_000;

/** R7: every address of the list of providers is https, and those that accounts use prove who they are. */
export async function checkOauthServers(providers: Provider[], { grants }: Store): Promise<CheckItem> {
  const item = (state: CheckItem['state'], outcome: string, facts: CheckItem['facts']): CheckItem => ({
    name: 'oauth-tls',
    state,
    outcome,
    facts,
  });
  for (const { oauth } of providers) {
    for (const url of [oauth?.issuer, ...Object.values(oauth?.endpoints ?? {})]) {
      // http: a developer's own server on this computer; no other is read from a file.
      if (url !== undefined && !isAllowedServerUrl(url, true))
        return item('bad', 'plain', { host: hostOf(url) });
    }
  }
  const issuers = new Set(
    grants
      .list()
      .flatMap(({ issuer, state }) => (issuer === undefined || state === 'revoked' ? [] : [issuer])),
  );
  let silent: string | undefined;
  for (const issuer of issuers) {
    const listed = providers.find(({ oauth }) => oauth?.issuer === issuer)?.oauth;
    const allowsHttp = listed !== undefined && issuer.startsWith('http:');
    try {
      await discoverServer(
        { issuer, endpoints: listed?.endpoints, allowsHttp },
        AbortSignal.timeout(SERVER_TIME),
      );
    } catch (error) {
      const code = error instanceof MailError ? error.code : undefined;
      const facts = { host: hostOf(issuer) };
      if (code?.startsWith('tls-')) return item('bad', 'untrusted', facts);
      if (code === 'authorization-server-invalid') return item('bad', 'mismatch', facts);
      silent ??= facts.host;
    }
  }
  if (silent !== undefined) return item('unknown', 'unreachable', { host: silent });
  return item('good', 'good', { hosts: issuers.size });
}

export type MailServer = { settings: ServerSettings; protocol: 'imap' | 'smtp' };

const WORST_FIRST: readonly TlsOutcome[] = ['stripped', 'untrusted', 'old', 'unreachable'];

/** R8: each mail server proves who it is before anything is said to it. */
export async function checkMailServers(servers: readonly MailServer[], ms = SERVER_TIME): Promise<CheckItem> {
  const item = (state: CheckItem['state'], outcome: string, facts: CheckItem['facts']): CheckItem => ({
    name: 'server-tls',
    state,
    outcome,
    facts,
  });
  const different = new Map(servers.map((one) => [JSON.stringify(one), one]));
  if (different.size === 0) return item('unknown', 'none', {});
  const outcomes = await Promise.all(
    [...different.values()].map(async ({ settings, protocol }) => ({
      host: settings.host,
      outcome: await probeTls(settings, protocol, ms),
    })),
  );
  for (const outcome of WORST_FIRST) {
    const there = outcomes.find((one) => one.outcome === outcome);
    if (there) return item(outcome === 'unreachable' ? 'unknown' : 'bad', outcome, { host: there.host });
  }
  return item('good', 'good', { servers: different.size });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
