import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import type { Authentication } from '../sasl/authentication.ts';
import { openSmtp } from './smtp-connection.ts';

/**
 * Resolves when this server lets this person in over TLS; sends no mail. Throws MailError as `openSmtp` does,
 * or the signal's reason.
 */
export async function checkSmtp(
  settings: ServerSettings,
  authentication: Authentication,
  signal: AbortSignal,
): Promise<void> {
  const connection = await openSmtp({ settings, authentication }, signal);
  connection.close();
}
