/** The proxy does to a link what it is told, at the byte that it is told: else the tests over it would prove nothing. */
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../servers/certs.mjs';
import { type Fault, type FaultyProxy, startFaultyProxy } from '../servers/faulty-proxy.mjs';
import { listenOnLoopback } from '../servers/net.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let proxy: FaultyProxy | undefined;
/** Echoes what it hears, and notes how connections end. */
const heard: string[] = [];
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (bytes) => socket.write(bytes));
  socket.on('end', () => {
    heard.push('end');
    socket.end('late');
  });
  socket.on('error', (error: NodeJS.ErrnoException) => heard.push(String(error.code)));
});
let port = 0;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  port = await listenOnLoopback(server);
});
afterEach(() => proxy?.stop());
afterAll(async () => {
  server.close();
  await run.remove();
});

/** Sends ten bytes through a fault and says what came back and how it ended. */
async function through(fault: Fault | undefined, isTls: boolean): Promise<{ back: string; end: string }> {
  heard.length = 0;
  proxy = await startFaultyProxy({ port, ...(isTls && { certs }) });
  proxy.setFaults(fault ? [fault] : []);
  const socket = isTls
    ? tls.connect({ port: proxy.port, host: '127.0.0.1', servername: 'localhost', ca: [certs.ca] })
    : net.connect(proxy.port, '127.0.0.1');
  let back = '';
  let end = 'quiet';
  socket.on('data', (bytes) => {
    back += bytes.toString();
  });
  socket.on('end', () => {
    if (end === 'quiet') end = 'fin';
  });
  socket.on('error', () => {
    end = 'reset';
  });
  await once(socket, isTls ? 'secureConnect' : 'connect');
  socket.write('0123456789');
  const timer = setTimeout(() => socket.destroy(), 300);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  clearTimeout(timer);
  return { back, end };
}

describe.each([
  ['a plain link', false],
  ['a link inside TLS', true],
])('%s', (_name, isTls) => {
  it.each([
    ['nothing', undefined, '0123456789', 'quiet'],
    ['a cut on the way down', { kind: 'cut', direction: 'down', at: 4 }, '0123', 'fin'],
    ['a cut on the way up', { kind: 'cut', direction: 'up', at: 3 }, '', 'fin'],
    ['a reset on the way down', { kind: 'reset', direction: 'down', at: 0 }, '', 'reset'],
    ['a stall', { kind: 'stall', direction: 'down', at: 5 }, '01234', 'quiet'],
    ['a flipped bit', { kind: 'garble', direction: 'down', at: 2 }, '0133456789', 'quiet'],
    [
      'replaced bytes',
      { kind: 'garble', direction: 'up', at: 1, bytes: Buffer.from('ab') },
      '0ab3456789',
      'quiet',
    ],
    [
      'a fault on another connection',
      { kind: 'cut', direction: 'down', at: 0, connection: 2 },
      '0123456789',
      'quiet',
    ],
  ] as [string, Fault | undefined, string, string][])('with %s', async (_what, fault, back, end) => {
    expect(await through(fault, isTls)).toEqual({ back, end });
  });

  it('with one direction closed goes on in the other', async () => {
    const { back } = await through({ kind: 'half-close', direction: 'up', at: 4 }, isTls);
    expect(heard).toContain('end');
    expect(back).toBe('0123late');
  });
});

it('counts bytes and turns, keeps the dialogue, and delays as a link does', async () => {
  proxy = await startFaultyProxy({ port, link: { delayMs: 40, bytesPerSecond: 1_000_000 } });
  const socket = net.connect(proxy.port, '127.0.0.1');
  const start = performance.now();
  for (const word of ['one', 'two']) {
    socket.write(word);
    await once(socket, 'data');
  }
  // Two round trips of 80 ms.
  expect(performance.now() - start).toBeGreaterThan(155);
  socket.destroy();
  expect(proxy.total()).toEqual({ up: 6, down: 6, turns: 4 });
  expect(proxy.dialogues[0]?.pieces.map(({ bytes }) => bytes.toString())).toEqual([
    'one',
    'one',
    'two',
    'two',
  ]);
});
