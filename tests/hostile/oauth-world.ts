/** Sign-ins at an authorization server that lies, with mail servers that note which key they were shown. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckServer } from '../../src-main/accounts/check-servers.ts';
import { openAccountsWorld } from '../integration/accounts-world.ts';
import type { HostileAuthServer } from '../servers/hostile-auth-server.mjs';
import { createRunFolder, type RunFolder } from '../servers/run-folder.mjs';

export type ShownKey = { host: string; user: string; accessToken: string };

/** One provider: `lab` at `lab.test`, unless `more` says otherwise. */
export function hostileProvider(issuer: string, more: { oauth?: object; [key: string]: unknown } = {}) {
  const { oauth, ...rest } = more;
  const server = (name: string, port: number) => ({ host: `${name}.lab.test`, port, security: 'tls' });
  return {
    id: 'lab',
    name: 'Lab Mail',
    domains: ['lab.test'],
    auth: 'oauth',
    oauth: {
      issuer,
      clientId: 'latchkey-mail',
      scopes: ['openid', 'email', 'mail'],
      requiredScopes: ['mail'],
      redirectHost: '127.0.0.1',
      clientSecret: 'none',
      ...oauth,
    },
    imap: server('imap', 993),
    smtp: server('smtp', 465),
    userName: 'address',
    revocation: 'endpoint',
    revokesWholeGrant: false,
    sendSavesCopy: false,
    ...rest,
  };
}

/** The engine's part for accounts, with nothing in a keychain, and `shown`: what the mail servers were given. */
export function openHostileWorld(
  run: RunFolder,
  providers: object[],
  options: Pick<
    Parameters<typeof openAccountsWorld>[1] & object,
    'clock' | 'clientMetadataUrl' | 'person'
  > = {},
) {
  const providersFile = join(run.path, `providers-${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(providersFile, JSON.stringify({ providers }));
  const shown: ShownKey[] = [];
  const note: CheckServer = async ({ host }, authentication, signal) => {
    if (authentication.kind !== 'oauth') return;
    const { accessToken } = await authentication.token.get(signal);
    shown.push({ host, user: authentication.user, accessToken });
  };
  const world = openAccountsWorld({ run, providersFile }, { ...options, checkImap: note, checkSmtp: note });
  world.vault.startSession();
  return { ...world, shown };
}
export type HostileWorld = ReturnType<typeof openHostileWorld>;

export const openRunFolder = createRunFolder;

/** No account, no key shown to a mail server, and no request for tokens. */
export function nothingHappened(world: HostileWorld, ...servers: HostileAuthServer[]) {
  return {
    accounts: world.store.accounts.list().length,
    grants: world.store.grants.list().length,
    shown: world.shown,
    tokenRequests: servers.flatMap((server) => server.requestsTo('/token')).length,
  };
}
export const NOTHING = { accounts: 0, grants: 0, shown: [], tokenRequests: 0 };
