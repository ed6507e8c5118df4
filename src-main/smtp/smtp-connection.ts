/**
 * One signed-in connection to a submission server (RFC 6409), by nodemailer's SMTP connection.
 *
 * In order: connect; TLS from the first byte, or STARTTLS that must succeed (RFC 8314 §3); sign in. Nothing is said in
 * clear, nothing is logged. A refused access token is renewed once, on the same connection.
 */
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { AccessTokenSource, Authentication } from '../sasl/authentication.ts';
import { authenticateByOauthBearer } from './oauth-bearer.ts';
import { createScramLogins } from './scram-login.ts';
import { smtpErrorOf } from './smtp-errors.ts';

/**
 * How long the server may think about a message that it has whole: RFC 5321 §4.5.3.2.6 asks for 10 minutes, because
 * who hangs up earlier does not know whether the message went. Milliseconds.
 */
const ANSWER_TIMEOUT = 10 * 60_000;

export type SmtpConnection = {
  raw: SMTPConnection;
  offer: SmtpOffer;
  /** Runs one step; rejects as soon as the connection breaks, although nodemailer then never calls back. */
  step<T>(
    run: (settle: (error: Error | null | undefined, value?: T) => void) => void,
  ): Promise<T | undefined>;
  /** Says goodbye when the server still listens, and closes. */
  close(): void;
};

/** What the server said that it takes, after sign-in. */
export type SmtpOffer = {
  /** RFC 1870: bytes of a whole message; absent where it names no limit. */
  messageSize?: number;
  /** RFC 6531: addresses outside ASCII. */
  takesUtf8Addresses: boolean;
};

export type SmtpTarget = { settings: ServerSettings; authentication: Authentication };

/**
 * Connects and signs in. Throws MailError (connection and tls codes, login-refused, password-refused, smtp-not-allowed,
 * server-busy, what the token source throws), or the signal's reason. Aborting the signal later closes the connection.
 */
export async function openSmtp(
  { settings, authentication }: SmtpTarget,
  signal: AbortSignal,
): Promise<SmtpConnection> {
  signal.throwIfAborted();
  const context = { host: settings.host, authKind: authentication.kind };
  const tokens = authentication.kind === 'oauth' ? createTokenGiver(authentication.token, signal) : undefined;
  const scram = createScramLogins();
  const raw = new SMTPConnection({
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true }, // RFC 8997 §3
    // The computer's own name is nobody's business.
    name: '[127.0.0.1]',
    connectionTimeout: LIMITS.connectTimeout,
    greetingTimeout: LIMITS.greetingTimeout,
    dnsTimeout: LIMITS.connectTimeout,
    socketTimeout: ANSWER_TIMEOUT,
    // A connection that is given up must not live on and deliver what was told to be lost.
    socketCloseTimeout: 1_000,
    customAuth: {
      ...scram.customAuth,
      OAUTHBEARER: (authContext) =>
        authenticateByOauthBearer(authContext, {
          user: authentication.user,
          host: settings.host,
          port: settings.port,
          getToken: (renew) => (tokens ? tokens.get(renew) : Promise.reject(new Error('no token'))),
        }),
    },
  });

  const broken = new Set<(error: unknown) => void>();
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    for (const reject of [...broken]) reject(error);
  };
  // Without a listener an error of the socket would end the process.
  raw.on('error', fail);
  raw.on('end', () =>
    fail(new MailError('connection-lost', { retry: 'later', detail: { host: settings.host } })),
  );
  const abort = () => {
    fail(signal.reason);
    raw.close();
  };
  signal.addEventListener('abort', abort, { once: true });

  const step: SmtpConnection['step'] = (run) =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure.error);
      const settle = () => broken.delete(refuse);
      const refuse = (error: unknown) => {
        settle();
        reject(error);
      };
      broken.add(refuse);
      run((error, value) => {
        if (error) return refuse(error);
        settle();
        resolve(value);
      });
    });
  const close = () => {
    signal.removeEventListener('abort', abort);
    if (raw.authenticated && !raw.destroyed && failure === undefined) raw.quit();
    raw.close();
  };

  const timedOut = new MailError('connection-timed-out', { retry: 'later', detail: { host: settings.host } });
  const timer = setTimeout(() => fail(timedOut), LIMITS.socketTimeout);
  try {
    await step<void>((settle) => raw.connect((error) => settle(error)));
    const ehlo = readEhlo(raw.lastServerResponse);
    // A keychain may wait for a person: giving up and broken links must not wait for it.
    const login = await step<Login>((settle) => {
      loginOf(authentication, tokens, ehlo.mechanisms).then((found) => settle(null, found), settle);
    });
    let method: string | undefined;
    if (authentication.kind === 'password') {
      const { user } = authentication;
      const start = { offered: ehlo.mechanisms, user, password: login?.pass ?? '', host: settings.host };
      method = scram.choose(raw, start, authentication.scram);
    }
    await step<unknown>((settle) => raw.login({ ...login, ...(method && { method }) }, settle));
    return { raw, offer: ehlo.offer, step, close };
  } catch (error) {
    close();
    if (signal.aborted) throw signal.reason;
    // Why there was no token is the real reason; nodemailer would call it a failed login.
    throw tokens?.failure() ?? scram.failure() ?? smtpErrorOf(error, context);
  } finally {
    clearTimeout(timer);
  }
}

type Login = Parameters<SMTPConnection['login']>[0];

async function loginOf(
  authentication: Authentication,
  tokens: TokenGiver | undefined,
  mechanisms: Set<string>,
): Promise<Login> {
  const { user } = authentication;
  if (authentication.kind === 'password') return { user, pass: await authentication.password() };
  if (mechanisms.has('OAUTHBEARER') && !mechanisms.has('XOAUTH2')) return { method: 'OAUTHBEARER', user };
  return {
    user,
    oauth2: new XOAuth2({
      user,
      provisionCallback: (_user, renew, done) => {
        tokens?.get(renew).then(
          (accessToken) => done(null, accessToken),
          // Not the error itself: nodemailer writes its own code over the one that it is given.
          () => done(new Error('no access token')),
        );
      },
    }),
  };
}

type TokenGiver = { get(renew: boolean): Promise<string>; failure(): unknown };

/** Gives nodemailer tokens and remembers why it could not. */
function createTokenGiver(source: AccessTokenSource, signal: AbortSignal): TokenGiver {
  let given: string | undefined;
  let failed: unknown;
  return {
    failure: () => failed,
    async get(renew) {
      try {
        if (renew && given !== undefined) source.invalidate(given);
        given = (await source.get(signal)).accessToken;
        return given;
      } catch (error) {
        failed = error;
        throw error;
      }
    },
  };
}

/** What the last EHLO announced (RFC 5321 §4.1.1.1); after STARTTLS that is the encrypted one. */
function readEhlo(response: string | false): { mechanisms: Set<string>; offer: SmtpOffer } {
  const lines = (response || '').split(/\r?\n/).map((line) => line.slice(4).trim().toUpperCase());
  const mechanisms = lines.flatMap((line) => (/^AUTH[ =]/.test(line) ? line.slice(5).split(/[ =]+/) : []));
  const size = Number(lines.map((line) => /^SIZE +(\d{1,15})$/.exec(line)?.[1]).find(Boolean));
  const takesUtf8Addresses = lines.includes('SMTPUTF8');
  return {
    mechanisms: new Set(mechanisms),
    // RFC 1870 §4: 0 is no limit that is known.
    offer: { ...(size > 0 && { messageSize: size }), takesUtf8Addresses },
  };
}
