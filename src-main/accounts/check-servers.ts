import { MailError } from '../base/errors.ts';
import type { Authentication } from '../sasl/authentication.ts';
import { checkSmtp } from '../smtp/check-smtp.ts';
import type { SignInPlan } from './sign-in-plan.ts';

/** Logs in once; throws MailError, or the signal's reason. */
export type CheckServer = (
  settings: SignInPlan['imap'],
  authentication: Authentication,
  signal: AbortSignal,
) => Promise<void>;

export type CheckServers = { checkImap: CheckServer; checkSmtp: CheckServer };

/** The real ones. What speaks IMAP is loaded when it is needed: the engine starts without it, so that the list is there sooner. */
export const serverChecks: CheckServers = {
  checkImap: async (...args) => (await import('../imap/check-imap.ts')).checkImap(...args),
  checkSmtp,
};

/**
 * Tries IMAP, then SMTP, with the new secret. `isRightPerson`: the provider has said that the token is of this address, so a
 * refused login means that the account is closed to mail programs.
 */
export async function checkServers(
  { imap, smtp, userNames }: Pick<SignInPlan, 'imap' | 'smtp' | 'userNames'>,
  secret: { accessToken: string } | { password: string },
  { checkImap, checkSmtp }: CheckServers,
  options: {
    isRightPerson: boolean;
    signal: AbortSignal;
    onStep(step: 'checking-imap' | 'checking-smtp'): void;
  },
): Promise<void> {
  const { isRightPerson, signal, onStep } = options;
  onStep('checking-imap');
  await checkImap(imap, fixedAuthentication(userNames.imap, secret), signal).catch((error: unknown) => {
    throw isRightPerson && isCode(error, 'login-refused')
      ? notAllowed('imap-not-allowed', imap.host, error)
      : error;
  });
  onStep('checking-smtp');
  await checkSmtp(smtp, fixedAuthentication(userNames.smtp, secret), signal).catch((error: unknown) => {
    // The same secret has just opened the mailbox.
    if (!isCode(error, 'login-refused') && !isCode(error, 'password-refused')) throw error;
    throw notAllowed('smtp-not-allowed', smtp.host, error);
  });
}

/** A secret that cannot be renewed: what a server says of it is the last word. */
export function fixedAuthentication(
  user: string,
  secret: { accessToken: string } | { password: string },
): Authentication {
  if ('password' in secret) return { kind: 'password', user, password: async () => secret.password };
  const { accessToken } = secret;
  return {
    kind: 'oauth',
    user,
    token: { get: async () => ({ accessToken, expiresAt: undefined }), invalidate: () => undefined },
  };
}

function isCode(error: unknown, code: MailError['code']): boolean {
  return error instanceof MailError && error.code === code;
}

function notAllowed(code: 'imap-not-allowed' | 'smtp-not-allowed', host: string, cause: unknown): MailError {
  const reason = cause instanceof MailError ? cause.detail?.reason : undefined;
  return new MailError(code, { detail: { host, ...(reason !== undefined && { reason }) }, cause });
}
