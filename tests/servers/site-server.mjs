// @ts-check
// Web sites of a lab, all on one https port, told apart by the Host header. It keeps every request.
import https from 'node:https';
import { listenOnLoopback } from './net.mjs';

/**
 * A file: its text, or what happens when it is asked for.
 * @typedef {string | Buffer | import('node:http').RequestListener} Page
 */
/** @typedef {Awaited<ReturnType<typeof startSites>>} Sites */

/**
 * `pages`: address without query → page; may be changed while it runs. What is not there is answered with 404.
 * @param {{ certs: { key: string, cert: string }, pages: Record<string, Page> }} options
 */
export async function startSites({ certs, pages }) {
  /** @type {{ url: string, headers: import('node:http').IncomingHttpHeaders }[]} */
  const requests = [];
  const server = https.createServer({ key: certs.key, cert: certs.cert }, (request, response) => {
    const url = `https://${request.headers.host}${request.url}`;
    requests.push({ url, headers: request.headers });
    const page = pages[url.replace(/\?.*$/, '')];
    response.on('error', () => {});
    if (typeof page === 'function') return page(request, response);
    if (page === undefined) return response.writeHead(404, { 'content-type': 'text/html' }).end('<p>none');
    return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(page);
  });
  const port = await listenOnLoopback(server);
  return {
    port,
    pages,
    requests,
    /** From now on another certificate. @param {{ key: string, cert: string }} other */
    show: (other) =>
      server.setSecureContext({ key: other.key, cert: other.cert, ciphers: 'DEFAULT@SECLEVEL=0' }),
    async stop() {
      const closed = new Promise((resolve) => server.close(() => resolve(undefined)));
      server.closeAllConnections();
      await closed;
    },
  };
}
