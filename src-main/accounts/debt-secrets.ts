/**
 * The key of a debt in the vault: what has to be given back, and the client that may do so. It stands under names of its own, so
 * that nothing that works for an account can find it; it is read to give it back, and for nothing else.
 */
import { z } from 'zod';
import type { DebtId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type { OauthClient } from '../oauth/client.ts';
import type { Vault } from '../vault/vault.ts';

const heldKey = z.object({ token: z.string(), kind: z.enum(['refresh_token', 'access_token']) });
const heldClient = z.object({
  secret: z.string().optional(),
  secretMethod: z.enum(['basic', 'post']).optional(),
  registration: z.object({ uri: z.string(), token: z.string() }).optional(),
});

export type DebtSecret = z.infer<typeof heldKey> & { client: OauthClient };

const keyName = (debtId: DebtId): string => `debt/${debtId}`;
const clientName = (debtId: DebtId): string => `debt-client/${debtId}`;

/** Undefined when there is no key any more. Throws keychain-*. */
export async function readDebtSecret(
  vault: Vault,
  debtId: DebtId,
  clientId: string,
): Promise<DebtSecret | undefined> {
  const [key, client] = [await vault.get(keyName(debtId)), await vault.get(clientName(debtId))];
  if (key === undefined) return undefined;
  return {
    ...parse(heldKey, key),
    client: { clientId, ...(client !== undefined && parse(heldClient, client)) },
  };
}

export async function writeDebtSecret(
  vault: Vault,
  debtId: DebtId,
  { token, kind, client }: DebtSecret,
): Promise<void> {
  const { clientId: _, ...held } = client;
  if (held.secret !== undefined || held.registration) {
    await vault.put(clientName(debtId), JSON.stringify(held));
  }
  await vault.put(keyName(debtId), JSON.stringify({ token, kind }));
}

/** Deletes all of it. Throws keychain-*; then something may still be there. */
export async function deleteDebtSecret(vault: Vault, debtId: DebtId): Promise<void> {
  await vault.delete(keyName(debtId));
  await vault.delete(clientName(debtId));
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new MailError('keychain-failed'); // without the cause: it would quote the secret
  }
}
