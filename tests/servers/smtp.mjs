// @ts-check
// A real SMTP submission server on loopback (smtp-server): TLS from the first byte, STARTTLS, or (to be
// refused by the client) neither. It keeps what it receives and can put it into a Dovecot mailbox.
import { SMTPServer } from 'smtp-server';
import { boundPort } from './net.mjs';

/** @typedef {{ from: string, to: string[], user: string | undefined, isEncrypted: boolean, raw: Buffer, text: string }} ReceivedMessage */
/**
 * The next `times` commands of this kind (for RCPT: with this address, when given) are answered with `code`.
 * @typedef {{ command: "AUTH" | "MAIL" | "RCPT" | "DATA", code: number, text: string, times: number, address?: string }} SmtpRefusal
 */
/** @typedef {Awaited<ReturnType<typeof startSmtp>>} Smtp */

/**
 * Starts the server on a port of its own.
 * @param {object} options
 * @param {"tls" | "starttls" | "none"} [options.security]
 * @param {{ key: string, cert: string }} [options.certs] needed unless security is "none"
 * @param {("XOAUTH2" | "PLAIN" | "LOGIN")[]} [options.mechanisms]
 * @param {Record<string, string>} [options.passwords] address → password
 * @param {(token: string) => Promise<import("./auth-server.mjs").Introspection>} [options.introspect]
 * @param {(address: string, raw: Buffer) => Promise<void>} [options.deliver] called for each recipient
 * @param {number} [options.sizeLimit] bytes
 */
export async function startSmtp({
  security = 'tls',
  certs,
  mechanisms = ['XOAUTH2', 'PLAIN'],
  passwords = {},
  introspect,
  deliver,
  sizeLimit = 26_214_400,
}) {
  /** @type {ReceivedMessage[]} */
  const messages = [];
  /** @type {{ method: string, user: string, isEncrypted: boolean }[]} */
  const logins = [];
  /** @type {SmtpRefusal[]} */
  const refusals = [];
  /** @type {Set<(message: ReceivedMessage) => void>} */
  const watchers = new Set();

  /**
   * @param {SmtpRefusal["command"]} command
   * @param {string} [address]
   */
  const refusalOf = (command, address) => {
    const found = refusals.find(
      (one) =>
        one.command === command && one.times > 0 && (one.address === undefined || one.address === address),
    );
    if (!found) return null;
    found.times -= 1;
    return refusal(found.code, found.text);
  };

  /** @param {import("smtp-server").Authentication} auth */
  const isAllowed = async (auth) => {
    if (auth.accessToken === undefined)
      return auth.password !== undefined && passwords[auth.username] === auth.password;
    const answer = await introspect?.(auth.accessToken);
    return (
      answer?.active === true &&
      answer.username === auth.username &&
      (answer.scope ?? '').split(' ').includes('smtp')
    );
  };

  /** @type {Promise<void> | undefined} */
  let stopped;
  const server = new SMTPServer({
    secure: security === 'tls',
    ...(certs && { key: certs.key, cert: certs.cert }),
    size: sizeLimit,
    banner: 'Lab Mail',
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    authMethods: mechanisms,
    allowInsecureAuth: security === 'none',
    disabledCommands: security === 'starttls' ? [] : ['STARTTLS'],
    logger: false,
    onAuth(auth, session, done) {
      logins.push({ method: auth.method, user: auth.username, isEncrypted: session.secure });
      const refused = refusalOf('AUTH');
      if (refused) return done(refused);
      isAllowed(auth).then(
        (allowed) => {
          if (allowed) return done(null, { user: auth.username });
          // RFC 7628 §3.2.3: a refused token is told in a challenge first, then with 535.
          if (auth.accessToken !== undefined)
            return done(null, { data: { status: '401', schemes: 'bearer', scope: 'smtp' } });
          return done(refusal(535, '5.7.8 The user name or the password is wrong'));
        },
        () => done(refusal(454, '4.7.0 Temporary authentication failure')),
      );
    },
    onMailFrom: (address, _session, done) => done(refusalOf('MAIL', address.address)),
    onRcptTo: (address, _session, done) => done(refusalOf('RCPT', address.address)),
    onData(stream, session, done) {
      /** @type {Buffer[]} */
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        const refused = stream.sizeExceeded
          ? refusal(552, '5.3.4 The message is too big')
          : refusalOf('DATA');
        if (refused) return done(refused);
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        /** @type {ReceivedMessage} */
        const message = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user,
          isEncrypted: session.secure,
          raw,
          text: raw.toString('utf8'),
        };
        Promise.all(message.to.map((address) => deliver?.(address, raw))).then(
          () => {
            messages.push(message);
            done(null, `2.0.0 queued as ${messages.length}`);
            for (const watch of watchers) watch(message);
          },
          () => done(refusal(451, '4.3.0 The message could not be stored')),
        );
      });
    },
  });
  server.on('error', () => {}); // a client that goes away is no fault of the server
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));

  return {
    port: boundPort(server.server),
    security,
    messages,
    logins,
    refusals,
    /**
     * The first received message that fits, among those that are here and those to come. Rejects after
     * the time (30 s) or when the signal says so.
     * @param {(message: ReceivedMessage) => boolean} [fits]
     * @param {{ timeoutMs?: number, signal?: AbortSignal }} [options]
     * @returns {Promise<ReceivedMessage>}
     */
    nextMessage(fits = () => true, { timeoutMs = 30_000, signal } = {}) {
      const here = messages.find(fits);
      if (here) return Promise.resolve(here);
      return new Promise((resolve, reject) => {
        const give = (/** @type {() => void} */ settle) => {
          clearTimeout(timer);
          watchers.delete(watch);
          signal?.removeEventListener('abort', abort);
          settle();
        };
        const watch = (/** @type {ReceivedMessage} */ message) => {
          if (fits(message)) give(() => resolve(message));
        };
        const abort = () => give(() => reject(signal?.reason));
        const timer = setTimeout(
          () => give(() => reject(new Error('no such message was received in time'))),
          timeoutMs,
        );
        watchers.add(watch);
        signal?.addEventListener('abort', abort);
      });
    },
    /** Ends the server and its connections; may be called twice. */
    stop() {
      stopped ??= new Promise((resolve) => server.close(() => resolve()));
      return stopped;
    },
  };
}

/**
 * @param {number} code
 * @param {string} text
 */
function refusal(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}
