/**
 * Where the browser brings the answer of the authorization server (RFC 8252 §7.3): an HTTP server on loopback, on a port that
 * the system chooses, at a path that is good for this sign-in only. Any program of this computer and any page in the browser
 * can send requests here, so what is not exactly the awaited request is refused and changes nothing: the right one still
 * counts when it comes. After it nothing more is taken.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MailError, nodeErrorCode } from '../base/errors.ts';
import { ANSWER_HEADERS, type AnswerText, renderAnswerPage } from './answer-page.ts';

export type Callback = {
  parameters: URLSearchParams;
  /** Shows the browser how it ended. Once. */
  answer(text: AnswerText): void;
};

export type LoopbackListener = {
  redirectUri: string;
  /** The first request that `isAwaited` took. Never rejects; pending for ever when none comes. */
  callback: Promise<Callback>;
  /** Takes nothing more. A browser that still waits for its answer gets it. */
  close(): void;
};

/**
 * Opens the listener. `path` is for providers that compare paths; else it is random. `isAwaited` looks at the parameters of
 * a request; `refusedText` is what the sender of any other one is shown. Throws listener-unavailable.
 */
export async function openLoopbackListener({
  redirectHost,
  path = `/${randomBytes(24).toString('base64url')}`,
  isAwaited,
  refusedText,
}: {
  redirectHost: '127.0.0.1' | 'localhost';
  path?: string | undefined;
  isAwaited(parameters: URLSearchParams): boolean;
  refusedText: AnswerText;
}): Promise<LoopbackListener> {
  let take: (callback: Callback) => void = () => undefined;
  const callback = new Promise<Callback>((resolve) => {
    take = resolve;
  });
  let isTaken = false;
  let authority = '';

  const server = createServer(
    // A request that is sent one byte at a time does not keep the others waiting, nor its connection for long.
    { headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000, keepAliveTimeout: 1 },
    (request, response) => {
      const status = refusalOf(request);
      if (status !== undefined) return send(response, status, refusedText);
      const { searchParams } = new URL(request.url ?? '/', `http://${authority}`);
      if (isTaken || !isAwaited(searchParams)) return send(response, 400, refusedText);
      isTaken = true;
      server.close();
      take({ parameters: searchParams, answer: (text) => send(response, 200, text) });
    },
  );
  server.on('clientError', (_error, socket) => socket.destroy());

  function refusalOf({ method, headers, url = '' }: IncomingMessage): number | undefined {
    // DNS rebinding: a page of another name that was made to point here sends that name.
    if (headers.host !== authority) return 421;
    const requestPath = url.split('?', 1)[0];
    if (requestPath !== (path === '' ? '/' : path)) return 404;
    return method === 'GET' ? undefined : 405;
  }

  const host = await listen(server, redirectHost);
  const { port } = server.address() as AddressInfo;
  authority = `${host}:${port}`;
  return {
    redirectUri: `http://${authority}${path}`,
    callback,
    close() {
      server.close();
      if (!isTaken) server.closeAllConnections();
    },
  };
}

const NO_IPV4 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Loopback only. A computer without IPv4 gets the other loopback address, when the provider takes address literals. */
async function listen(server: ReturnType<typeof createServer>, redirectHost: string): Promise<string> {
  const bind = (address: string) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, () => {
        server.off('error', reject);
        resolve();
      });
    });
  try {
    await bind('127.0.0.1');
    return redirectHost;
  } catch (error) {
    if (!NO_IPV4.has(nodeErrorCode(error) ?? '') || redirectHost === 'localhost') throw unavailable(error);
  }
  await bind('::1').catch((error: unknown) => {
    throw unavailable(error);
  });
  return '[::1]';
}

function send(response: ServerResponse, status: number, text: AnswerText): void {
  if (response.writableEnded || response.destroyed) return;
  response.writeHead(status, ANSWER_HEADERS);
  response.end(renderAnswerPage(text));
}

function unavailable(cause: unknown): MailError {
  return new MailError('listener-unavailable', { cause });
}
