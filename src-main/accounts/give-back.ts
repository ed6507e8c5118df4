import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { Receipt } from '../../src-shared/model/receipt.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import { canRevoke, revokeToken } from '../oauth/revoke.ts';
import { readClient } from './grant-secrets.ts';
import { isConfirmed, type Keys, type SignOutContext, type StepEnd } from './sign-out-context.ts';

/** A renewal that was under way has ended before the keys are read, so that they are the last ones. */
export async function readKeys(grant: Grant, { tokens, vault, log }: SignOutContext): Promise<Keys> {
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

/** The authorization server, or why it cannot be found: it does not answer, or is not known any more. */
export async function findServer(
  account: ServerAccount,
  grant: Grant,
  { servers, log }: SignOutContext,
): Promise<{ known?: KnownServer; error?: unknown }> {
  try {
    return { known: await servers.ofGrant(account, grant, AbortSignal.timeout(LIMITS.revokeTimeout)) };
  } catch (error) {
    log.warn('authorization server not found', errorFacts(error));
    return { error };
  }
}

/** Asks the provider to take the access back (RFC 7009). Never throws. */
export async function giveBack(
  grant: Grant,
  provider: Provider | undefined,
  { known, error }: { known?: KnownServer; error?: unknown },
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
  if (refreshToken === undefined && !accessToken) return { state: 'owed', outcome: 'revoke-no-key' };
  if (!known) return { state: 'owed', outcome: 'revoke-unreachable', error };
  const ask = (token: string, kind: 'refresh_token' | 'access_token') =>
    revokeToken(known, client, token, kind, AbortSignal.timeout(LIMITS.revokeTimeout));
  try {
    if (refreshToken !== undefined) await ask(refreshToken, 'refresh_token');
    // RFC 7009 §2.1: the server SHOULD end the access token with it. Asking for it costs one request.
    if (accessToken) {
      const asked = ask(accessToken.accessToken, 'access_token');
      await (refreshToken === undefined ? asked : asked.catch(() => undefined));
    }
    const facts = provider?.revokesWholeGrant === true ? { everywhere: 1 } : {};
    return { state: 'done', outcome: 'revoked', facts };
  } catch (failure) {
    log.warn('revocation', errorFacts(failure));
    const outcome = isRefusal(failure) ? 'revoke-refused' : 'revoke-unreachable';
    return { state: 'owed', outcome, error: failure };
  }
}

/** The server answered, and said no. */
export function isRefusal(error: unknown): boolean {
  return error instanceof MailError && error.retry === 'never' && !error.code.startsWith('tls-');
}

/** Signed out once more, to erase the mail that was kept: the key has gone since, so the provider's answer of then still stands. */
function outcomeBefore(before: Receipt | undefined): StepEnd {
  const outcome = before?.steps.find(({ name }) => name === 'revoke')?.outcome ?? 'revoke-unreachable';
  const wasTaken = isConfirmed(outcome) || before?.paidAt !== undefined;
  return wasTaken ? { state: 'skipped', outcome: 'already-ended' } : { state: 'owed', outcome };
}
