/**
 * Carries out a sign-in: a client ID, consent in the browser or on another device, tokens, the checks, IMAP, SMTP, then one
 * transaction that saves the account. The refresh token is in the vault before the access token is used for the first time.
 * Whatever fails after the tokens came, they are given back to the provider and deleted here, so that no access is left that
 * nobody sees; a client ID that the server gave for this sign-in goes the same way.
 */
import { randomUUID } from 'node:crypto';
import type { PayloadOf } from '../../src-shared/ipc/events.ts';
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { AttemptId, GrantId } from '../../src-shared/model/ids.ts';
import { domainOf } from '../../src-shared/text/address.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { requestConsent } from '../oauth/authorize.ts';
import type { OauthClient } from '../oauth/client.ts';
import { canUseDevice, requestByDevice } from '../oauth/device.ts';
import { hostOf } from '../oauth/http.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import { withdrawRegistration } from '../oauth/register.ts';
import { canRevoke, revokeToken } from '../oauth/revoke.ts';
import { exchangeCode, type TokenAnswer } from '../oauth/token-endpoint.ts';
import { type CheckServers, checkServers } from './check-servers.ts';
import type { EngineTexts } from './engine-texts.ts';
import { deleteGrantSecrets, writeClient, writeGrantSecret } from './grant-secrets.ts';
import { type ClientOwner, clientSourceOf } from './obtain-client.ts';
import { DISCARD_TIME, type SaveContext, saveAccount } from './save-account.ts';
import { noteFailedSignIn, noteRegistration } from './sign-in-audit.ts';
import { isSameAddress, type OauthAccess, personOf, type SignInPlan } from './sign-in-plan.ts';

export type SignInContext = CheckServers &
  SaveContext & {
    texts: EngineTexts;
    shell: { openExternal(url: string): Promise<void>; raiseWindow(): Promise<void> };
    /** Where our client ID metadata document stands, when this build has one. */
    clientMetadataUrl?: string | undefined;
    onProgress(progress: PayloadOf<'signInProgress'>): void;
  };

export type Attempt = {
  attemptId: AttemptId;
  /** Where the person agrees; in the browser when left out. */
  via?: 'browser' | 'device' | undefined;
  signal: AbortSignal;
  onLink(link: string): void;
};

/** Everything that the steps of one OAuth sign-in share. */
type Access = {
  plan: SignInPlan;
  access: OauthAccess;
  known: KnownServer;
  owner: ClientOwner;
  /** The client ID, once; `redirectUri` is undefined where no browser comes back. */
  obtain(redirectUri?: string): Promise<OauthClient>;
  /** Where the browser comes back to, when the client ID says so. */
  path: string | undefined;
};

/** Answers with the saved account. Throws MailError; then nothing is saved here and the new access is given back. */
export async function carryOutSignIn(
  plan: SignInPlan,
  attempt: Attempt,
  context: SignInContext,
): Promise<ServerAccount> {
  const { vault } = context;
  const { state } = await vault.check();
  if (state === 'locked' || state === 'absent') throw new MailError(`keychain-${state}`, { retry: 'later' });
  const store = context.store(); // throws now, and not after the person has agreed, when the mail is not open
  const { access } = plan;
  try {
    return access.kind === 'oauth'
      ? await signInByOauth(plan, access, attempt, context)
      : await signInByPassword(plan, access.password, attempt, context);
  } catch (error) {
    try {
      noteFailedSignIn(plan, error, store);
    } catch (noteError) {
      noteFailure(context.log)(noteError); // the mail was closed meanwhile: the error to tell is the first one
    }
    throw error;
  }
}

async function signInByPassword(
  plan: SignInPlan,
  password: string,
  attempt: Attempt,
  context: SignInContext,
): Promise<ServerAccount> {
  const { vault } = context;
  const { signal } = attempt;
  const onStep = progressOf(attempt, context);
  await checkServers(plan, { password }, context, { isRightPerson: false, signal, onStep });
  onStep('saving');
  const grantId = randomUUID() as GrantId;
  try {
    await writeGrantSecret(vault, grantId, { password });
    signal.throwIfAborted();
    return await saveAccount(plan, { grantId, kind: 'password', scopes: [] }, context);
  } catch (error) {
    await deleteGrantSecrets(vault, grantId).catch(noteFailure(context.log));
    throw error;
  }
}

async function signInByOauth(
  plan: SignInPlan,
  access: OauthAccess,
  attempt: Attempt,
  context: SignInContext,
): Promise<ServerAccount> {
  const { signal, via } = attempt;
  const onStep = progressOf(attempt, context);
  onStep('finding-provider');
  const known = await access.findServer(signal);
  if (via === 'device' && !canUseDevice(known)) {
    throw new MailError('device-not-offered', { detail: { host: hostOf(known) } });
  }
  const source = clientSourceOf(access, known, context.clientMetadataUrl);
  let client: OauthClient | undefined;
  const obtain: Access['obtain'] = async (redirectUri) => {
    if (source.owner === 'registered') onStep('registering');
    client = await source.obtain(redirectUri, signal);
    if (source.owner === 'registered') {
      noteRegistration(plan, known, client.clientId, context.store());
    }
    return client;
  };
  const shared = { plan, access, known, owner: source.owner, obtain, path: source.path };
  try {
    return await (via === 'device' ? byDevice : byBrowser)(shared, attempt, context);
  } catch (error) {
    // A client that was there before belongs to other grants too.
    if (source.owner === 'registered' && client) {
      await withdrawRegistration(client, AbortSignal.timeout(DISCARD_TIME));
    }
    throw withApprovalFacts(error, plan, client);
  }
}

async function byBrowser(shared: Access, attempt: Attempt, context: SignInContext): Promise<ServerAccount> {
  const { plan, access, known, path } = shared;
  const { signal, onLink, attemptId } = attempt;
  const { clock, shell, texts, log } = context;
  const { scopes, redirectHost, extraParameters } = access;
  let client: OauthClient | undefined;
  const consent = await requestConsent(
    {
      known,
      async clientIdFor(redirectUri) {
        client = await shared.obtain(redirectUri);
        return client.clientId;
      },
      scopes,
      redirectHost,
      redirectPath: path,
      extraParameters,
      loginHint: personOf(plan),
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
    if (!client) throw new MailError('internal');
    progressOf(attempt, context)('exchanging-code');
    // Not aborted by a cancel: a code that was sent may have become tokens, and those have to be given back.
    const answer = await exchangeCode(known, client, consent.exchange, clock.now());
    const account = await redeem(shared, client, answer, attempt, context);
    consent.answer(texts.answer('done'));
    return account;
  } catch (error) {
    consent.answer(texts.answer(toMailError(error)));
    throw error;
  }
}

async function byDevice(shared: Access, attempt: Attempt, context: SignInContext): Promise<ServerAccount> {
  const { known, access } = shared;
  const { attemptId, signal } = attempt;
  const { clock, onProgress } = context;
  const client = await shared.obtain();
  const answer = await requestByDevice(
    { known, client, scopes: access.scopes, isStranger: access.isStranger },
    {
      clock,
      signal,
      onWaiting: (device, until) => onProgress({ attemptId, step: 'waiting-for-device', until, device }),
    },
  );
  return redeem(shared, client, answer, attempt, context);
}

/** Tokens that came: checked, tried, kept; or given back. */
async function redeem(
  { plan, access, known, owner }: Access,
  askedAs: OauthClient,
  answer: TokenAnswer,
  attempt: Attempt,
  context: SignInContext,
): Promise<ServerAccount> {
  const { vault, tokens } = context;
  const { signal } = attempt;
  const onStep = progressOf(attempt, context);
  const client = { ...askedAs, ...(answer.secretMethod && { secretMethod: answer.secretMethod }) };
  const grantId = randomUUID() as GrantId;
  try {
    signal.throwIfAborted();
    const { refreshToken, accessToken, expiresAt, email } = answer;
    const scopes = answer.scopes ?? access.scopes;
    requireScopes(access.requiredScopes, scopes);
    const person = personOf(plan);
    if (email !== undefined && !isSameAddress(email, person, access.domains)) {
      throw new MailError('address-mismatch', { detail: { address: person, signedInAs: email } });
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
    return await saveAccount(
      plan,
      {
        grantId,
        kind: 'oauth',
        scopes,
        clientId: client.clientId,
        clientIdOwner: owner,
        ...(access.issuer !== undefined && { issuer: access.issuer }),
        ...(expiresAt !== undefined && { accessTokenEndsAt: expiresAt }),
      },
      context,
    );
  } catch (error) {
    await tokens.forget(grantId);
    const isShared = isSharedGrant(plan, access, answer, context);
    await discard(grantId, answer, { known, client, isShared }, context);
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

/** Whether giving the new tokens back would also end a grant that this person has here, for this or another mailbox. */
function isSharedGrant(
  plan: SignInPlan,
  { revokesWholeGrant, domains }: OauthAccess,
  { email }: TokenAnswer,
  { store }: SignInContext,
): boolean {
  if (!revokesWholeGrant) return false;
  const person = email ?? personOf(plan);
  const { accounts, grants } = store();
  return accounts
    .list()
    .some(
      (account) =>
        account.auth === 'oauth' &&
        isSameAddress(personOf(account), person, domains) &&
        grants.byAccount(account.accountId)?.state === 'active',
    );
}

/** RFC 6749 §3.3: what was granted may be less than what was asked for. */
function requireScopes(required: string[], granted: string[]): void {
  const missing = required.filter((scope) => !granted.includes(scope));
  if (missing.length > 0) throw new MailError('scope-missing', { detail: { missing: missing.join(' ') } });
}

/** What the message to an administrator has to name: the program, and the organisation. */
function withApprovalFacts(error: unknown, plan: SignInPlan, client: OauthClient | undefined): unknown {
  if (!(error instanceof MailError) || error.code !== 'admin-approval-needed') return error;
  const { detail, cause } = error;
  const facts = { clientId: client?.clientId ?? '', tenant: domainOf(personOf(plan)) };
  return new MailError('admin-approval-needed', { detail: { ...detail, ...facts }, cause });
}

function progressOf({ attemptId }: Attempt, { onProgress }: SignInContext) {
  return (step: PayloadOf<'signInProgress'>['step']): void => onProgress({ attemptId, step });
}

function noteFailure(log: Log): (error: unknown) => void {
  return (error) => log.warn('sign-in clean-up', errorFacts(error));
}
