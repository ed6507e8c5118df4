/** What the figures of the wire share: the program's own connections, to a server that is near or behind a slow line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLog } from '../../src-main/base/log.ts';
import type { ImapConnection } from '../../src-main/imap/imap-connection.ts';
import { createImapWorker, type ImapWorker } from '../../src-main/imap/imap-worker-client.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import { passwordOf } from '../integration/imap-lab.ts';
import { type FaultyProxy, startFaultyProxy } from '../servers/faulty-proxy.mjs';
import { BENCH_PASSWORD, BENCH_USER } from './mail-server.ts';
import type { BenchContext } from './suite.ts';

/** A round trip of 80 ms, 10 Mbit/s in each direction. */
export const SLOW_LINE = { delayMs: 40, bytesPerSecond: 1_250_000 };

export function connectTo(
  port: number,
  options: { worker?: ImapWorker; compress?: boolean } = {},
): Promise<ImapConnection> {
  return openImap({
    settings: { host: 'localhost', port, security: 'tls' },
    authentication: passwordOf(BENCH_USER, BENCH_PASSWORD),
    signal: new AbortController().signal,
    log: createLog(() => {}),
    ...options,
  });
}

/** The built worker, which trusts the bench's certificate authority as well: what this thread trusts does not count there. */
export function startWorker({ run, builtFolder }: BenchContext, ca: string): ImapWorker {
  const workerPath = join(run.path, 'trusting-worker.mjs');
  const built = pathToFileURL(join(builtFolder, 'imap-worker.js')).href;
  writeFileSync(
    workerPath,
    `import tls from 'node:tls';
const original = tls.createSecureContext;
tls.createSecureContext = (options = {}) => original(options.ca ? options : { ...options, ca: [${JSON.stringify(ca)}] });
await import(${JSON.stringify(built)});
`,
  );
  return createImapWorker({ workerPath });
}

export type Dialogue = { milliseconds: number; bytes: number; trips: number };

/**
 * Times what `task` does on a new connection through a proxy that ends TLS, from the moment in which the login is through: ENABLE,
 * which is sent before the connection is handed out, counts as well. Bytes are those of the protocol in both directions; a trip is
 * an answer that had to be waited for.
 */
export async function measureDialogue(
  server: {
    port: number;
    certs: { key: string; cert: string };
    link?: { delayMs: number; bytesPerSecond: number };
  },
  task: (connection: ImapConnection) => Promise<void>,
): Promise<Dialogue> {
  const proxy: FaultyProxy = await startFaultyProxy({
    port: server.port,
    certs: server.certs,
    ...(server.link && { link: server.link }),
  });
  try {
    const connection = await connectTo(proxy.port);
    // A round trip of the same length as that of ENABLE.
    const before = performance.now();
    await connection.probe(60_000);
    const probe = performance.now() - before;
    const [dialogue] = proxy.dialogues;
    if (!dialogue) throw new Error('nothing went through the proxy');
    const start = performance.now();
    await task(connection);
    const milliseconds = performance.now() - start + probe;
    const { pieces } = dialogue;
    const isUp = (text: string) => (piece: (typeof pieces)[number]) =>
      piece.direction === 'up' && piece.bytes.includes(text);
    const noop = pieces.findIndex(isUp('NOOP'));
    const end = pieces.findIndex((piece, at) => at > noop && piece.direction === 'up');
    const counted = [...pieces.slice(pieces.findIndex(isUp('ENABLE')), noop), ...pieces.slice(end)];
    connection.close();
    return {
      milliseconds,
      bytes: counted.reduce((sum, { bytes }) => sum + bytes.length, 0),
      trips: counted.filter(({ direction }, at) => direction === 'up' && counted[at - 1]?.direction !== 'up')
        .length,
    };
  } finally {
    await proxy.stop();
  }
}
