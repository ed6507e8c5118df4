// @ts-check
// A TCP proxy that breaks the link at a chosen byte. It stands in front of any server: plain, passing TLS through unread, or
// ending TLS with the lab's certificate and speaking plain or TLS to the server, so that N counts the bytes of the protocol.
import net from 'node:net';
import tls from 'node:tls';
import { listenOnLoopback } from './net.mjs';

/** `up`: from the client to the server; `down`: from the server to the client. @typedef {'up' | 'down'} Direction */
/**
 * - `cut`: both sides see an orderly end (FIN). `reset`: both see RST.
 * - `half-close`: whoever the bytes went to sees an end, the other direction goes on.
 * - `stall`: nothing passes any more in this direction, nobody is told.
 * - `garble`: `length` bytes from there on come out with flipped bits (`mask`), or as `bytes` says.
 * @typedef {'cut' | 'reset' | 'half-close' | 'stall' | 'garble'} FaultKind
 */
/**
 * `at`: so many bytes pass unharmed first. `connection`: counted from 1 since the proxy was started or `reset`; every one when
 * left out. `times`: on how many connections it strikes; 1 when left out.
 * @typedef {object} Fault
 * @property {FaultKind} kind
 * @property {Direction} direction
 * @property {number} at
 * @property {number} [connection]
 * @property {number} [times]
 * @property {number} [length] of garble; 1 when left out
 * @property {number} [mask] of garble; 0x01 when left out
 * @property {Uint8Array} [bytes] of garble: what comes instead, as many bytes as these
 */
/** `delayMs` is one way; `bytesPerSecond` for each direction and connection. @typedef {{ delayMs?: number, bytesPerSecond?: number }} Link */
/**
 * One connection as it went: what passed, also what came before a fault. A turn is one change of direction, so a round trip
 * is two of them.
 * @typedef {object} Dialogue
 * @property {number} number
 * @property {{ direction: Direction, bytes: Buffer }[]} pieces
 * @property {number} up
 * @property {number} down
 * @property {number} turns
 * @property {boolean} isOpen
 */
/** @typedef {Awaited<ReturnType<typeof startFaultyProxy>>} FaultyProxy */

/**
 * Starts it on a port of its own.
 * @param {object} options
 * @param {number} options.port of the server, on 127.0.0.1
 * @param {{ key: string, cert: string }} [options.certs] ends TLS here; without it bytes pass as they are
 * @param {{ ca: string }} [options.upstreamTls] speaks TLS to the server; only with certs
 * @param {Link} [options.link]
 * @param {boolean} [options.record] keeps the dialogue; true when left out
 */
export async function startFaultyProxy({ port, certs, upstreamTls, link = {}, record = true }) {
  /** @type {Fault[]} */
  let faults = [];
  /** @type {Dialogue[]} */
  const dialogues = [];
  /** What breaks each open connection, by its number. @type {Map<number, () => void>} */
  const links = new Map();
  let isDown = false;
  let count = 0;

  /** @param {net.Socket} client as the protocol sees it @param {net.Socket} carrier the TCP socket under it */
  const serve = (client, carrier) => {
    count += 1;
    const number = count;
    if (isDown) return void carrier.resetAndDestroy();
    const own = faults.filter((fault) => (fault.connection ?? number) === number && (fault.times ?? 1) > 0);
    for (const fault of own) fault.times = (fault.times ?? 1) - 1;
    /** @type {Dialogue} */
    const dialogue = { number, pieces: [], up: 0, down: 0, turns: 0, isOpen: true };
    dialogues.push(dialogue);
    const serverCarrier = net.connect(port, '127.0.0.1');
    const server = upstreamTls
      ? tls.connect({ socket: serverCarrier, servername: 'localhost', ca: [upstreamTls.ca] })
      : serverCarrier;
    for (const socket of [client, carrier, server, serverCarrier]) {
      socket.on('error', () => {});
      if ('setNoDelay' in socket) socket.setNoDelay(true);
    }
    const breakAll = () => {
      dialogue.isOpen = false;
      links.delete(number);
      // RST goes out on the TCP socket: one above it would say goodbye in TLS first.
      carrier.resetAndDestroy();
      serverCarrier.resetAndDestroy();
    };
    links.set(number, breakAll);
    const close = () => {
      dialogue.isOpen = false;
      links.delete(number);
      client.destroy();
      server.destroy();
    };
    client.on('close', close);
    server.on('close', close);
    /** @type {Direction | undefined} */
    let last;
    /** @param {Direction} direction @param {Buffer} bytes */
    const note = (direction, bytes) => {
      dialogue[direction] += bytes.length;
      if (last !== direction) dialogue.turns += 1;
      last = direction;
      if (record) dialogue.pieces.push({ direction, bytes: Buffer.from(bytes) });
    };
    /** @param {Direction} direction */
    const faultsOf = (direction) => own.filter((fault) => fault.direction === direction);
    const ends = { note, reset: breakAll, link: () => link };
    pump(client, server, { ...ends, direction: 'up', faults: faultsOf('up') });
    pump(server, client, { ...ends, direction: 'down', faults: faultsOf('down') });
  };

  const listener = net.createServer({ allowHalfOpen: true }, (carrier) => {
    carrier.on('error', () => {});
    if (!certs) return serve(carrier, carrier);
    const secure = new tls.TLSSocket(carrier, { isServer: true, key: certs.key, cert: certs.cert });
    secure.on('error', () => {});
    secure.once('secure', () => serve(secure, carrier));
  });
  const listening = await listenOnLoopback(listener);

  return {
    port: listening,
    dialogues,
    /** How many connections there were since the start or `reset`. */
    connections: () => count,
    /** These faults from now on, for connections to come. @param {Fault[]} next */
    setFaults(next) {
      faults = next.map((fault) => ({ ...fault }));
    },
    /** Takes the link away (true): what is open is reset, what comes is refused by RST. @param {boolean} down */
    setDown(down) {
      isDown = down;
      if (down) for (const breakLink of [...links.values()]) breakLink();
    },
    /** Resets what is open just now. */
    resetOpen() {
      for (const breakLink of [...links.values()]) breakLink();
    },
    /** Resets one connection, if it is open. @param {number} number */
    resetConnection(number) {
      links.get(number)?.();
    },
    /** @param {Link} next for bytes to come, also on open connections */
    setLink(next) {
      link = next;
    },
    /** Forgets faults, dialogues and the count; open connections stay. */
    reset() {
      faults = [];
      dialogues.length = 0;
      count = 0;
    },
    /** Bytes in both directions and turns, of all connections. */
    total() {
      const sum = { up: 0, down: 0, turns: 0 };
      for (const { up, down, turns } of dialogues) {
        sum.up += up;
        sum.down += down;
        sum.turns += turns;
      }
      return sum;
    },
    /** @returns {Promise<void>} */
    async stop() {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const breakLink of [...links.values()]) breakLink();
      await closed;
    },
  };
}

/**
 * Carries one direction.
 * @param {net.Socket} from
 * @param {net.Socket} to
 * @param {{
 *   direction: Direction, faults: Fault[], note: (direction: Direction, bytes: Buffer) => void,
 *   reset: () => void, link: () => Link,
 * }} options
 */
function pump(from, to, { direction, faults, note, reset, link }) {
  let passed = 0;
  let isOver = false;
  let freeAt = 0;
  // Timers may fire out of turn by a millisecond; bytes may not.
  /** @type {(() => void)[]} */
  const onTheWay = [];

  /** @param {Buffer} bytes */
  const pass = (bytes) => {
    if (bytes.length === 0) return;
    note(direction, bytes);
    passed += bytes.length;
    if (!to.write(bytes)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  };

  /** @param {Buffer} bytes */
  const carry = (bytes) => {
    if (isOver) return;
    let rest = garbled(bytes, passed, faults);
    const [strike] = faults
      .filter(({ kind, at }) => kind !== 'garble' && at < passed + rest.length)
      .sort((a, b) => a.at - b.at);
    if (!strike) return pass(rest);
    rest = rest.subarray(0, Math.max(0, strike.at - passed));
    pass(rest);
    isOver = true;
    if (strike.kind === 'reset') reset();
    else if (strike.kind === 'half-close') to.end();
    else if (strike.kind === 'cut') {
      to.end();
      from.end();
    }
  };

  /** Runs `task` when the link has carried so many bytes. @param {number} size @param {() => void} task */
  const later = (size, task) => {
    const { delayMs = 0, bytesPerSecond } = link();
    if (delayMs === 0 && bytesPerSecond === undefined && onTheWay.length === 0) return task();
    onTheWay.push(task);
    const now = performance.now();
    freeAt = Math.max(now, freeAt) + (bytesPerSecond === undefined ? 0 : (size * 1_000) / bytesPerSecond);
    // A server that floods waits for the link like any other.
    if (freeAt - now > 50) {
      from.pause();
      setTimeout(() => from.resume(), freeAt - now - 25).unref();
    }
    setTimeout(() => onTheWay.shift()?.(), freeAt - now + delayMs);
  };

  from.on('data', (bytes) => later(bytes.length, () => carry(bytes)));
  from.on('end', () => later(0, () => void (isOver || to.end())));
}

/**
 * @param {Buffer} bytes
 * @param {number} offset of the first one in its direction
 * @param {Fault[]} faults
 */
function garbled(bytes, offset, faults) {
  const wrong = faults.filter(({ kind }) => kind === 'garble');
  if (wrong.length === 0) return bytes;
  const changed = Buffer.from(bytes);
  for (const { at, length = 1, mask = 1, bytes: instead } of wrong) {
    for (let index = 0; index < (instead?.length ?? length); index += 1) {
      const place = at + index - offset;
      const value = changed[place];
      if (value !== undefined) changed[place] = instead?.[index] ?? value ^ mask;
    }
  }
  return changed;
}
