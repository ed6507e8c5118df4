/**
 * Signs an account out, as steps that are told while they run:
 *
 *   finish      what is only here is sent and saved, when the person wants it
 *   disconnect  the grant becomes `revoking`: nobody gets a token any more, and the owners of connections close them
 *   revoke      the provider is asked to take the access back (RFC 7009)
 *   proof       the refresh token, then the access token in memory, are tried once; none is made for the purpose
 *   forget      the secrets are deleted from the keychain; where the provider could not be asked, the key is put apart first, as a debt
 *   mail        is kept or erased
 *
 * What was to be finished first and cannot be ends it before anything was given back: the person decides again. After that
 * nothing that happens at the provider stops what happens here. It ends in a receipt that claims no more than was seen.
 */
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { AccountId, DebtId } from '../../src-shared/model/ids.ts';
import type { Receipt, ReceiptStep, ReceiptStepName } from '../../src-shared/model/receipt.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { withdrawRegistration } from '../oauth/register.ts';
import type { Store } from '../store/store.ts';
import { finishWaiting } from './finish-waiting.ts';
import { findServer, giveBack, readKeys } from './give-back.ts';
import { deleteGrantSecrets } from './grant-secrets.ts';
import { deleteIdentitySecrets } from './identities.ts';
import { answerOf, makeReceipt, receiptNumber } from './make-receipt.ts';
import { countOnlyHere } from './only-here.ts';
import { proveEnded } from './prove-ended.ts';
import { putApart } from './put-apart.ts';
import { isConfirmed, type SignOutContext, type StepEnd } from './sign-out-context.ts';

export type SignOutRequest = {
  accountId: AccountId;
  finishFirst: boolean;
  mail: 'keep' | 'erase';
  /** One of several sign-outs that are one act. Then nobody is asked again: what cannot be finished stays here, and with it the mail. */
  batch?: string;
  onStep(step: ReceiptStep): void;
};

/**
 * Throws not-found; not-finished when what waits could not be finished, as was wished; and keychain-locked or keychain-absent,
 * because without the keychain the key can be neither given back nor deleted. The access stands as before then.
 */
export async function signOut(request: SignOutRequest, context: SignOutContext): Promise<Receipt> {
  const { accountId, onStep, batch } = request;
  const { clock, log, tokens } = context;
  const store = context.store();
  const account = store.accounts.server(accountId);
  const atFirst = store.grants.byAccount(accountId);
  if (!account || !atFirst) throw new MailError('not-found');
  await requireKeychain(context);

  const steps: ReceiptStep[] = [];
  async function run<T extends StepEnd>(name: ReceiptStepName, task: () => Promise<T>): Promise<T> {
    onStep({ name, state: 'running', facts: {} });
    const end = await task();
    const step = { name, state: end.state, at: clock.now(), outcome: end.outcome, facts: end.facts ?? {} };
    steps.push(step);
    onStep(step);
    return end;
  }

  const finished = await run('finish', () => finish(store, account, atFirst, request, context));
  const grant = store.grants.get(atFirst.grantId) ?? atFirst; // the provider may have ended it meanwhile
  await run('disconnect', () => disconnect(store, grant, context));
  const keys = await readKeys(grant, context);
  const before = store.receipts.list().find((one) => one.accountId === accountId);
  const provider = context.providers.find(({ id }) => id === account.providerId);
  const server = grant.kind === 'oauth' ? await findServer(account, grant, context) : {};
  const asked = await run('revoke', () => giveBack(grant, provider, server, keys, before, log));
  const proof = await run('proof', () => proveEnded(account, grant, asked, server.known, keys, context));
  let error = asked.error;
  // A server that still hands out tokens has not taken the access back, whatever it answered.
  if (proof.outcome === 'still-opens' && proof.facts?.renewable === 1) {
    overrule(steps, onStep, { name: 'revoke', state: 'owed', outcome: 'revoke-refused' });
    error = new MailError('authorization-server-invalid');
  }
  await tokens.forget(grant.grantId);
  const receiptId = receiptNumber(clock.now());
  const revoked = steps.find(({ name }) => name === 'revoke')?.outcome;
  const isOwed =
    grant.state !== 'revoked' && (revoked === 'revoke-unreachable' || revoked === 'revoke-refused');
  if (!isOwed) await withdrawRegistration(keys.client, AbortSignal.timeout(LIMITS.revokeTimeout));
  else {
    const newest = { ...keys, refreshToken: proof.newest ?? keys.refreshToken };
    await putApart(newest, { account, grant, provider, receiptId, error }, context);
  }
  await run('forget', () => forget(grant, context));
  const host = grant.issuer === undefined ? account.imap.host : new URL(grant.issuer).host;
  const wasTaken = steps.some(({ outcome }) => isConfirmed(outcome));
  store.grants.update(grant.grantId, { state: 'revoked' });
  // Of a password nobody was asked to take anything back.
  const isGrant = grant.kind === 'oauth';
  if (isGrant)
    store.audit.append({ accountId, kind: wasTaken ? 'revoked' : 'revoke-failed', host, receiptId });
  store.accounts.setSignIn(accountId, 'signed-out', {
    accountId,
    kind: 'forgotten',
    ...(!isGrant && { receiptId }),
  });
  await run('mail', () => seeToMail(store, accountId, request.mail, finished, log));

  const said = grant.state === 'revoked' && before ? before : answerOf(steps);
  const { answer, until } = said;
  const receipt = makeReceipt(account, grant, provider, {
    receiptId,
    steps,
    answer,
    ...(until !== undefined && { until }),
    ...(batch !== undefined && { batch }),
    finishedAt: clock.now(),
  });
  store.receipts.add(receipt);
  return receipt;
}

/** Throws keychain-locked, keychain-absent. */
export async function requireKeychain({ vault }: Pick<SignOutContext, 'vault'>): Promise<void> {
  const { state } = vault.state().state === 'session' ? vault.state() : await vault.check();
  if (state === 'locked' || state === 'absent') throw new MailError(`keychain-${state}`, { retry: 'later' });
}

async function finish(
  store: Store,
  account: ServerAccount,
  grant: Grant,
  { finishFirst, batch }: SignOutRequest,
  context: SignOutContext,
): Promise<StepEnd> {
  const there = countOnlyHere(store, account.accountId);
  if (there.sent + there.drafts + there.changes === 0) return { state: 'skipped', outcome: 'nothing-waited' };
  if (!finishFirst) return { state: 'skipped', outcome: 'left-behind', facts: there };
  if (grant.state !== 'active') {
    const outcome = batch === undefined ? 'left-behind' : 'not-finished';
    return { state: batch === undefined ? 'skipped' : 'owed', outcome, facts: there };
  }
  const { before, left } = await finishWaiting(store, account, context);
  const facts = {
    sent: before.sent - left.sent,
    drafts: before.drafts - left.drafts,
    changes: before.changes - left.changes,
  };
  if (left.sent + left.drafts + left.changes === 0) return { state: 'done', outcome: 'finished', facts };
  if (batch !== undefined) return { state: 'owed', outcome: 'not-finished', facts: left };
  throw new MailError('not-finished', { retry: 'later', detail: left });
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

async function forget(grant: Grant, { store, vault, log }: SignOutContext): Promise<StepEnd> {
  const { state, name } = vault.state();
  try {
    await deleteGrantSecrets(vault, grant.grantId);
    await deleteIdentitySecrets(store(), vault, grant.accountId);
    const { accountId } = grant;
    store().audit.append({ accountId, kind: 'key-deleted', detail: { what: 'grant' } });
  } catch (error) {
    log.warn('key not deleted', errorFacts(error));
    return { state: 'owed', outcome: 'forget-failed', facts: { keychain: name } };
  }
  const isHeld = store().debts.get(grant.grantId as string as DebtId) !== undefined;
  if (state === 'session') {
    return isHeld
      ? { state: 'owed', outcome: 'held-session' }
      : { state: 'done', outcome: 'forgotten-session' };
  }
  return isHeld
    ? { state: 'owed', outcome: 'held', facts: { keychain: name } }
    : { state: 'done', outcome: 'forgotten', facts: { keychain: name } };
}

async function seeToMail(
  store: Store,
  accountId: AccountId,
  mail: 'keep' | 'erase',
  { outcome }: StepEnd,
  log: Log,
): Promise<StepEnd> {
  const isOnlyHere = outcome === 'not-finished';
  if (mail === 'keep' || isOnlyHere) {
    return {
      state: mail === 'keep' ? 'done' : 'owed',
      outcome: mail === 'keep' ? 'mail-kept' : 'mail-kept-unfinished',
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
  const changed = { ...step, ...change, facts: {} };
  steps[index] = changed;
  onStep(changed);
}
