/** What a sign-in is going to do, worked out before anything happens. */
import type { HandSettings } from '../../src-shared/ipc/access-contract.ts';
import type { InputOf } from '../../src-shared/ipc/contract.ts';
import type { DiscoverySource } from '../../src-shared/model/discovery.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { domainOf, isAddress } from '../../src-shared/text/address.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { userNamesOf } from '../autoconfig/providers.ts';
import { MailError } from '../base/errors.ts';
import type { OauthClient } from '../oauth/client.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import type { Credentials } from './credentials.ts';
import { readClient } from './grant-secrets.ts';

const BY_HAND = 'by-hand';

/** Scopes that say nothing about mail: an answer without them is as good. */
const SIDE_SCOPES = new Set(['openid', 'email', 'profile', 'offline_access']);

export type OauthAccess = {
  kind: 'oauth';
  findServer(signal: AbortSignal): Promise<KnownServer>;
  issuer: string | undefined;
  /** Named by settings that somebody typed or published, and by no provider file: it may be anybody's. */
  isStranger: boolean;
  /** Undefined: nobody has a client ID yet, and the server is asked for one. */
  client: OauthClient | undefined;
  clientIdOwner: 'provider-file' | 'person';
  scopes: string[];
  requiredScopes: string[];
  redirectHost: '127.0.0.1' | 'localhost';
  redirectPath: string | undefined;
  extraParameters: Record<string, string>;
  revokesWholeGrant: boolean;
  /** Domains under which the provider knows the same person. */
  domains: string[];
};

export type SignInPlan = {
  address: string;
  /** A shared mailbox: who signs in, who is not `address` then. */
  loginAddress?: string | undefined;
  /** Where the servers' names came from; undefined when they were typed. */
  foundBy?: DiscoverySource | undefined;
  displayName: string;
  providerId: string;
  providerName: string;
  userNames: { imap: string; smtp: string };
  imap: ServerSettings;
  smtp: ServerSettings;
  sendSavesCopy: boolean;
  access: OauthAccess | { kind: 'password'; password: string };
};

export type PlanSources = {
  store: () => Store;
  vault: Vault;
  providers: Provider[];
  servers: AuthorizationServers;
  credentials: Credentials;
};

/** Throws address-invalid, provider-unknown, client-id-missing, input-invalid. */
export function planSignIn(input: InputOf<'accounts.signIn'>, sources: PlanSources): SignInPlan {
  const address = checkAddress(input.address);
  const provider = sources.providers.find(({ id }) => id === input.providerId);
  if (!provider) throw new MailError('provider-unknown', { detail: { domain: domainOf(address) } });
  const { credentials, servers } = sources;
  const base = providerBase(provider, address, checkLogin(input.loginAddress, address));
  if (input.password !== undefined) {
    return { ...base, access: { kind: 'password', password: credentials.take(input.password) } };
  }
  const secret = input.clientSecret === undefined ? undefined : credentials.take(input.clientSecret);
  return { ...base, access: oauthAccess(provider, servers, input.clientId, secret) };
}

/** Throws address-invalid, input-invalid. */
export function planByHand(
  settings: HandSettings,
  { credentials, providers, servers }: PlanSources,
): SignInPlan {
  const { auth, displayName, userName, smtpUserName, imap, smtp, foundBy } = settings;
  const address = checkAddress(settings.address);
  const loginAddress = checkLogin(settings.loginAddress, address);
  const base = {
    address,
    displayName,
    providerId: BY_HAND,
    providerName: domainOf(address),
    loginAddress,
    foundBy,
    userNames: { imap: userName, smtp: smtpUserName ?? loginAddress ?? userName },
    imap,
    smtp,
    sendSavesCopy: false,
  };
  if (auth.kind === 'password') {
    return { ...base, access: { kind: 'password', password: credentials.take(auth.password) } };
  }
  const secret = auth.clientSecret === undefined ? undefined : credentials.take(auth.clientSecret);
  const { clientId } = auth;
  const client = clientId === undefined ? undefined : { clientId, ...(secret !== undefined && { secret }) };
  return { ...base, access: handAccess({ ...auth, client }, base, { servers, providers }) };
}

/** The same access once more. Throws not-found, input-invalid, client-id-missing, keychain-*. */
export async function planSignInAgain(
  input: InputOf<'accounts.signInAgain'>,
  { store, vault, providers, servers, credentials }: PlanSources,
): Promise<SignInPlan> {
  const account = store().accounts.server(input.accountId);
  const grant = store().grants.byAccount(input.accountId);
  if (!account || !grant) throw new MailError('not-found');
  const provider = providers.find(({ id }) => id === account.providerId);
  const { address, displayName, providerId, providerName, imap, smtp, sendSavesCopy, userName } = account;
  const { loginAddress } = account;
  const smtpName = account.smtpUserName ?? (provider ? userNamesOf(provider, address).smtp : userName);
  const userNames = { imap: userName, smtp: smtpName };
  const names = { address, loginAddress, displayName, providerId, providerName, userNames };
  const base = { ...names, imap, smtp, sendSavesCopy };
  if (input.password !== undefined) {
    return { ...base, access: { kind: 'password', password: credentials.take(input.password) } };
  }
  if (grant.kind === 'password') throw new MailError('input-invalid');
  const { clientId = '' } = grant;
  const isOwn = grant.clientIdOwner === 'person';
  // What the server gave is asked for anew: it may have forgotten a client that it has not seen for long.
  const isGiven = grant.clientIdOwner === 'registered' || grant.clientIdOwner === 'metadata-document';
  const client = isGiven ? undefined : await readClient(vault, grant.grantId, clientId);
  if (provider?.oauth) {
    const access = oauthAccess(provider, servers, isOwn ? clientId : undefined, client?.secret);
    return {
      ...base,
      access: { ...access, client: access.client && { ...client, ...access.client } },
    };
  }
  if (grant.issuer === undefined)
    throw new MailError('provider-unknown', { detail: { domain: domainOf(address) } });
  const { issuer, scopes } = grant;
  return { ...base, access: handAccess({ issuer, scopes, client }, base, { servers, providers }) };
}

/** Whether two addresses name the same mailbox: letters' case, and the domains of one provider, make no difference. */
export function isSameAddress(one: string, other: string, domains: string[]): boolean {
  const [a, b] = [one, other].map((text) => {
    const address = text.trim().toLowerCase();
    const domain = domainOf(address);
    return { local: address.slice(0, address.lastIndexOf('@')), domain };
  });
  if (!a || !b || a.local !== b.local) return false;
  return a.domain === b.domain || (domains.includes(a.domain) && domains.includes(b.domain));
}

/** Who has to sign in for this account. */
export function personOf({ address, loginAddress }: Pick<SignInPlan, 'address' | 'loginAddress'>): string {
  return loginAddress ?? address;
}

function checkAddress(text: string): string {
  const address = text.trim();
  if (!isAddress(address)) throw new MailError('address-invalid');
  return address;
}

/** Undefined for the usual case that one signs in under the address itself. */
function checkLogin(text: string | undefined, address: string): string | undefined {
  if (text === undefined) return undefined;
  const login = checkAddress(text);
  return isSameAddress(login, address, []) ? undefined : login;
}

function providerBase(
  provider: Provider,
  address: string,
  loginAddress: string | undefined,
): Omit<SignInPlan, 'access'> {
  const { id, name, imap, smtp, sendSavesCopy } = provider;
  const { imap: imapName, smtp: smtpName } = userNamesOf(provider, address);
  return {
    address,
    loginAddress,
    foundBy: 'preset',
    displayName: '',
    providerId: id,
    providerName: name,
    // A shared mailbox has no login of its own: it is opened under its name, and sends as the person who signed in.
    userNames: {
      imap: imapName,
      smtp: loginAddress === undefined ? smtpName : userNamesOf(provider, loginAddress).smtp,
    },
    imap,
    smtp,
    sendSavesCopy,
  };
}

function oauthAccess(
  provider: Provider,
  servers: AuthorizationServers,
  ownClientId: string | undefined,
  given: string | undefined,
): OauthAccess {
  const { oauth, revokesWholeGrant, domains } = provider;
  if (!oauth) throw new MailError('input-invalid'); // no password came, and there is no other way
  const clientId = ownClientId ?? oauth.clientId;
  const secret = clientId === oauth.clientId ? (oauth.publicClientSecret ?? given) : given;
  const registersItself = oauth.endpoints?.registration !== undefined;
  if (clientId === '' ? !registersItself : oauth.clientSecret === 'required' && secret === undefined) {
    throw new MailError('client-id-missing');
  }
  const method = oauth.clientSecretMethod;
  return {
    kind: 'oauth',
    findServer: (signal) => servers.ofProvider(provider, signal),
    issuer: oauth.issuer,
    isStranger: false,
    client:
      clientId === ''
        ? undefined
        : {
            clientId,
            ...(secret !== undefined && { secret }),
            ...(method !== undefined && { secretMethod: method }),
          },
    clientIdOwner: clientId === oauth.clientId ? 'provider-file' : 'person',
    scopes: oauth.scopes,
    requiredScopes: oauth.requiredScopes,
    redirectHost: oauth.redirectHost,
    redirectPath: oauth.redirectPath,
    extraParameters: oauth.extraAuthorizationParameters ?? {},
    revokesWholeGrant,
    domains,
  };
}

function handAccess(
  { issuer, scopes, client }: { issuer: string; scopes: string[]; client: OauthClient | undefined },
  mail: MailServers,
  { servers, providers }: Pick<PlanSources, 'servers' | 'providers'>,
): OauthAccess {
  return {
    kind: 'oauth',
    async findServer(signal) {
      const known = await servers.ofIssuer(issuer, signal);
      requireOwnServers(known, mail, providers);
      return known;
    },
    issuer,
    // A provider of this computer may be named by hand too, for its servers are the same.
    isStranger: !providers.some(({ oauth }) => oauth?.issuer === issuer),
    client,
    clientIdOwner: 'person',
    scopes,
    requiredScopes: scopes.filter((scope) => !SIDE_SCOPES.has(scope)),
    redirectHost: '127.0.0.1',
    redirectPath: undefined,
    extraParameters: {},
    revokesWholeGrant: false,
    domains: [],
  };
}

type MailServers = Pick<SignInPlan, 'imap' | 'smtp'>;

/**
 * Settings by hand may come from somebody else's "set it up like this". Where the browser will show the consent page of a provider
 * that we know, the person agrees to what that page says: so the code goes to this provider's token endpoint only (mix-up, RFC 9700
 * §4.4), and the token to its mail servers only. Throws authorization-server-invalid, input-invalid.
 */
export function requireOwnServers(
  { server }: KnownServer,
  { imap, smtp }: MailServers,
  providers: Provider[],
): void {
  const owners = providers.filter(({ oauth }) => {
    const page = oauth?.endpoints?.authorization ?? oauth?.issuer;
    return page !== undefined && hostIn(page) === hostIn(server.authorization_endpoint ?? '');
  });
  if (owners.length === 0) return;
  const oauthHosts = owners.flatMap(({ oauth }) =>
    [oauth?.issuer, ...Object.values(oauth?.endpoints ?? {})].map((url) => hostIn(url ?? '')),
  );
  for (const url of [server.issuer, server.token_endpoint ?? '']) {
    if (!oauthHosts.includes(hostIn(url))) {
      throw new MailError('authorization-server-invalid', { detail: { host: hostIn(url) } });
    }
  }
  const mailHosts = owners.flatMap((one) => [one.imap.host, one.smtp.host]);
  for (const { host } of [imap, smtp]) {
    if (!mailHosts.includes(host.toLowerCase())) throw new MailError('input-invalid', { detail: { host } });
  }
}

function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
