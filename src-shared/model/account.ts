import { z } from 'zod';
import { errorCode } from '../ipc/error-codes.ts';
import { accountId } from './ids.ts';
import { serverSettings } from './server-settings.ts';

/**
 * What an account can do just now.
 * `connecting`, `online`, `offline`: the grant is good, the link is or is not.
 * `needs-sign-in`: the provider refused the grant; nothing local is lost.
 * `signed-out`: the person took the access back and kept the mail.
 * `local`: it has no server, and everything works always.
 */
export const accountState = z.enum([
  'connecting',
  'online',
  'offline',
  'needs-sign-in',
  'signed-out',
  'local',
]);
export type AccountState = z.infer<typeof accountState>;

/** `none`: an account without a server. */
export const authKind = z.enum(['oauth', 'password', 'none']);

const everyAccount = {
  accountId,
  /** Empty in an account without a server. */
  address: z.string(),
  displayName: z.string(),
  providerId: z.string(),
  providerName: z.string(),
  /** Whole messages of so many months are fetched before they are opened; 0 for none, 1200 for all. */
  bodyMonths: z.number().int().min(0).max(1200),
  /** Milliseconds since 1970, like every time in the model. */
  addedAt: z.number(),
};

export const DEFAULT_BODY_MONTHS = 12;

const serverAccount = z.object({
  ...everyAccount,
  auth: authKind.exclude(['none']),
  userName: z.string(),
  /** Where SMTP wants another name than IMAP. */
  smtpUserName: z.string().optional(),
  /** A shared mailbox: the person signs in under this address, not under `address`. */
  loginAddress: z.string().optional(),
  imap: serverSettings,
  smtp: serverSettings,
  /** The provider files the Sent copy itself, so that we must not append one. */
  sendSavesCopy: z.boolean(),
});
/** What has servers to talk to. */
export type ServerAccount = z.infer<typeof serverAccount>;

/** Mailboxes on this computer only: for imported mail, and to use the program without any server. */
const localAccount = z.object({ ...everyAccount, auth: z.literal('none') });
export type LocalAccount = z.infer<typeof localAccount>;

/** The stored account: everything but secrets. */
export const account = z.discriminatedUnion('auth', [serverAccount, localAccount]);
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

const live = { state: accountState, progress: syncProgress };
export const accountView = z.discriminatedUnion('auth', [
  serverAccount.extend(live),
  localAccount.extend(live),
]);
export type AccountView = z.infer<typeof accountView>;
