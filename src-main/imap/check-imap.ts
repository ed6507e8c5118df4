import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import type { Authentication } from '../sasl/authentication.ts';
import { logIn } from './imap-login.ts';

/**
 * Logs in and out once: proves that the server, its certificate and the grant are good before an account is saved.
 * Throws MailError, or the signal's reason when it was aborted.
 */
export async function checkImap(
  settings: ServerSettings,
  authentication: Authentication,
  signal: AbortSignal,
): Promise<void> {
  const { client } = await logIn(settings, authentication, signal);
  // Closing without LOGOUT would be noted as a dropped session by some servers; its answer does not matter any more.
  void client.logout().catch(() => client.close());
}
