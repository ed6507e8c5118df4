/**
 * Opens one connection and logs in. TLS always: implicit, or STARTTLS that must succeed before anything else is sent
 * (RFC 8314 §3, RFC 9051 §6.2.1). A refused access token is renewed once and tried on a new connection, because a connection
 * that failed cannot be used again; a password is tried once, so that no server locks the account.
 */
import { isIP } from 'node:net';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { Authentication, ScramMemory } from '../sasl/authentication.ts';
import { translateImapError } from './imap-errors.ts';
import { type Notes, ownCommands } from './raw-command.ts';
import { limitReceived } from './receive-limit.ts';
import { preferScram } from './scram-login.ts';

/** An IDLE is renewed before any server's 30 minutes are over (RFC 9051 §5.4). */
const IDLE_TIME = 20 * 60_000;
/** After the last command on an open mailbox; short, so that news is not missed between commands. */
const IDLE_DELAY = 300;

/** Bytes of all that a server may say until somebody is logged in (greeting, capabilities), and then of its name spaces. */
const MOST_LOGIN = 4_000_000;

/** `askNamespace` has to be waited for before mailboxes are listed or made (RFC 2342). */
export type LoggedIn = { client: ImapFlow; notes: Notes; askNamespace(): Promise<unknown> };

/** A logged-in client; throws MailError, or the signal's reason. */
export async function logIn(
  settings: ServerSettings,
  authentication: Authentication,
  signal: AbortSignal,
  { compress = false }: { compress?: boolean } = {},
): Promise<LoggedIn> {
  const connect = (auth: Credentials) =>
    connectOnce(optionsFor(settings, auth, compress), settings, auth, signal);
  signal.throwIfAborted();
  if (authentication.kind === 'password') {
    const { user, scram } = authentication;
    return connect({ user, pass: await authentication.password(), ...(scram && { scram }) });
  }
  const { user, token } = authentication;
  const first = await token.get(signal);
  try {
    return await connect({ user, accessToken: first.accessToken });
  } catch (error) {
    if (!(error instanceof MailError && error.code === 'login-refused')) throw error;
    token.invalidate(first.accessToken);
    const second = await token.get(signal);
    if (second.accessToken === first.accessToken) throw error;
    return await connect({ user, accessToken: second.accessToken });
  }
}

type Credentials = { user: string; pass?: string; scram?: ScramMemory; accessToken?: string };

async function connectOnce(
  options: ImapFlowOptions,
  settings: ServerSettings,
  auth: Credentials,
  signal: AbortSignal,
): Promise<LoggedIn> {
  signal.throwIfAborted();
  const client = new ImapFlow(options);
  const own = ownCommands(client);
  const { host } = settings;
  const { user, pass, scram } = auth;
  if (pass !== undefined) preferScram(client, { user, password: pass, host, memory: scram });
  // An error without a listener would end the process; what it says comes out of the pending command or of `close` as well.
  client.on('error', () => {});
  const abort = () => client.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await limitReceived(client, { most: MOST_LOGIN, host }, () => client.connect());
    signal.throwIfAborted();
    const limited = <T>(task: () => Promise<T>) => limitReceived(client, { most: MOST_LOGIN, host }, task);
    return { client, notes: own.notes, askNamespace: () => limited(own.askNamespace) };
  } catch (error) {
    client.close();
    signal.throwIfAborted();
    const isOauth = auth.accessToken !== undefined;
    if (isOauth && hasNoTokenLogin(client)) {
      throw new MailError('imap-not-allowed', { detail: { host: settings.host }, cause: error });
    }
    throw translateImapError(error, { host: settings.host, auth: isOauth ? 'oauth' : 'password' });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function optionsFor(
  { host, port, security }: ServerSettings,
  { user, pass, accessToken }: Credentials,
  compress: boolean,
): ImapFlowOptions {
  return {
    host,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    secure: security === 'tls',
    ...(security === 'starttls' && { doSTARTTLS: true }),
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true }, // RFC 8997
    auth: { user, ...(pass !== undefined && { pass }), ...(accessToken !== undefined && { accessToken }) },
    // It would log what it sends and receives.
    logger: false,
    clientInfo: { name: 'Latchkey Mail', version: false, vendor: false, 'support-url': false },
    // Else one expunge and one new message in the same answer can go unnoticed (seen with plain IDLE).
    qresync: true,
    disableCompression: !compress,
    maxIdleTime: IDLE_TIME,
    autoIdleDelay: IDLE_DELAY,
    connectionTimeout: LIMITS.connectTimeout,
    greetingTimeout: LIMITS.greetingTimeout,
    socketTimeout: LIMITS.socketTimeout,
    maxLiteralSize: LIMITS.messageSize + 1_000_000,
    maxResponseSize: LIMITS.messageSize + 8_000_000,
  };
}

/** True when the server told what it can do, and neither OAUTHBEARER (RFC 7628) nor XOAUTH2 is in it. */
function hasNoTokenLogin({ capabilities }: ImapFlow): boolean {
  return (
    capabilities.has('IMAP4rev1') &&
    [...capabilities.keys()].some((name) => name.startsWith('AUTH=')) &&
    !['AUTH=OAUTHBEARER', 'AUTH=XOAUTH2', 'AUTH=XOAUTH'].some((name) => capabilities.has(name))
  );
}
