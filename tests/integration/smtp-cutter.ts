import type net from 'node:net';
import tls from 'node:tls';

/**
 * A submission server of a few lines that takes every login and breaks the link at a chosen place. TLS from the first
 * byte. `places`: after the 354 and the first bytes of the message; after the final dot, with no answer; in the envelope.
 */
export type CutPlace = 'envelope' | 'message' | 'after-dot' | 'never';

export type Cutter = {
  port: number;
  /** Messages that were received to the final dot. */
  received: string[];
  /** Everything that was received, command lines and messages. */
  wire: () => string;
  cutAt(place: CutPlace): void;
  /** Replies to use instead of the usual ones: by command word, DOT for the end of the message, EHLO's last line. */
  replies: Map<string, string[]>;
  connections: () => number;
  /** Forgets what was received and what was ordered. */
  reset(): void;
  stop(): Promise<void>;
};

export async function startCutter(certs: { key: string; cert: string }): Promise<Cutter> {
  let place: CutPlace = 'never';
  let wire = '';
  let connections = 0;
  const replies = new Map<string, string[]>();
  const received: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = tls.createServer({ key: certs.key, cert: certs.cert }, (socket) => {
    sockets.add(socket);
    connections += 1;
    const say = (verb: string, usual: string) => socket.write(`${replies.get(verb)?.shift() ?? usual}\r\n`);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.write('220 cutter ESMTP\r\n');
    let rest = '';
    let tail = '';
    const held: string[] = [];
    let inData = false;
    let inLogin = false;
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      wire += text;
      // Joined only when the end is there: a large message comes in a thousand pieces.
      held.push(text);
      tail = (tail + text).slice(-(text.length + 4));
      if (inData && place !== 'message' && !tail.includes('\r\n.\r\n')) return;
      rest += held.splice(0).join('');
      for (;;) {
        if (inData) {
          if (place === 'message') return void socket.destroy();
          const end = rest.indexOf('\r\n.\r\n');
          if (end < 0) return;
          received.push(rest.slice(0, end + 2));
          rest = rest.slice(end + 5);
          if (place === 'after-dot') return void socket.destroy();
          inData = false;
          say('DOT', '250 2.0.0 taken');
          continue;
        }
        const end = rest.indexOf('\r\n');
        if (end < 0) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (place === 'envelope' && line.startsWith('RCPT')) return void socket.destroy();
        const verb = inLogin ? 'MORE' : (line.split(' ')[0] ?? '');
        inLogin = false;
        if (verb === 'EHLO') {
          socket.write('250-cutter\r\n250-SIZE 30000000\r\n');
          say(verb, '250 AUTH PLAIN XOAUTH2');
        } else if (verb === 'AUTH') {
          inLogin = replies.get(verb)?.[0]?.startsWith('334') ?? false;
          say(verb, '235 2.7.0 in');
        } else if (verb === 'DATA') {
          inData = true;
          say(verb, '354 go on');
        } else if (verb === 'QUIT') socket.end('221 bye\r\n');
        else say(verb, '250 2.1.0 ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    received,
    wire: () => wire,
    replies,
    connections: () => connections,
    reset: () => {
      place = 'never';
      wire = '';
      connections = 0;
      received.length = 0;
      replies.clear();
    },
    cutAt: (next) => {
      place = next;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
