import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { DebtId, ReceiptId } from '../../src-shared/model/ids.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { errorFacts } from '../base/log.ts';
import type { DebtSecret } from './debt-secrets.ts';
import { triedNow } from './debts.ts';
import { managePageOf } from './make-receipt.ts';
import type { Keys, SignOutContext } from './sign-out-context.ts';

/**
 * The provider has not confirmed: the key goes out of the account's hands and becomes a debt. When the keychain does not take it,
 * the key is deleted all the same, and the receipt says what is left to the person. Never throws.
 */
export async function putApart(
  keys: Keys,
  of: {
    account: ServerAccount;
    grant: Grant;
    provider: Provider | undefined;
    receiptId: ReceiptId;
    error: unknown;
  },
  { clock, log, owe }: SignOutContext,
): Promise<void> {
  const held = heldKeyOf(keys);
  if (!held) return;
  const { accountId, address, providerName, providerId } = of.account;
  const { grantId, grantedAt, issuer, clientId = '' } = of.grant;
  const page = managePageOf(of.grant, of.provider);
  const now = clock.now();
  const debt = {
    debtId: grantId as string as DebtId,
    accountId,
    receiptId: of.receiptId,
    address,
    providerName,
    providerId,
    ...(issuer !== undefined && { issuer }),
    clientId,
    grantedAt,
    ...(page !== undefined && { manageUrl: page }),
    since: now,
    attempts: 1,
    ...triedNow({ attempts: 0 }, now, of.error),
  };
  try {
    await owe(debt, held);
  } catch (error) {
    log.warn('key not put apart', errorFacts(error));
  }
}

/** The refresh token, because it ends everything that came of it (RFC 7009 §2.1). */
function heldKeyOf({ refreshToken, accessToken, client }: Keys): DebtSecret | undefined {
  if (refreshToken !== undefined) return { token: refreshToken, kind: 'refresh_token', client };
  return accessToken && { token: accessToken.accessToken, kind: 'access_token', client };
}
