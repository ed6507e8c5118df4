import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import { discoverServer, type ServerSource } from '../oauth/metadata.ts';

/** Metadata may change, so it is asked for again, but not for every token. */
const KEPT_FOR = 60 * 60_000;

/** Throws as `discoverServer` does. */
export type AuthorizationServers = {
  ofProvider(provider: Provider, signal?: AbortSignal): Promise<KnownServer>;
  ofIssuer(issuer: string, signal?: AbortSignal): Promise<KnownServer>;
  ofGrant(
    account: Pick<ServerAccount, 'providerId'>,
    grant: Pick<Grant, 'issuer'>,
    signal?: AbortSignal,
  ): Promise<KnownServer>;
  /** What is known of an issuer without asking. */
  peek(issuer: string): KnownServer | undefined;
};

export function createAuthorizationServers(providers: Provider[], clock: Clock): AuthorizationServers {
  const known = new Map<string, { server: KnownServer; at: number }>();

  async function find(source: ServerSource, signal?: AbortSignal): Promise<KnownServer> {
    const key = JSON.stringify([source.issuer, source.endpoints, source.resource]);
    const found = known.get(key);
    if (found && Math.abs(clock.now() - found.at) < KEPT_FOR) return found.server;
    const server = await discoverServer(source, signal);
    known.set(key, { server, at: clock.now() });
    return server;
  }

  /** An http issuer is only known from a developer's file: the one that ships is not loaded with one. */
  const allowsHttp = (issuer: string | undefined): boolean =>
    issuer?.startsWith('http:') === true && providers.some(({ oauth }) => oauth?.issuer === issuer);

  const sourceOf = (issuer: string): ServerSource => ({ issuer, allowsHttp: allowsHttp(issuer) });

  const ofProvider: AuthorizationServers['ofProvider'] = async ({ oauth }, signal) => {
    if (!oauth) throw new MailError('provider-unknown');
    const { issuer, endpoints, resource } = oauth;
    return find(
      { issuer, endpoints, resource, allowsHttp: allowsHttp(issuer) || hasHttp(endpoints) },
      signal,
    );
  };

  const ofIssuer: AuthorizationServers['ofIssuer'] = (issuer, signal) => find(sourceOf(issuer), signal);

  return {
    ofProvider,
    ofIssuer,
    async ofGrant(account, grant, signal) {
      const provider = providers.find(
        ({ id, oauth }) => id === account.providerId && oauth?.issuer === grant.issuer,
      );
      if (provider) return ofProvider(provider, signal);
      if (grant.issuer === undefined) throw new MailError('provider-unknown');
      return ofIssuer(grant.issuer, signal);
    },
    peek: (issuer) => known.get(JSON.stringify([issuer, undefined, undefined]))?.server,
  };
}

function hasHttp(endpoints: { authorization: string } | undefined): boolean {
  return endpoints?.authorization.startsWith('http:') === true;
}
