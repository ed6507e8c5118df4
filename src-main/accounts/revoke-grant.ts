/**
 * Signs an account out, as steps that are told while they run:
 *
 *   finish      what is only here is sent and saved, when the person wants it
 *   disconnect  the grant becomes `revoking`: nobody gets a token any more, and the owners of connections close them
 *   revoke      the provider is asked to take the access back (RFC 7009)
 *   proof       the refresh token, then the access token in memory, are tried once; none is made for the purpose
 *   forget      the secrets are deleted from the keychain
 *   mail        is kept or erased
 *
 * What was to be finished first and cannot be ends it before anything was given back: the person decides again. After that
 * nothing that happens at the provider stops what happens here. It ends in a receipt that claims no more than was seen.
 */
import { randomInt } from 'node:crypto';
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { AccountId, ReceiptId } from '../../src-shared/model/ids.ts';
import type { Receipt, ReceiptStep, ReceiptStepName } from '../../src-shared/model/receipt.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { OauthClient } from '../oauth/client.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import { canRevoke, revokeToken } from '../oauth/revoke.ts';
import type { AccessToken } from '../sasl/authentication.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import type { CheckServer } from './check-servers.ts';
import { finishWaiting } from './finish-waiting.ts';
import { deleteGrantSecrets, readClient } from './grant-secrets.ts';
import { countOnlyHere } from './only-here.ts';
import { tryAccessToken, tryRefreshToken } from './prove-ended.ts';

export type SignOutContext = {
  store: () => Store;
  vault: Vault;
  providers: Provider[];
  servers: AuthorizationServers;
  tokens: AccessTokens;
  registry: ConnectionRegistry;
  clock: Clock;
  log: Log;
  checkImap: CheckServer;
};

export type SignOutRequest = {
  accountId: AccountId;
  finishFirst: boolean;
  mail: 'keep' | 'erase';
  onStep(step: ReceiptStep): void;
};

type StepEnd = { state: 'done' | 'owed' | 'skipped'; outcome: string; facts?: ReceiptStep['facts'] };

/** What was in hand before anything was deleted. */
type Keys = { refreshToken: string | undefined; client: OauthClient; accessToken: AccessToken | undefined };

/**
 * Throws not-found; not-finished when what waits could not be finished, as was wished; and keychain-locked or keychain-absent,
 * because without the keychain the key can be neither given back nor deleted. The access stands as before then.
 */
export async function signOut(request: SignOutRequest, context: SignOutContext): Promise<Receipt> {
  const { accountId, onStep } = request;
  const { vault, clock, log, tokens } = context;
  const store = context.store();
  const account = store.accounts.server(accountId);
  const atFirst = store.grants.byAccount(accountId);
  if (!account || !atFirst) throw new MailError('not-found');
  const { state } = vault.state().state === 'session' ? vault.state() : await vault.check();
  if (state === 'locked' || state === 'absent') throw new MailError(`keychain-${state}`, { retry: 'later' });

  const steps: ReceiptStep[] = [];
  async function run(name: ReceiptStepName, task: () => Promise<StepEnd>): Promise<StepEnd> {
    onStep({ name, state: 'running', facts: {} });
    const end = await task();
    const step = { name, state: end.state, at: clock.now(), outcome: end.outcome, facts: end.facts ?? {} };
    steps.push(step);
    onStep(step);
    return end;
  }

  await run('finish', () => finish(store, account, atFirst, request, context));
  const grant = store.grants.get(atFirst.grantId) ?? atFirst; // the provider may have ended it meanwhile
  await run('disconnect', () => disconnect(store, grant, context));
  const keys = await readKeys(grant, context);
  const before = store.receipts.list().find((one) => one.accountId === accountId);
  const provider = context.providers.find(({ id }) => id === account.providerId);
  const known = grant.kind === 'oauth' ? await findServer(account, grant, context) : undefined;
  const revocation = await run('revoke', () => revoke(grant, provider, known, keys, before, log));
  const proof = await run('proof', () => prove(account, grant, revocation, known, keys, context));
  // A server that still hands out tokens has not taken the access back, whatever it answered.
  if (proof.outcome === 'still-opens' && proof.facts?.renewable === 1) {
    overrule(steps, onStep, { name: 'revoke', state: 'owed', outcome: 'revoke-refused' });
  }
  await tokens.forget(grant.grantId);
  await run('forget', () => forget(grant, context));
  const host = grant.issuer === undefined ? account.imap.host : new URL(grant.issuer).host;
  const isConfirmed = steps.some(({ outcome }) => outcome === 'revoked' || outcome === 'already-ended');
  store.grants.update(grant.grantId, { state: 'revoked' });
  store.audit.append({ accountId, kind: isConfirmed ? 'revoked' : 'revoke-failed', host });
  store.accounts.setSignIn(accountId, 'signed-out', { accountId, kind: 'forgotten' });
  await run('mail', () => seeToMail(store, accountId, request.mail, log));

  const proved = grant.state === 'revoked' && before ? before : answerOf(steps);
  const receipt = receiptOf(account, grant, provider, steps, proved, clock.now());
  store.receipts.add(receipt);
  return receipt;
}

async function finish(
  store: Store,
  account: ServerAccount,
  grant: Grant,
  { finishFirst }: SignOutRequest,
  context: SignOutContext,
): Promise<StepEnd> {
  const there = countOnlyHere(store, account.accountId);
  if (there.sent + there.drafts + there.changes === 0) return { state: 'skipped', outcome: 'nothing-waited' };
  if (!finishFirst || grant.state !== 'active')
    return { state: 'skipped', outcome: 'left-behind', facts: there };
  const { before, left } = await finishWaiting(store, account, context);
  const facts = {
    sent: before.sent - left.sent,
    drafts: before.drafts - left.drafts,
    changes: before.changes - left.changes,
  };
  if (left.sent + left.drafts + left.changes > 0)
    throw new MailError('not-finished', { retry: 'later', detail: left });
  return { state: 'done', outcome: 'finished', facts };
}

async function disconnect(store: Store, grant: Grant, { registry, clock }: SignOutContext): Promise<StepEnd> {
  const { accountId, grantId } = grant;
  const count = registry.count(accountId);
  store.grants.update(grantId, { state: 'revoking' });
  const limit = new AbortController();
  const stop = clock.after(LIMITS.disconnectTimeout, () => limit.abort());
  try {
    await registry.whenNone(accountId, limit.signal);
    return { state: 'done', outcome: 'disconnected', facts: { count } };
  } catch {
    return { state: 'owed', outcome: 'disconnect-late', facts: { count: registry.count(accountId) } };
  } finally {
    stop();
  }
}

/** A renewal that was under way has ended before the keys are read, so that they are the last ones. */
async function readKeys(grant: Grant, { tokens, vault, log }: SignOutContext): Promise<Keys> {
  const { grantId, clientId = '' } = grant;
  if (grant.kind === 'password')
    return { refreshToken: undefined, client: { clientId }, accessToken: undefined };
  await tokens.settle(grantId);
  const accessToken = tokens.peek(grantId);
  try {
    const refreshToken = await tokens.refreshToken(grantId);
    return { refreshToken, client: await readClient(vault, grantId, clientId), accessToken };
  } catch (error) {
    log.warn('key not readable', errorFacts(error));
    return { refreshToken: undefined, client: { clientId }, accessToken };
  }
}

/** Undefined when the provider cannot be reached or is not known any more. */
async function findServer(
  account: ServerAccount,
  grant: Grant,
  context: SignOutContext,
): Promise<KnownServer | undefined> {
  try {
    return await context.servers.ofGrant(account, grant);
  } catch (error) {
    context.log.warn('authorization server not found', errorFacts(error));
    return undefined;
  }
}

async function revoke(
  grant: Grant,
  provider: Provider | undefined,
  known: KnownServer | undefined,
  { refreshToken, accessToken, client }: Keys,
  before: Receipt | undefined,
  log: Log,
): Promise<StepEnd> {
  if (grant.kind === 'password') return { state: 'skipped', outcome: 'revoke-not-needed' };
  if (grant.state === 'revoked') return outcomeBefore(before);
  if (grant.state === 'ended') return { state: 'skipped', outcome: 'already-ended' };
  if (provider?.revocation === 'none' || (known && !canRevoke(known))) {
    return { state: 'owed', outcome: 'revoke-no-endpoint' };
  }
  if (!known) return { state: 'owed', outcome: 'revoke-unreachable' };
  try {
    if (refreshToken !== undefined) await revokeToken(known, client, refreshToken, 'refresh_token');
    else if (!accessToken) throw new MailError('keychain-failed');
    // RFC 7009 §2.1: the server SHOULD end the access token with it. Asking for it costs one request.
    if (accessToken) {
      const asked = revokeToken(known, client, accessToken.accessToken, 'access_token');
      await (refreshToken === undefined ? asked : asked.catch(() => undefined));
    }
    return { state: 'done', outcome: 'revoked' };
  } catch (error) {
    log.warn('revocation', errorFacts(error));
    const isRefused = error instanceof MailError && error.retry === 'never' && !error.code.startsWith('tls-');
    return { state: 'owed', outcome: isRefused ? 'revoke-refused' : 'revoke-unreachable' };
  }
}

/** Signed out once more, to erase the mail that was kept: the key has gone since, so the provider's answer of then still stands. */
function outcomeBefore(before: Receipt | undefined): StepEnd {
  const outcome = before?.steps.find(({ name }) => name === 'revoke')?.outcome ?? 'revoke-unreachable';
  const wasTaken = outcome === 'revoked' || outcome === 'already-ended';
  return wasTaken ? { state: 'skipped', outcome: 'already-ended' } : { state: 'owed', outcome };
}

async function prove(
  account: ServerAccount,
  grant: Grant,
  revocation: StepEnd,
  known: KnownServer | undefined,
  { refreshToken, accessToken, client }: Keys,
  { checkImap, clock }: SignOutContext,
): Promise<StepEnd> {
  if (grant.kind === 'password') return { state: 'skipped', outcome: 'proof-not-needed' };
  const tryMailbox = () =>
    accessToken &&
    tryAccessToken(account, accessToken, checkImap, AbortSignal.timeout(LIMITS.connectTimeout));
  const stillOpens = (until: number, renewable: 0 | 1): StepEnd => ({
    state: 'owed',
    outcome: 'still-opens',
    facts: { until, renewable },
  });

  if (revocation.outcome === 'revoke-no-endpoint') {
    // The refresh token was never taken back: trying it would only make a new key.
    const mailbox = await tryMailbox();
    if (mailbox === undefined) return { state: 'skipped', outcome: 'proof-not-needed' };
    const until = accessToken?.expiresAt;
    if (mailbox === 'opens' && until !== undefined) return stillOpens(until, 0);
    return { state: 'owed', outcome: 'proof-unreachable' };
  }
  if (revocation.outcome !== 'revoked' && revocation.outcome !== 'already-ended') {
    return { state: 'owed', outcome: 'proof-unreachable' };
  }
  if (!known || refreshToken === undefined) {
    return refreshToken === undefined
      ? { state: 'skipped', outcome: 'proof-not-needed' }
      : { state: 'owed', outcome: 'proof-unreachable' };
  }
  const renewal = await tryRefreshToken(known, client, refreshToken, clock.now());
  if (renewal === 'opens') return stillOpens(accessToken?.expiresAt ?? clock.now(), 1);
  const mailbox = await tryMailbox();
  if (mailbox === 'opens' && accessToken?.expiresAt !== undefined)
    return stillOpens(accessToken.expiresAt, 0);
  if (renewal === 'unknown' || mailbox === 'unknown' || mailbox === 'opens') {
    return { state: 'owed', outcome: 'proof-unreachable' };
  }
  return { state: 'done', outcome: mailbox === undefined ? 'proved-refresh-only' : 'proved-both' };
}

async function forget(grant: Grant, { vault, log }: SignOutContext): Promise<StepEnd> {
  const { state, name } = vault.state();
  try {
    await deleteGrantSecrets(vault, grant.grantId);
  } catch (error) {
    log.warn('key not deleted', errorFacts(error));
    return { state: 'owed', outcome: 'forget-failed', facts: { keychain: name } };
  }
  if (state === 'session') return { state: 'done', outcome: 'forgotten-session' };
  return { state: 'done', outcome: 'forgotten', facts: { keychain: name } };
}

async function seeToMail(
  store: Store,
  accountId: AccountId,
  mail: 'keep' | 'erase',
  log: Log,
): Promise<StepEnd> {
  if (mail === 'keep') {
    return {
      state: 'done',
      outcome: 'mail-kept',
      facts: { messages: store.accounts.size(accountId).messages },
    };
  }
  try {
    const { messages } = await store.accounts.erase(accountId);
    store.audit.append({ accountId, kind: 'account-erased', detail: { messages } });
    return { state: 'done', outcome: 'mail-erased', facts: { messages } };
  } catch (error) {
    log.warn('mail not erased', errorFacts(error));
    return { state: 'owed', outcome: 'mail-erase-failed' };
  }
}

function overrule(
  steps: ReceiptStep[],
  onStep: SignOutRequest['onStep'],
  change: Pick<ReceiptStep, 'name' | 'state' | 'outcome'>,
): void {
  const index = steps.findIndex(({ name }) => name === change.name);
  const step = steps[index];
  if (!step) return;
  const changed = { ...step, ...change };
  steps[index] = changed;
  onStep(changed);
}

/** `no` only when all of it was seen: confirmed (now or before), refresh refused, and the mailbox closed to what was in memory. */
function answerOf(steps: ReceiptStep[]): { answer: Receipt['answer']; until?: number } {
  const step = (name: ReceiptStepName) => steps.find((one) => one.name === name);
  const revoked = step('revoke')?.outcome;
  const proof = step('proof');
  if (revoked !== 'revoked' && revoked !== 'already-ended') return { answer: 'not-from-here' };
  if (proof?.outcome === 'proved-both' || proof?.outcome === 'proved-refresh-only') return { answer: 'no' };
  const until = proof?.facts.until;
  if (proof?.outcome === 'still-opens' && typeof until === 'number') return { answer: 'until', until };
  return { answer: 'not-from-here' };
}

/** Readable and short enough to be told on the telephone. */
function receiptNumber(at: number): ReceiptId {
  const day = new Date(at)
    .toISOString()
    .slice(0, 10)
    .replace(/-(\d\d)-/, '-$1');
  return `LK-${day}-${String(randomInt(1_000_000)).padStart(6, '0')}` as ReceiptId;
}

function receiptOf(
  account: ServerAccount,
  grant: Grant,
  provider: Provider | undefined,
  steps: ReceiptStep[],
  { answer, until }: Pick<Receipt, 'answer' | 'until'>,
  finishedAt: number,
): Receipt {
  const { accountId, address, providerName } = account;
  const page =
    grant.kind === 'password' ? (provider?.appPasswordUrl ?? provider?.manageUrl) : provider?.manageUrl;
  return {
    receiptId: receiptNumber(finishedAt),
    accountId,
    address,
    providerName,
    answer,
    ...(until !== undefined && { until }),
    steps,
    grantedAt: grant.grantedAt,
    finishedAt,
    ...(grant.clientId !== undefined && { clientId: grant.clientId }),
    ...(grant.issuer !== undefined && { issuer: grant.issuer }),
    ...(answer !== 'no' && page !== undefined && { manageUrl: page }),
  };
}
