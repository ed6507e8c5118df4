/**
 * Finding the provider from the address alone: what the sources found (autoconfig), joined with what the authorization servers that
 * they name say of themselves (oauth). Nothing is saved, and nobody is signed in.
 */
import type { InputOf, OutputOf } from '../../src-shared/ipc/contract.ts';
import type { Discovered } from '../../src-shared/model/discovery.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { findSettings } from '../autoconfig/discovery.ts';
import type { Found } from '../autoconfig/found.ts';
import { ISPDB_HOST } from '../autoconfig/ispdb.ts';
import type { Network } from '../autoconfig/network.ts';
import { findOauthOffer } from '../autoconfig/oauth-offer.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { providerViewOf } from '../autoconfig/providers.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { withinTime } from '../base/time-limit.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { canRegister } from '../oauth/register.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import { mayGiveClient } from './obtain-client.ts';

export type DiscoverOptions = {
  providers: readonly Provider[];
  servers: AuthorizationServers;
  network: Network;
  /** Where our client ID metadata document stands, when this build has one. */
  clientMetadataUrl?: string | undefined;
};

/** Best first; within `LIMITS.discoverySource` and `LIMITS.discoveryAccess` together. Throws address-invalid, or the signal's reason. */
export async function discover(
  input: InputOf<'accounts.discover'>,
  options: DiscoverOptions,
  signal: AbortSignal,
): Promise<OutputOf<'accounts.discover'>> {
  const address = input.address.trim();
  if (!isAddress(address)) throw new MailError('address-invalid');
  const { domain, found, tries } = await findSettings(
    { address, askIspdb: input.askIspdb },
    { ...options, signal },
  );
  const usable: Discovered[] = [];
  const unusable = new Set<Found>();
  const ways = await withinTime(signal, LIMITS.discoveryAccess, (limited) =>
    Promise.all(found.map((one) => (one.provider ? undefined : oauthOf(one, options, limited)))),
  );
  signal.throwIfAborted();
  for (const [index, one] of found.entries()) {
    const oauth = ways[index];
    if (!one.provider && !oauth && !one.takesPassword) unusable.add(one);
    else usable.push(view(one, oauth));
  }
  const isPreset = found.some(({ source }) => source === 'preset');
  return {
    domain,
    found: usable,
    // Servers that want a token of an authorization server that cannot be asked are as good as none.
    tries: tries.map((one) =>
      [...unusable].some(({ source, from }) => source === one.source && from === one.host)
        ? { ...one, outcome: 'failed' as const }
        : one,
    ),
    ...(!input.askIspdb && !isPreset && { ispdbHost: ISPDB_HOST }),
  };
}

/** How to sign in there with a browser; undefined when nobody says, or who is named cannot be asked. */
async function oauthOf(
  { oauth, imap }: Found,
  { providers, servers, network, clientMetadataUrl }: DiscoverOptions,
  signal: AbortSignal,
): Promise<Discovered['oauth']> {
  try {
    const offer = oauth ?? (await untilAborted(findOauthOffer(imap, { providers, network, signal }), signal));
    if (!offer) return undefined;
    const known = await untilAborted(servers.ofIssuer(offer.issuer, signal), signal);
    const { server } = known;
    const isStranger = !providers.some((one) => one.oauth?.issuer === offer.issuer);
    if (server.authorization_endpoint === undefined) return undefined;
    return {
      ...offer,
      authorizationHost: new URL(server.authorization_endpoint).host,
      registersItself:
        mayGiveClient({ isStranger }, known) &&
        (canRegister(known) ||
          (server.client_id_metadata_document_supported === true && clientMetadataUrl !== undefined)),
    };
  } catch {
    // Then it is a password, or nothing: said by the absence.
    return undefined;
  }
}

function view(found: Found, oauth: Discovered['oauth']): Discovered {
  const { source, from, provider, name, imap, smtp, userName, smtpUserName } = found;
  return {
    source,
    from,
    name,
    imap,
    smtp,
    userName,
    smtpUserName,
    auth: provider?.auth ?? (oauth ? 'oauth' : 'password'),
    ...(provider && { provider: providerViewOf(provider) }),
    ...(oauth && { oauth }),
  };
}
