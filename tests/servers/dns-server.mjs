// @ts-check
// A DNS server for labs, over UDP and TCP on one port: MX, SRV, TXT and A as they are told, nothing else. It keeps every question.
import dgram from 'node:dgram';
import net from 'node:net';
import { boundPort } from './net.mjs';

/**
 * What a name has. Names may hold any character: a lab lies too.
 * @typedef {object} Records
 * @property {string[]} [A]
 * @property {[priority: number, exchange: string][]} [MX]
 * @property {[priority: number, weight: number, port: number, target: string][]} [SRV]
 * @property {string[]} [TXT]
 */
/** @typedef {Awaited<ReturnType<typeof startDns>>} DnsServer */

const TYPES = /** @type {const} */ ({ A: 1, MX: 15, TXT: 16, SRV: 33 });
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

/**
 * `zone` may be changed while it runs. A name that begins with `*.` has what every name below has that is not there itself.
 * `failing`: the type, as in `MX`, or the whole name, that is answered with SERVFAIL.
 * @param {{ zone: Record<string, Records>, failing?: string[] }} options
 */
export async function startDns({ zone, failing = [] }) {
  /** @type {string[]} */
  const questions = [];

  /**
   * @param {Buffer} query
   * @param {number} most
   */
  function answer(query, most) {
    const { name, type, end } = readQuestion(query);
    const word = Object.entries(TYPES).find(([, number]) => number === type)?.[0] ?? String(type);
    questions.push(`${word} ${name}`);
    const isFailing = failing.includes(word) || failing.includes(name);
    const records = zone[name] ?? zone[`*.${name.split('.').slice(1).join('.')}`];
    const code = isFailing ? SERVER_FAILURE : records ? 0 : NO_SUCH_NAME;
    const data = isFailing || !records ? [] : dataOf(records, type);
    const whole = message(query.subarray(0, end), code, data, type);
    return whole.length <= most ? whole : message(query.subarray(0, end), code, [], type, true);
  }

  const tcp = net.createServer((socket) => {
    let waiting = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length > 1 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const end = 2 + waiting.readUInt16BE(0);
        const said = answer(waiting.subarray(2, end), 65_535);
        socket.write(Buffer.concat([uint16(said.length), said]));
        waiting = waiting.subarray(end);
      }
    });
  });
  const { udp, port } = await bindBoth(tcp);
  udp.on('message', (query, from) => udp.send(answer(query, 512), from.port, from.address));
  return {
    port,
    address: `127.0.0.1:${port}`,
    zone,
    questions,
    async stop() {
      await Promise.all([
        new Promise((resolve) => udp.close(() => resolve(undefined))),
        new Promise((resolve) => tcp.close(() => resolve(undefined))),
      ]);
    },
  };
}

/**
 * UDP at the port that TCP was given; another process may have it already.
 * @param {net.Server} tcp
 */
async function bindBoth(tcp) {
  for (let tries = 0; tries < 20; tries++) {
    await new Promise((resolve) => tcp.listen(0, '127.0.0.1', () => resolve(undefined)));
    const port = boundPort(tcp);
    const udp = dgram.createSocket('udp4');
    const isBound = await new Promise((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, '127.0.0.1', () => resolve(true));
    });
    if (isBound) return { udp, port };
    udp.close();
    await new Promise((resolve) => tcp.close(() => resolve(undefined)));
  }
  throw new Error('no port is free for both UDP and TCP');
}

/** @param {Buffer} query */
function readQuestion(query) {
  /** @type {string[]} */
  const labels = [];
  let at = 12;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += 1 + size;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/**
 * @param {Records} records
 * @param {number} type
 * @returns {Buffer[]}
 */
function dataOf(records, type) {
  switch (type) {
    case TYPES.A:
      return (records.A ?? []).map((address) => Buffer.from(address.split('.').map(Number)));
    case TYPES.MX:
      return (records.MX ?? []).map(([priority, exchange]) =>
        Buffer.concat([uint16(priority), nameBytes(exchange)]),
      );
    case TYPES.SRV:
      return (records.SRV ?? []).map(([priority, weight, port, target]) =>
        Buffer.concat([uint16(priority), uint16(weight), uint16(port), nameBytes(target)]),
      );
    case TYPES.TXT:
      return (records.TXT ?? []).map((text) => {
        // Two strings, as long texts have (RFC 1035 §3.3.14).
        const middle = Math.ceil(text.length / 2);
        return Buffer.concat([text.slice(0, middle), text.slice(middle)].map(sized));
      });
    default:
      return [];
  }
}

/**
 * @param {Buffer} asked header and question
 * @param {number} code
 * @param {Buffer[]} data
 * @param {number} type
 * @param {boolean} [isCut]
 */
function message(asked, code, data, type, isCut = false) {
  const head = Buffer.from(asked);
  head.writeUInt16BE(0x8180 | (isCut ? 0x0200 : 0) | code, 2);
  head.writeUInt16BE(data.length, 6);
  head.writeUInt32BE(0, 8); // neither authority nor additional records
  const records = data.map((one) =>
    // The name is the question's, by a pointer (RFC 1035 §4.1.4).
    Buffer.concat([uint16(0xc00c), uint16(type), uint16(1), Buffer.alloc(4), uint16(one.length), one]),
  );
  return Buffer.concat([head, ...records]);
}

/** @param {string} name */
function nameBytes(name) {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map(sized), Buffer.alloc(1)]);
}

/** @param {string} text */
function sized(text) {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** @param {number} value */
function uint16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
