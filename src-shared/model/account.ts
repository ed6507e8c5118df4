import { z } from 'zod';
import { errorCode } from '../ipc/error-codes.ts';
import { accountId } from './ids.ts';
import { serverSettings } from './server-settings.ts';

/**
 * What an account can do just now.
 * `connecting`, `online`, `offline`: the grant is good, the link is or is not.
 * `needs-sign-in`: the provider refused the grant; nothing local is lost.
 * `signed-out`: the person took the access back and kept the mail.
 */
export const accountState = z.enum(['connecting', 'online', 'offline', 'needs-sign-in', 'signed-out']);
export type AccountState = z.infer<typeof accountState>;

export const authKind = z.enum(['oauth', 'password']);

/** The stored account: everything but secrets. */
export const account = z.object({
  accountId,
  address: z.string(),
  displayName: z.string(),
  providerId: z.string(),
  providerName: z.string(),
  userName: z.string(),
  auth: authKind,
  imap: serverSettings,
  smtp: serverSettings,
  /** The provider files the Sent copy itself, so that we must not append one. */
  sendSavesCopy: z.boolean(),
  /** Milliseconds since 1970, like every time in the model. */
  addedAt: z.number(),
});
export type Account = z.infer<typeof account>;

/** How far the first and the running synchronisation have come, for the foot of the sidebar. */
export const syncProgress = z.object({
  phase: z.enum(['idle', 'mailboxes', 'envelopes', 'bodies']),
  mailboxName: z.string().optional(),
  done: z.number().optional(),
  total: z.number().optional(),
  checkedAt: z.number().optional(),
  lastError: errorCode.optional(),
});
export type SyncProgress = z.infer<typeof syncProgress>;

export const accountView = account.extend({ state: accountState, progress: syncProgress });
export type AccountView = z.infer<typeof accountView>;
