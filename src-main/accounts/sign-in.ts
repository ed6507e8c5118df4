/**
 * Carries out a sign-in: consent in the browser, tokens, the checks, IMAP, SMTP, then one transaction that saves the account.
 * The refresh token is in the vault before the access token is used for the first time. Whatever fails after the tokens came,
 * they are given back to the provider and deleted here, so that no access is left that nobody sees.
 */
import { randomUUID } from 'node:crypto';
import type { PayloadOf } from '../../src-shared/ipc/events.ts';
import { DEFAULT_BODY_MONTHS, type ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { AccountId, AttemptId, GrantId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { type Consent, requestConsent } from '../oauth/authorize.ts';
import type { OauthClient } from '../oauth/client.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import { canRevoke, revokeToken } from '../oauth/revoke.ts';
import { exchangeCode, type TokenAnswer } from '../oauth/token-endpoint.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import { type CheckServers, checkServers } from './check-servers.ts';
import type { EngineTexts } from './engine-texts.ts';
import { deleteGrantSecrets, readClient, writeClient, writeGrantSecret } from './grant-secrets.ts';
import { isSameAddress, type OauthAccess, type SignInPlan } from './sign-in-plan.ts';

export type SignInContext = CheckServers & {
  store: () => Store;
  vault: Vault;
  servers: AuthorizationServers;
  tokens: AccessTokens;
  clock: Clock;
  log: Log;
  texts: EngineTexts;
  shell: { openExternal(url: string): Promise<void>; raiseWindow(): Promise<void> };
  onProgress(progress: PayloadOf<'signInProgress'>): void;
};

export type Attempt = { attemptId: AttemptId; signal: AbortSignal; onLink(link: string): void };

/** A provider that does not answer must not keep the person waiting for the error that is to be shown. */
const DISCARD_TIME = 5_000;

/** Answers with the saved account. Throws MailError; then nothing is saved here and the new access is given back. */
export async function carryOutSignIn(
  plan: SignInPlan,
  attempt: Attempt,
  context: SignInContext,
): Promise<ServerAccount> {
  const { vault } = context;
  const { state } = await vault.check();
  if (state === 'locked' || state === 'absent') throw new MailError(`keychain-${state}`, { retry: 'later' });
  context.store(); // throws now, and not after the person has agreed, when the mail is not open
  if (plan.access.kind === 'oauth') return signInByBrowser(plan, plan.access, attempt, context);

  const { password } = plan.access;
  const { signal } = attempt;
  const onStep = progressOf(attempt, context);
  await checkServers(plan, { password }, context, { isRightPerson: false, signal, onStep });
  onStep('saving');
  const grantId = randomUUID() as GrantId;
  try {
    await writeGrantSecret(vault, grantId, { password });
    signal.throwIfAborted();
    return await save(plan, { grantId, kind: 'password', scopes: [] }, context);
  } catch (error) {
    await deleteGrantSecrets(vault, grantId).catch(noteFailure(context.log));
    throw error;
  }
}

async function signInByBrowser(
  plan: SignInPlan,
  access: OauthAccess,
  attempt: Attempt,
  context: SignInContext,
): Promise<ServerAccount> {
  const { signal, onLink, attemptId } = attempt;
  const { clock, shell, texts, log } = context;
  const onStep = progressOf(attempt, context);
  onStep('finding-provider');
  const known = await access.findServer(signal);
  const { client, scopes, redirectHost, redirectPath, extraParameters } = access;
  const consent = await requestConsent(
    {
      known,
      clientId: client.clientId,
      scopes,
      redirectHost,
      redirectPath,
      extraParameters,
      loginHint: plan.address,
    },
    {
      clock,
      signal,
      openBrowser: shell.openExternal,
      textFor: texts.answer,
      onAnswered: () => void shell.raiseWindow().catch(noteFailure(log)),
      onWaiting(link, until) {
        onLink(link);
        context.onProgress({ attemptId, step: 'waiting-for-browser', until });
      },
    },
  );
  try {
    onStep('exchanging-code');
    const account = await redeemConsent(plan, access, known, consent, attempt, context);
    consent.answer(texts.answer('done'));
    return account;
  } catch (error) {
    consent.answer(texts.answer(toMailError(error)));
    throw error;
  }
}

async function redeemConsent(
  plan: SignInPlan,
  access: OauthAccess,
  known: KnownServer,
  consent: Consent,
  attempt: Attempt,
  context: SignInContext,
): Promise<ServerAccount> {
  const { vault, clock, tokens } = context;
  const { signal } = attempt;
  const onStep = progressOf(attempt, context);
  // Not aborted by a cancel: a code that was sent may have become tokens, and those have to be given back.
  const answer = await exchangeCode(known, access.client, consent.exchange, clock.now());
  const client = { ...access.client, ...(answer.secretMethod && { secretMethod: answer.secretMethod }) };
  const grantId = randomUUID() as GrantId;
  try {
    signal.throwIfAborted();
    const { refreshToken, accessToken, expiresAt, email } = answer;
    const scopes = answer.scopes ?? access.scopes;
    requireScopes(access.requiredScopes, scopes);
    if (email !== undefined && !isSameAddress(email, plan.address, access.domains)) {
      throw new MailError('address-mismatch', { detail: { address: plan.address, signedInAs: email } });
    }
    if (refreshToken === undefined) throw new MailError('no-refresh-token');
    await writeClient(vault, grantId, client);
    await writeGrantSecret(vault, grantId, { refreshToken });
    await checkServers(plan, { accessToken }, context, {
      isRightPerson: email !== undefined,
      signal,
      onStep,
    });
    signal.throwIfAborted();
    onStep('saving');
    // Before the account is there: whoever connects for it then finds this token, and asks for no other.
    tokens.remember(grantId, { accessToken, expiresAt });
    return await save(
      plan,
      {
        grantId,
        kind: 'oauth',
        scopes,
        clientId: client.clientId,
        clientIdOwner: access.clientIdOwner,
        ...(access.issuer !== undefined && { issuer: access.issuer }),
        ...(expiresAt !== undefined && { accessTokenEndsAt: expiresAt }),
      },
      context,
    );
  } catch (error) {
    await tokens.forget(grantId);
    await discard(
      grantId,
      answer,
      { known, client, isShared: isSharedGrant(plan, access, answer, context) },
      context,
    );
    throw error;
  }
}

/** Gives back tokens that came to nothing. Failing at it is noted and changes nothing: the error to tell is the first one. */
async function discard(
  grantId: GrantId,
  { refreshToken, accessToken }: TokenAnswer,
  { known, client, isShared }: { known: KnownServer; client: OauthClient; isShared: boolean },
  { vault, log }: SignInContext,
): Promise<void> {
  const giveBack = async () => {
    if (!canRevoke(known) || isShared) return;
    const signal = AbortSignal.timeout(DISCARD_TIME);
    if (refreshToken !== undefined) await revokeToken(known, client, refreshToken, 'refresh_token', signal);
    await revokeToken(known, client, accessToken, 'access_token', signal);
  };
  await giveBack().catch(noteFailure(log));
  await deleteGrantSecrets(vault, grantId).catch(noteFailure(log));
}

/** Whether giving the new tokens back would also end the grant that this account has had until now. */
function isSharedGrant(
  { address }: SignInPlan,
  { revokesWholeGrant, domains }: OauthAccess,
  { email }: TokenAnswer,
  { store }: SignInContext,
): boolean {
  if (!revokesWholeGrant) return false;
  const existing = store().accounts.byAddress(email ?? address);
  const isSamePerson = email === undefined || isSameAddress(email, address, domains);
  const account = existing ?? (isSamePerson ? store().accounts.byAddress(address) : undefined);
  return account !== undefined && store().grants.byAccount(account.accountId)?.state === 'active';
}

/** RFC 6749 §3.3: what was granted may be less than what was asked for. */
function requireScopes(required: string[], granted: string[]): void {
  const missing = required.filter((scope) => !granted.includes(scope));
  if (missing.length > 0) throw new MailError('scope-missing', { detail: { missing: missing.join(' ') } });
}

type NewGrant = Omit<Grant, 'accountId' | 'grantedAt' | 'state'>;

/** A new account, or the new grant of one that is there already under this address; then the old grant is given back. */
async function save(plan: SignInPlan, grant: NewGrant, context: SignInContext): Promise<ServerAccount> {
  const { clock } = context;
  const store = context.store();
  const existing = store.accounts.byAddress(plan.address);
  const { address, displayName, providerId, providerName, userNames, imap, smtp, sendSavesCopy } = plan;
  const account: ServerAccount = {
    accountId: existing?.accountId ?? (randomUUID() as AccountId),
    address: existing?.address ?? address,
    displayName: displayName || (existing?.displayName ?? ''),
    providerId,
    providerName,
    userName: userNames.imap,
    auth: grant.kind,
    imap,
    smtp,
    sendSavesCopy,
    bodyMonths: existing?.bodyMonths ?? DEFAULT_BODY_MONTHS,
    addedAt: existing?.addedAt ?? clock.now(),
  };
  const { accountId } = account;
  const full: Grant = { ...grant, accountId, grantedAt: clock.now(), state: 'active' };
  const host = grant.issuer === undefined ? imap.host : new URL(grant.issuer).host;
  if (!existing) {
    store.accounts.add({ account, grant: full, audit: { accountId, kind: 'signed-in', host } });
    return account;
  }
  const old = store.grants.byAccount(accountId);
  store.accounts.renew({
    accountId,
    grant: full,
    account,
    audit: { accountId, kind: 'signed-in-again', host },
  });
  if (old) await retire(existing, old, plan, context).catch(noteFailure(context.log));
  return account;
}

/** The grant that was replaced: given back, unless that would end the new one too, and deleted here. */
async function retire(
  account: ServerAccount,
  old: Grant,
  { access }: SignInPlan,
  context: SignInContext,
): Promise<void> {
  const { tokens, servers, vault, log } = context;
  const isShared = access.kind === 'oauth' && access.revokesWholeGrant;
  const giveBack = async () => {
    const refreshToken = await tokens.refreshToken(old.grantId);
    if (old.kind !== 'oauth' || refreshToken === undefined || isShared) return;
    const signal = AbortSignal.timeout(DISCARD_TIME);
    const known = await servers.ofGrant(account, old, signal);
    if (!canRevoke(known)) return;
    const client = await readClient(vault, old.grantId, old.clientId ?? '');
    await revokeToken(known, client, refreshToken, 'refresh_token', signal);
  };
  await giveBack().catch(noteFailure(log));
  await tokens.forget(old.grantId);
  await deleteGrantSecrets(vault, old.grantId);
}

function progressOf({ attemptId }: Attempt, { onProgress }: SignInContext) {
  return (step: PayloadOf<'signInProgress'>['step']): void => onProgress({ attemptId, step });
}

function noteFailure(log: Log): (error: unknown) => void {
  return (error) => log.warn('sign-in clean-up', errorFacts(error));
}
