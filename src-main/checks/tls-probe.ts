/** Asks a mail server who it is, and says nothing else to it: no name, no key, no mail. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { nodeErrorCode } from '../base/errors.ts';

export type TlsOutcome = 'good' | 'untrusted' | 'old' | 'stripped' | 'unreachable';

const TOO_OLD =
  /^ERR_SSL_(UNSUPPORTED_PROTOCOL|TLSV1_ALERT_PROTOCOL_VERSION|VERSION_TOO_LOW|WRONG_SSL_VERSION)/;
const LONGEST_ANSWER = 16_384;

/** Thrown where STARTTLS has to be and is not, or more came with its answer than may (RFC 8314 §3, CVE-2011-0411). */
class Stripped extends Error {}

/** Never rejects. `ms` bounds all of it. */
export async function probeTls(
  { host, port, security }: ServerSettings,
  protocol: 'imap' | 'smtp',
  ms: number,
): Promise<TlsOutcome> {
  const limit = AbortSignal.timeout(ms);
  let plain: Socket | undefined;
  let secured: TLSSocket | undefined;
  const close = () => {
    secured?.destroy();
    plain?.destroy();
  };
  limit.addEventListener('abort', close);
  try {
    plain = connectTcp({ host, port });
    await happened(plain, 'connect');
    if (security === 'starttls') await (protocol === 'imap' ? startImap(plain) : startSmtp(plain));
    secured = connectTls({
      socket: plain,
      ...(isIP(host) === 0 && { servername: host }),
      host,
      minVersion: 'TLSv1.2', // RFC 8997
      rejectUnauthorized: true,
    });
    await happened(secured, 'secureConnect');
    return 'good';
  } catch (error) {
    if (error instanceof Stripped) return 'stripped';
    if (limit.aborted || !secured) return 'unreachable';
    const code = nodeErrorCode(error) ?? '';
    if (TOO_OLD.test(code)) return 'old';
    return /^(ECONN|ETIMEDOUT|EPIPE)/.test(code) ? 'unreachable' : 'untrusted';
  } finally {
    limit.removeEventListener('abort', close);
    close();
  }
}

function happened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

/** RFC 3501 §6.2.1. A greeting PREAUTH leaves no room for STARTTLS. */
async function startImap(socket: Socket): Promise<void> {
  const read = reader(socket);
  const greeting = await read(/^\* (OK|PREAUTH|BYE)\b[^\n]*\n/im);
  if (!/^\* OK/i.test(greeting)) throw new Stripped();
  socket.write('a STARTTLS\r\n');
  const answer = await read(/^a (OK|NO|BAD)\b[^\n]*\n/im);
  requireEnd(answer, /^a OK\b[^\n]*\n$/im);
  read.end();
}

/** RFC 3207. */
async function startSmtp(socket: Socket): Promise<void> {
  const read = reader(socket);
  await read(/^220 [^\n]*\n/m);
  socket.write('EHLO [127.0.0.1]\r\n');
  const offered = await read(/^\d{3} [^\n]*\n/m);
  if (!/^250[ -]STARTTLS\b/im.test(offered)) throw new Stripped();
  socket.write('STARTTLS\r\n');
  const answer = await read(/^\d{3} [^\n]*\n/m);
  requireEnd(answer, /^220 [^\n]*\n$/m);
  read.end();
}

function requireEnd(answer: string, fits: RegExp): void {
  if (!fits.test(answer)) throw new Stripped();
}

/** Reads until the text fits, and answers with all that came since the last time. */
function reader(socket: Socket) {
  let text = '';
  let look: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const onData = (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (text.length > LONGEST_ANSWER) fail(new Error('too much'));
    else look();
  };
  const onClose = () => fail(new Error('closed'));
  socket.on('data', onData);
  socket.on('close', onClose);
  const read = (fits: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      fail = reject;
      look = () => {
        if (!fits.test(text)) return;
        const answer = text;
        text = '';
        resolve(answer);
      };
      look();
    });
  read.end = () => {
    socket.off('data', onData);
    socket.off('close', onClose);
    socket.pause();
  };
  return read;
}
