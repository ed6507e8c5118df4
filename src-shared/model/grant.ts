import { z } from 'zod';
import { accountId, grantId } from './ids.ts';

/**
 * One access that a person has given to this program on this computer.
 * Holds no token: the refresh token is in the vault under `grantId`, the access token in memory.
 */
export const grant = z.object({
  grantId,
  accountId,
  kind: z.enum(['oauth', 'password']),
  issuer: z.string().optional(),
  clientId: z.string().optional(),
  /** Whose client ID it is: built in with the provider, the person's own, given by the server (RFC 7591), or the address of our own document. */
  clientIdOwner: z.enum(['provider-file', 'person', 'registered', 'metadata-document']).optional(),
  scopes: z.array(z.string()),
  grantedAt: z.number(),
  refreshedAt: z.number().optional(),
  lastUsedAt: z.number().optional(),
  lastUsedFor: z.enum(['imap', 'smtp']).optional(),
  accessTokenEndsAt: z.number().optional(),
  state: z.enum(['active', 'ended', 'revoking', 'revoked']),
  /** Servers that have offered SCRAM for this password: they are never given the password itself. */
  scramHosts: z.array(z.string()).optional(),
  /** When and why the provider stopped accepting it; only with `ended`. */
  endedAt: z.number().optional(),
});
export type Grant = z.infer<typeof grant>;

/** What the screen Accounts and access shows beside an account. */
export const grantView = grant.extend({
  providerName: z.string(),
  consentWords: z.string().optional(),
  manageUrl: z.string().optional(),
  revocation: z.enum(['endpoint', 'none', 'not-needed']),
  revokesWholeGrant: z.boolean(),
  keptIn: z.enum(['keychain', 'passphrase', 'session']),
  keychainName: z.string(),
});
export type GrantView = z.infer<typeof grantView>;
