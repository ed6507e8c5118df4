import { z } from 'zod';

/**
 * Why a mail server let nobody in, where its provider is known to say so: `detail.reason` of imap-not-allowed, smtp-not-allowed,
 * password-refused and server-busy.
 * `imap-off`, `smtp-auth-off`: switched off for this account or by its organisation. `app-password`: the usual one does not do.
 * `web-login`: the provider wants to see the person in a browser first. `oauth-needed`: no password does any more.
 * `too-many`: tries in a short time; nothing is wrong with the password.
 */
export const refusalReason = z.enum([
  'imap-off',
  'smtp-auth-off',
  'app-password',
  'web-login',
  'oauth-needed',
  'too-many',
]);
export type RefusalReason = z.infer<typeof refusalReason>;
