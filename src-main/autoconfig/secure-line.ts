/**
 * A connection to a mail server whose TLS stands, before anybody signs in: to see that there is one, and what it offers. The
 * certificate has to be good. STARTTLS has to succeed, and nothing may come between its answer and TLS (RFC 9051 §6.2.1, RFC 3207).
 */
import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { connectionErrorOf, MailError } from '../base/errors.ts';
import type { Network } from './network.ts';

export type MailProtocol = 'imap' | 'smtp';

export type SecureLine = {
  /** Throws connection-lost, protocol-error, or the signal's reason. */
  readLine(): Promise<string>;
  writeLine(text: string): void;
  close(): void;
};

/** Most that a server may say before anybody has signed in. */
const MOST_SAID = 64_000;

/** Throws connection errors, tls-*, protocol-error, or the signal's reason, which also ends the line later. */
export async function openSecureLine(
  settings: ServerSettings,
  protocol: MailProtocol,
  network: Network,
  signal: AbortSignal,
): Promise<SecureLine> {
  const { host, security } = settings;
  const socket = await network.connect(settings, signal);
  try {
    if (security === 'starttls') await startTls(socket, protocol, host, signal);
    const line = createLine(await secure(socket, host, signal), host, signal);
    if (security === 'tls') await expectGreeting(line, protocol);
    return line;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function startTls(
  socket: Socket,
  protocol: MailProtocol,
  host: string,
  signal: AbortSignal,
): Promise<void> {
  const line = createLine(socket, host, signal);
  await expectGreeting(line, protocol);
  if (protocol === 'imap') {
    line.writeLine('a STARTTLS');
    let answer = await line.readLine();
    while (answer.startsWith('* ')) answer = await line.readLine();
    if (!/^a OK\b/i.test(answer)) throw new MailError('tls-missing', { detail: { host } });
  } else {
    // The computer's own name is nobody's business.
    line.writeLine('EHLO [127.0.0.1]');
    if (!(await readReply(line)).startsWith('250')) throw new MailError('tls-missing', { detail: { host } });
    line.writeLine('STARTTLS');
    if (!(await readReply(line)).startsWith('220')) throw new MailError('tls-missing', { detail: { host } });
  }
  if (line.release() > 0) throw new MailError('protocol-error', { detail: { host } });
}

/** A server that lets people in before TLS (PREAUTH) has no place for it afterwards. */
async function expectGreeting(line: SecureLine, protocol: MailProtocol): Promise<void> {
  const greeting = protocol === 'imap' ? await line.readLine() : await readReply(line);
  if (!(protocol === 'imap' ? /^\* OK\b/i : /^220\b/).test(greeting)) throw new MailError('protocol-error');
}

/** The last line of an SMTP reply (RFC 5321 §4.2.1). */
async function readReply(line: SecureLine): Promise<string> {
  for (;;) {
    const text = await line.readLine();
    if (!/^\d{3}-/.test(text)) return text;
  }
}

function secure(socket: Socket, host: string, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      minVersion: 'TLSv1.2', // RFC 8997
      rejectUnauthorized: true,
    });
    const abort = () => {
      reject(signal.reason);
      secured.destroy();
    };
    signal.addEventListener('abort', abort, { once: true });
    // Kept as a listener for the life of the socket: an error that nobody hears would end the process.
    secured.on('error', (error) => {
      signal.removeEventListener('abort', abort);
      reject(
        connectionErrorOf(error, host) ?? new MailError('tls-failed', { detail: { host }, cause: error }),
      );
    });
    secured.once('close', () => reject(lost(host)));
    secured.once('secureConnect', () => {
      signal.removeEventListener('abort', abort);
      resolve(secured);
    });
    if (signal.aborted) abort();
  });
}

/** `release` gives the socket back and answers how many bytes had come that nobody read. */
function createLine(socket: Socket, host: string, signal: AbortSignal): SecureLine & { release(): number } {
  let waiting = '';
  let said = 0;
  let ended: { error: unknown } | undefined;
  let next: { resolve(line: string): void; reject(error: unknown): void } | undefined;

  function serve(): void {
    if (!next) return;
    const end = waiting.indexOf('\n');
    if (end >= 0) {
      const line = waiting.slice(0, end).replace(/\r$/, '');
      waiting = waiting.slice(end + 1);
      next.resolve(line);
    } else if (ended) {
      next.reject(ended.error);
    } else {
      return;
    }
    next = undefined;
  }
  function fail(error: unknown): void {
    ended ??= { error };
    serve();
  }
  const onData = (chunk: Buffer) => {
    said += chunk.byteLength;
    if (said > MOST_SAID) {
      fail(new MailError('protocol-error', { detail: { host } }));
      socket.destroy();
      return;
    }
    waiting += chunk.toString('latin1');
    serve();
  };
  const onError = (error: unknown) => fail(connectionErrorOf(error, host) ?? error);
  const onClose = () => fail(lost(host));
  const abort = () => {
    fail(signal.reason);
    socket.destroy();
  };
  socket.on('data', onData);
  socket.on('error', onError);
  socket.on('close', onClose);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();

  return {
    readLine: () =>
      new Promise((resolve, reject) => {
        next = { resolve, reject };
        serve();
      }),
    writeLine: (text) => void socket.write(`${text}\r\n`),
    close: () => void socket.destroy(),
    release() {
      signal.removeEventListener('abort', abort);
      socket.off('data', onData);
      socket.off('close', onClose);
      socket.pause();
      return waiting.length;
    },
  };
}

function lost(host: string): MailError {
  return new MailError('connection-lost', { retry: 'later', detail: { host } });
}
