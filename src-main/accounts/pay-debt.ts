import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { canRevoke, revokeToken } from '../oauth/revoke.ts';
import type { DebtRecord } from '../store/debt-records.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import type { DebtSecret } from './debt-secrets.ts';
import { isRefusal } from './give-back.ts';
import { tryRefreshToken } from './prove-ended.ts';

/**
 * `paid`: the provider took the access back, or says by refusing the key that it is gone; `isProved` when that was seen.
 * `owed`: it did not, and why; with `newest` when it handed out a new key meanwhile, which is the one to give back from now on.
 */
export type Payment = { kind: 'paid'; isProved: boolean } | { kind: 'owed'; error: unknown; newest?: string };

/**
 * Asks the provider once more to take an access back (RFC 7009), and proves it. Where the provider refuses to, the key itself is
 * tried only when the person asks (`isAsked`): they may have ended the access on the provider's page, and trying a key that still
 * works makes a new one. Never throws.
 */
export async function payDebt(
  debt: DebtRecord,
  { token, kind, client }: DebtSecret,
  { servers, clock }: { servers: AuthorizationServers; clock: Clock },
  isAsked: boolean,
): Promise<Payment> {
  const bound = () => AbortSignal.timeout(LIMITS.revokeTimeout);
  try {
    const known = await servers.ofGrant(debt, debt, bound());
    let refusal: unknown;
    try {
      if (!canRevoke(known)) throw new MailError('authorization-server-invalid'); // there was an endpoint once
      await revokeToken(known, client, token, kind, bound());
    } catch (error) {
      if (!isRefusal(error) || !isAsked || kind === 'access_token') throw error;
      refusal = error;
    }
    if (kind === 'access_token') return { kind: 'paid', isProved: false };
    const { proof, newest } = await tryRefreshToken(known, client, token, clock.now());
    if (proof === 'refused') return { kind: 'paid', isProved: true };
    if (proof === 'unknown' && refusal === undefined) return { kind: 'paid', isProved: false };
    // It confirmed, and still hands out keys.
    const error = refusal ?? new MailError('authorization-server-invalid');
    return { kind: 'owed', error, ...(newest !== token && { newest }) };
  } catch (error) {
    return { kind: 'owed', error };
  }
}
