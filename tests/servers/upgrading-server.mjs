// @ts-check
// A mail server whose connections begin in the clear, with the lies that are told there: the offer of STARTTLS taken out, a refusal,
// a greeting that says one is logged in, answers pushed in before the handshake. It keeps every line that it heard, in the clear and after.
import net from 'node:net';
import tls from 'node:tls';
import { listenOnLoopback } from './net.mjs';

/**
 * @typedef {'imap' | 'smtp'} Protocol
 * @typedef {object} Lies
 * @property {string} [greeting] instead of the usual one
 * @property {boolean} [isStripped] STARTTLS is not offered
 * @property {boolean} [isUnknown] STARTTLS is not known when it comes
 * @property {string} [injected] comes with the answer to STARTTLS, in the clear, in the same packet
 * @property {boolean} [isOnlyTold] says yes to STARTTLS and goes on in the clear
 */

/**
 * @param {Protocol} protocol
 * @param {{ key: string, cert: string }} certs
 * @param {Lies} [lies]
 */
export async function startUpgradingServer(protocol, certs, lies = {}) {
  /** @type {string[]} */
  const clear = [];
  /** @type {string[]} */
  const secret = [];
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const context = tls.createSecureContext({ ...certs, ciphers: 'DEFAULT@SECLEVEL=0' });

  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.write(
      lies.greeting ??
        (protocol === 'imap'
          ? // Whoever takes the offer out also lets everybody in without it.
            `* OK [CAPABILITY IMAP4rev1 ${lies.isStripped ? 'SASL-IR AUTH=PLAIN' : 'STARTTLS LOGINDISABLED'}] ready\r\n`
          : '220 upgrading ESMTP\r\n'),
    );
    listen(socket, clear, (line) => {
      const [tag = '', word = ''] = line.split(' ');
      const verb = (protocol === 'imap' ? word : tag).toUpperCase();
      if (verb !== 'STARTTLS') return answer(socket, protocol, line, lies.isStripped !== true);
      if (lies.isUnknown)
        return void socket.write(protocol === 'imap' ? `${tag} BAD no\r\n` : '502 5.5.1 no\r\n');
      socket.write(`${protocol === 'imap' ? `${tag} OK begin` : '220 2.0.0 go'}\r\n${lies.injected ?? ''}`);
      if (lies.isOnlyTold) {
        socket.removeAllListeners('data');
        socket.on('data', (chunk) => {
          clear.push(chunk.toString('latin1'));
          socket.write(protocol === 'imap' ? '* OK still here\r\n' : '250 still here\r\n');
        });
        return undefined;
      }
      socket.removeAllListeners('data');
      const above = new tls.TLSSocket(socket, { isServer: true, secureContext: context });
      above.on('error', () => {});
      listen(above, secret, (heard) => answer(above, protocol, heard, false));
      return undefined;
    });
  });
  const port = await listenOnLoopback(server);
  return {
    port,
    /** What was said before the handshake, and after. */
    clear,
    secret,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * @param {net.Socket} socket
 * @param {string[]} heard
 * @param {(line: string) => void} take
 */
function listen(socket, heard, take) {
  let rest = '';
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      heard.push(line);
      take(line);
    }
  });
}

/**
 * @param {net.Socket} socket
 * @param {Protocol} protocol
 * @param {string} line
 * @param {boolean} offersTls
 */
function answer(socket, protocol, line, offersTls) {
  const [tag = '', word = ''] = line.split(' ');
  if (protocol === 'smtp') {
    const verb = tag.toUpperCase();
    if (verb === 'EHLO')
      socket.write(`250-upgrading\r\n${offersTls ? '250-STARTTLS\r\n' : ''}250 AUTH PLAIN LOGIN XOAUTH2\r\n`);
    else if (verb === 'AUTH') socket.write('235 2.7.0 in\r\n');
    else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else socket.write('250 fine\r\n');
    return;
  }
  const verb = word.toUpperCase();
  if (verb === 'CAPABILITY')
    socket.write(`* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN${offersTls ? ' STARTTLS' : ''}\r\n`);
  if (verb === 'LOGOUT') socket.write('* BYE\r\n');
  if (verb === 'NAMESPACE') socket.write('* NAMESPACE (("" "/")) NIL NIL\r\n');
  socket.write(`${tag} OK done\r\n`);
}
