// @ts-check
// A submission server that says what it is told to: any reply at any command, nothing at all, a byte a second, an end. It keeps
// what it was sent to the final dot. TLS from the first byte when it has a certificate; plain behind a proxy that ends TLS.
import net from 'node:net';
import tls from 'node:tls';
import { listenOnLoopback } from './net.mjs';

/**
 * What happens at a command instead of the usual reply: a line to say, or something to do. `verb` is the command word in upper
 * case; GREETING before the first one, DOT at the end of the message, RSET, QUIT and the rest as they come.
 * @typedef {string | ((socket: net.Socket) => void | Promise<void>)} Reply
 */
/**
 * Decides about a login instead of letting everybody in: sends challenges with `ask`, which answers with the client's line; true lets
 * the client in.
 * @typedef {(mechanism: string, first: string | undefined, ask: (challenge: string) => Promise<string>) => Promise<boolean>} Authenticate
 */
/** @typedef {{ from: string, to: string[], raw: string, isAnswered: boolean }} Taken */
/** @typedef {Awaited<ReturnType<typeof startScriptedSmtp>>} ScriptedSmtp */

/**
 * @param {{ certs?: { key: string, cert: string }, capabilities?: string[], authenticate?: Authenticate }} [options]
 */
export async function startScriptedSmtp({
  certs,
  capabilities = ['SIZE 30000000', 'AUTH PLAIN XOAUTH2'],
  authenticate,
} = {}) {
  /** @type {Taken[]} */
  const taken = [];
  /** @type {string[]} */
  const commands = [];
  /** @type {Map<string, Reply[]>} */
  const replies = new Map();
  /** @type {Set<net.Socket>} */
  const sockets = new Set();

  /** @param {net.Socket} socket */
  const serve = async (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    /** @param {string} verb @param {string} usual */
    const say = async (verb, usual) => {
      const ordered = replies.get(verb)?.shift();
      if (typeof ordered === 'function') return ordered(socket);
      if (socket.writable) socket.write(`${ordered ?? usual}\r\n`);
    };
    let from = '';
    /** @type {string[]} */
    let to = [];
    await say('GREETING', '220 scripted ESMTP');
    const lines = linesOf(socket);
    for await (const line of lines) {
      const verb = (line.split(/[ :]/)[0] ?? '').toUpperCase();
      commands.push(line);
      if (verb === 'EHLO')
        await say(
          verb,
          [
            '250-scripted',
            ...capabilities.map((one, index) => `250${index === capabilities.length - 1 ? ' ' : '-'}${one}`),
          ].join('\r\n'),
        );
      else if (verb === 'AUTH' && authenticate) {
        const [, mechanism = '', first] = line.split(' ');
        const isIn = await authenticate(mechanism, first, async (challenge) => {
          if (socket.writable) socket.write(`334 ${challenge}\r\n`);
          const { value } = await lines.next();
          commands.push(value ?? '');
          return value ?? '*';
        });
        await say(verb, isIn ? '235 2.7.0 in' : '535 5.7.8 no');
      } else if (verb === 'AUTH') await say(verb, '235 2.7.0 in');
      else if (verb === 'MAIL') {
        from = line;
        to = [];
        await say(verb, '250 2.1.0 ok');
      } else if (verb === 'RCPT') {
        to.push(/<([^>]*)>/.exec(line)?.[1] ?? '');
        await say(verb, '250 2.1.5 ok');
      } else if (verb === 'DATA') {
        await say(verb, '354 go on');
        const held = [];
        let isWhole = false;
        for (;;) {
          const { value, done } = await lines.next();
          if (done) break;
          if (value === '.') {
            isWhole = true;
            break;
          }
          held.push(value.startsWith('.') ? value.slice(1) : value);
        }
        if (!isWhole) return;
        const message = { from, to, raw: `${held.join('\r\n')}\r\n`, isAnswered: false };
        const isRefused = /^[45]/.test(String(replies.get('DOT')?.[0] ?? ''));
        if (!isRefused) taken.push(message);
        await say('DOT', '250 2.0.0 taken');
        message.isAnswered = true;
      } else if (verb === 'QUIT') {
        await say(verb, '221 bye');
        socket.end();
      } else await say(verb, '250 2.0.0 ok');
    }
  };

  const listener = certs
    ? tls.createServer({ key: certs.key, cert: certs.cert }, (socket) => void serve(socket).catch(() => {}))
    : net.createServer((socket) => void serve(socket).catch(() => {}));
  const port = await listenOnLoopback(listener);
  return {
    port,
    /** Every message that came to its final dot and was not refused. */
    taken,
    /** Command lines in their order, of all connections. */
    commands,
    /** What the next commands of a kind get; used up one by one. @param {string} verb @param {Reply[]} next */
    script: (verb, ...next) => void replies.set(verb, [...(replies.get(verb) ?? []), ...next]),
    reset() {
      taken.length = 0;
      commands.length = 0;
      replies.clear();
    },
    /** @returns {Promise<void>} */
    stop: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * Lines without their end, as they come. Only CRLF ends one (RFC 5321 §2.3.8).
 * @param {net.Socket} socket
 */
async function* linesOf(socket) {
  let rest = '';
  for await (const chunk of socket) {
    rest += chunk.toString('latin1');
    const lines = rest.split('\r\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
