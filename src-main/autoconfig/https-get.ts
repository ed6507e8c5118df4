import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { connectionErrorOf, MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';

/**
 * One file over https: checked certificate, no redirect followed, no cookie, no name of this program, at most `LIMITS.settingsFile`
 * bytes. Undefined when the server has none: an error of the 4xx, or a page for people where a file was asked for.
 * Throws protocol-error (redirect, too large), tls-*, connection errors, server-busy, or the signal's reason.
 */
export async function httpsGet(
  address: string,
  options: { signal: AbortSignal; lookup: LookupFunction | undefined; portOf(port: number): number },
): Promise<Uint8Array | undefined> {
  const url = new URL(address);
  const { signal } = options;
  if (url.protocol !== 'https:') throw new MailError('tls-missing', { detail: { host: url.host } });
  try {
    const response = await ask(url, options);
    try {
      if (isThere(response, url.host)) return await readBody(response);
      return undefined;
    } finally {
      response.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof MailError ? error : (connectionErrorOf(error, url.host) ?? error);
  }
}

function ask(url: URL, options: Parameters<typeof httpsGet>[1]): Promise<IncomingMessage> {
  const { signal, lookup, portOf } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: url.hostname,
        servername: url.hostname,
        port: portOf(url.port === '' ? 443 : Number(url.port)),
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, accept: '*/*' },
        agent: false,
        minVersion: 'TLSv1.2', // RFC 9325 §3.1.1
        rejectUnauthorized: true,
        signal,
        ...(lookup && { lookup }),
      },
      resolve,
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** Whether the answer is a file. */
function isThere({ statusCode = 0, headers }: IncomingMessage, host: string): boolean {
  if (statusCode >= 500 || statusCode === 429) {
    throw new MailError('server-busy', { retry: 'later', detail: { host, status: statusCode } });
  }
  if (statusCode >= 300 && statusCode < 400) throw new MailError('protocol-error', { detail: { host } });
  // Many sites answer with their home page whatever is asked for.
  return statusCode === 200 && headers['content-type']?.toLowerCase().startsWith('text/html') !== true;
}

async function readBody(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes: Buffer = chunk;
    size += bytes.byteLength;
    if (size > LIMITS.settingsFile) throw new MailError('protocol-error');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
