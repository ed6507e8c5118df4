/** The end of a sign-in: one transaction that saves the account or renews it, and the grant of before, which is given back. */
import { randomUUID } from 'node:crypto';
import { DEFAULT_BODY_MONTHS, type ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { withdrawRegistration } from '../oauth/register.ts';
import { canRevoke, revokeToken } from '../oauth/revoke.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import { deleteGrantSecrets, readClient } from './grant-secrets.ts';
import { noteNewGrant, signInHost } from './sign-in-audit.ts';
import type { SignInPlan } from './sign-in-plan.ts';

export type SaveContext = {
  store: () => Store;
  vault: Vault;
  servers: AuthorizationServers;
  tokens: AccessTokens;
  clock: Clock;
  log: Log;
};

export type NewGrant = Omit<Grant, 'accountId' | 'grantedAt' | 'state'>;

/** A provider that does not answer must not keep the person waiting for what is to be shown. In milliseconds. */
export const DISCARD_TIME = 5_000;

/** A new account, or the new grant of one that is there already under this address; then the old grant is given back. */
export async function saveAccount(
  plan: SignInPlan,
  grant: NewGrant,
  context: SaveContext,
): Promise<ServerAccount> {
  const { clock, log } = context;
  const store = context.store();
  const existing = store.accounts.byAddress(plan.address);
  const account = accountOf(plan, grant, existing, clock.now());
  const { accountId } = account;
  const full: Grant = { ...grant, accountId, grantedAt: clock.now(), state: 'active' };
  const host = signInHost(grant.issuer, plan);
  if (!existing) {
    store.accounts.add({ account, grant: full, audit: { accountId, kind: 'signed-in', host } });
    noteNewGrant(plan, account, full, undefined, store);
    return account;
  }
  const old = store.grants.byAccount(accountId);
  store.accounts.renew({
    accountId,
    grant: full,
    account,
    audit: { accountId, kind: 'signed-in-again', host },
  });
  noteNewGrant(plan, account, full, old, store);
  if (old) {
    await retire(existing, old, full, plan, context).catch((error: unknown) =>
      log.warn('sign-in clean-up', errorFacts(error)),
    );
  }
  return account;
}

function accountOf(
  plan: SignInPlan,
  { kind }: NewGrant,
  existing: ServerAccount | undefined,
  now: number,
): ServerAccount {
  const { address, loginAddress, displayName, providerId, providerName, userNames } = plan;
  const { imap, smtp, sendSavesCopy } = plan;
  return {
    accountId: existing?.accountId ?? (randomUUID() as AccountId),
    address: existing?.address ?? address,
    displayName: displayName || (existing?.displayName ?? ''),
    providerId,
    providerName,
    userName: userNames.imap,
    ...(userNames.smtp !== userNames.imap && { smtpUserName: userNames.smtp }),
    ...(loginAddress !== undefined && { loginAddress }),
    auth: kind,
    imap,
    smtp,
    sendSavesCopy,
    bodyMonths: existing?.bodyMonths ?? DEFAULT_BODY_MONTHS,
    addedAt: existing?.addedAt ?? now,
  };
}

/** The grant that was replaced: given back, unless that would end the new one too, and deleted here. */
async function retire(
  account: ServerAccount,
  old: Grant,
  now: Grant,
  { access }: SignInPlan,
  context: SaveContext,
): Promise<void> {
  const { tokens, servers, vault, log } = context;
  const { accountId, grantId, clientId = '' } = old;
  const isShared = access.kind === 'oauth' && access.revokesWholeGrant;
  const giveBack = async () => {
    const refreshToken = await tokens.refreshToken(grantId);
    if (old.kind !== 'oauth' || refreshToken === undefined || isShared) return;
    const signal = AbortSignal.timeout(DISCARD_TIME);
    const known = await servers.ofGrant(account, old, signal);
    const client = await readClient(vault, grantId, clientId);
    if (canRevoke(known)) await revokeToken(known, client, refreshToken, 'refresh_token', signal);
    if (clientId !== now.clientId) await withdrawRegistration(client, signal);
  };
  await giveBack().catch((error: unknown) => log.warn('sign-in clean-up', errorFacts(error)));
  await tokens.forget(grantId);
  await deleteGrantSecrets(vault, grantId);
  const { host } = account.imap;
  context.store().audit.append({ accountId, kind: 'key-deleted', host, detail: { what: 'grant' } });
}
