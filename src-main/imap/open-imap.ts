/**
 * What is said on a new connection, a round trip each: ID (where it is offered, once), AUTHENTICATE, CAPABILITY (where it does not come
 * with the answer), COMPRESS (where it is wanted), ENABLE. NAMESPACE waits until mailboxes are listed. So after the login
 *
 *   nothing has changed:   ENABLE · SELECT mailbox (QRESYNC (uidvalidity modseq))
 *   list, newest, previews: ENABLE · NAMESPACE · LIST "" "*" RETURN (STATUS …) · SELECT INBOX · FETCH n:m (…) · UID FETCH set (UID PREVIEW)
 *
 * Sync's first screen does without the list and the previews: ENABLE · SELECT INBOX · FETCH n:m (…).
 * tests/integration/imap-extensions.test.ts holds it to that.
 */
import type { ImapConnection, LoginOptions } from './imap-connection.ts';
import { logIn } from './imap-login.ts';
import type { ImapWorker } from './imap-worker-client.ts';
import { connectionOf } from './local-connection.ts';

export type OpenImapOptions = LoginOptions & {
  /** Reads in this worker's thread instead of this one. */
  worker?: ImapWorker;
};

/** Opens a connection and logs in. Throws MailError, or the signal's reason; the signal has no say afterwards. */
export async function openImap(options: OpenImapOptions): Promise<ImapConnection> {
  const { settings, authentication, signal, log, compress = false, worker } = options;
  if (worker) return worker.open({ settings, authentication, signal, log, compress });
  const loggedIn = await logIn(settings, authentication, signal, { compress });
  const { tls } = loggedIn.client;
  log.info('imap.opened', { host: settings.host, tls: tls ? tls.version : 'none' });
  return connectionOf(loggedIn, settings.host, authentication.kind);
}
