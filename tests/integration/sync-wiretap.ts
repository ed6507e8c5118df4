/**
 * Stands between the program and a server: speaks TLS with the program and hears every command and every answer in clear. It can cut
 * and stall connections and put other words into the server's mouth.
 */
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { listenOnLoopback } from '../servers/net.mjs';

export type Wiretap = Awaited<ReturnType<typeof startWiretap>>;

export async function startWiretap(options: {
  certs: { key: string; cert: string };
  toPort: number;
  /** What the program hears for a line of the server (with its line break). */
  mangle?(line: string, connection: number): string;
}) {
  const { certs, toPort, mangle } = options;
  const commands: { connection: number; text: string }[] = [];
  const sockets = new Map<number, net.Socket[]>();
  const sent = new Map<number, number>();
  const stalled = new Set<number>();
  let connections = 0;
  let dropAfter: number | undefined;

  const server = tls.createServer({ key: certs.key, cert: certs.cert }, (from) => {
    connections += 1;
    const connection = connections;
    const to = net.connect(toPort, '127.0.0.1');
    sockets.set(connection, [from, to]);
    let half = '';
    const destroy = () => {
      sockets.delete(connection);
      from.destroy();
      to.destroy();
    };
    for (const socket of [from, to]) socket.on('error', destroy).on('close', destroy);
    from.on('data', (data) => {
      if (stalled.has(connection)) return;
      for (const text of data.toString('latin1').split('\r\n')) {
        if (text !== '') commands.push({ connection, text });
      }
      to.write(data);
    });
    to.on('data', (data) => {
      if (stalled.has(connection)) return;
      half += data.toString('latin1');
      const end = half.lastIndexOf('\n') + 1;
      const lines = half.slice(0, end).split(/(?<=\n)/);
      half = half.slice(end);
      const heard = lines
        // What is compressed could not be heard.
        .map((line) => line.replace(' COMPRESS=DEFLATE', ''))
        .map((line) => (mangle ? mangle(line, connection) : line))
        .join('');
      const bytes = Buffer.from(heard, 'latin1');
      sent.set(connection, (sent.get(connection) ?? 0) + bytes.length);
      from.write(bytes);
      if (dropAfter !== undefined && (sent.get(connection) ?? 0) > dropAfter) {
        dropAfter = undefined;
        destroy();
      }
    });
  });
  const port = await listenOnLoopback(server);
  const drop = () => {
    for (const pair of [...sockets.values()]) for (const socket of pair) socket.destroy();
  };
  return {
    port,
    commands,
    count: (pattern: RegExp) => commands.filter(({ text }) => pattern.test(text)).length,
    received: () => [...sent.values()].reduce((sum, bytes) => sum + bytes, 0),
    connections: () => connections,
    open: () => sockets.size,
    drop,
    /** Cuts a connection once, when it has brought so many bytes. */
    dropAfter(bytes: number) {
      dropAfter = bytes;
    },
    /** From now on nothing comes through on the connections that are open; nobody is told. */
    stall() {
      for (const connection of sockets.keys()) stalled.add(connection);
    },
    async stop() {
      if (!server.listening) return;
      server.close();
      drop();
      await once(server, 'close');
    },
  };
}

/** A plain server that can be ended at once, with what is connected to it. */
export async function startPlain(onSocket: (socket: net.Socket) => void, port = 0) {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  if (port === 0) await listenOnLoopback(server);
  else await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    /** Ends what is connected; others may come. */
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** What goes through untouched to another port. */
export function passTo(toPort: number): (from: net.Socket) => void {
  return (from) => {
    const to = net.connect(toPort, '127.0.0.1');
    to.on('error', () => from.destroy()).on('close', () => from.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to).pipe(from);
  };
}
