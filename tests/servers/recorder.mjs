// @ts-check
// Hears every contact that a message makes: an HTTP server and a DNS server, both on loopback.
import dgram from 'node:dgram';
import http from 'node:http';
import { listenOnLoopback } from './net.mjs';

// A picture of one pixel, so that an allowed image really loads.
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** @typedef {Awaited<ReturnType<typeof startRecorder>>} Recorder */

/**
 * Starts both servers, each on a port of its own. The DNS server answers every name with 127.0.0.1.
 * `dnsAddress` puts it on the port of all resolvers there (53, which needs root), so that resolv.conf can name it.
 * @param {{ dnsAddress?: string }} [options]
 */
export async function startRecorder({ dnsAddress } = {}) {
  /** @type {{ method: string, path: string }[]} */
  const requests = [];
  /** @type {string[]} */
  const lookups = [];
  let connections = 0;

  const web = http.createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '' });
    response.writeHead(200, { 'content-type': 'image/gif', 'cache-control': 'no-store' });
    response.end(PIXEL);
  });
  web.on('connection', () => {
    connections += 1;
  });
  const port = await listenOnLoopback(web);

  const dns = dgram.createSocket('udp4');
  dns.on('message', (query, from) => {
    const name = questionName(query);
    if (name === undefined) return;
    lookups.push(name);
    dns.send(answerWithLoopback(query), from.port, from.address);
  });
  await new Promise((resolve, reject) => {
    dns.once('error', reject);
    dns.bind(dnsAddress ? 53 : 0, dnsAddress ?? '127.0.0.1', () => resolve(undefined));
  });

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    port,
    dnsPort: dns.address().port,
    /** HTTP requests, oldest first. */
    requests,
    /** Names that were asked for, oldest first. */
    lookups,
    /** TCP connections to the HTTP server, also those that asked for nothing. */
    connections: () => connections,
    async stop() {
      await new Promise((resolve) => dns.close(() => resolve(undefined)));
      await new Promise((resolve) => {
        web.close(() => resolve(undefined));
        web.closeAllConnections();
      });
    },
  };
}

/**
 * The name in the question of a DNS message (RFC 1035 §4.1.2), or undefined when it is cut off.
 * @param {Buffer} query
 */
function questionName(query) {
  const labels = [];
  let at = 12;
  for (;;) {
    const length = query[at];
    if (length === undefined) return undefined;
    if (length === 0) return labels.join('.');
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
}

/**
 * The same question with one answer: A 127.0.0.1 (for other types: none).
 * @param {Buffer} query
 */
function answerWithLoopback(query) {
  let end = 12;
  while ((query[end] ?? 0) !== 0) end += 1 + (query[end] ?? 0);
  const question = query.subarray(12, end + 5);
  const isAddress = query.readUInt16BE(end + 1) === 1;
  const header = Buffer.from([
    query[0] ?? 0,
    query[1] ?? 0,
    0x81,
    0x80,
    0,
    1,
    0,
    isAddress ? 1 : 0,
    0,
    0,
    0,
    0,
  ]);
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, question, ...(isAddress ? [answer] : [])]);
}
