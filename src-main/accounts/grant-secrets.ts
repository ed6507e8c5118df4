/** The secrets of a grant in the vault: what is kept under which name, and in which form. */
import { z } from 'zod';
import type { GrantId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type { OauthClient } from '../oauth/client.ts';
import type { Vault } from '../vault/vault.ts';

const grantSecret = z.union([z.object({ refreshToken: z.string() }), z.object({ password: z.string() })]);
export type GrantSecret = z.infer<typeof grantSecret>;

const clientSecret = z.object({
  secret: z.string().optional(),
  method: z.enum(['basic', 'post']).optional(),
  registration: z.object({ uri: z.string(), token: z.string() }).optional(),
});

const grantName = (grantId: GrantId): string => `grant/${grantId}`;
const clientName = (grantId: GrantId): string => `client-secret/${grantId}`;

/** Undefined when there is none. Throws keychain-*. */
export async function readGrantSecret(vault: Vault, grantId: GrantId): Promise<GrantSecret | undefined> {
  const text = await vault.get(grantName(grantId));
  return text === undefined ? undefined : parse(grantSecret, text);
}

export function writeGrantSecret(vault: Vault, grantId: GrantId, secret: GrantSecret): Promise<void> {
  return vault.put(grantName(grantId), JSON.stringify(secret));
}

/** The client with which a grant was made, with its secret and the key to its registration when it has them. */
export async function readClient(vault: Vault, grantId: GrantId, clientId: string): Promise<OauthClient> {
  const text = await vault.get(clientName(grantId));
  if (text === undefined) return { clientId };
  const { secret, method, registration } = parse(clientSecret, text);
  return {
    clientId,
    ...(secret !== undefined && { secret }),
    ...(method !== undefined && { secretMethod: method }),
    ...(registration && { registration }),
  };
}

/** Writes nothing for a client that has nothing to keep. */
export async function writeClient(vault: Vault, grantId: GrantId, client: OauthClient): Promise<void> {
  const { secret, secretMethod: method, registration } = client;
  if (secret === undefined && registration === undefined) return;
  await vault.put(clientName(grantId), JSON.stringify({ secret, method, registration }));
}

/** Deletes all of it. Throws keychain-*; then something may still be there. */
export async function deleteGrantSecrets(vault: Vault, grantId: GrantId): Promise<void> {
  await vault.delete(grantName(grantId));
  await vault.delete(clientName(grantId));
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new MailError('keychain-failed'); // without the cause: it would quote the secret
  }
}
