// @ts-check
import net from 'node:net';

/**
 * A TCP port on 127.0.0.1 that is free now. Only for servers that cannot bind port 0 themselves
 * (Dovecot): another process may take it first, so the caller must try again when it is taken.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const port = boundPort(server);
      server.close(() => resolve(port));
    });
  });
}

/**
 * The port that a listening server was given.
 * @param {net.Server} server
 * @returns {number}
 */
export function boundPort(server) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

/**
 * Resolves when the server listens on 127.0.0.1 at a port that the system chose.
 * @param {net.Server} server
 * @returns {Promise<number>}
 */
export function listenOnLoopback(server) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(boundPort(server)));
  });
}

/**
 * Resolves as true when something accepts a connection at 127.0.0.1:port, as false when it is refused.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isListening(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
