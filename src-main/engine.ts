/**
 * The engine: OAuth, keychain, IMAP, SMTP, MIME and SQLite in one process without Electron. Started by the shell as a utility
 * process, and by bare Node with an IPC channel (child_process.fork, serialization 'advanced') in tests; the same file in both.
 *
 * What it is told: `start` with its configuration and the shell's port, `window` with a port for each page, `stop`.
 * Under Node, which has no ports there, the two ports are the lanes `shell` and `window` of the channel.
 */
import { requireModernCertificates } from './base/certificates.ts';
import { type EngineConfig, engineConfig } from './base/engine-config.ts';
import { createLog, errorFacts } from './base/log.ts';
import { createEngine, type Engine } from './ipc/engine-rooms.ts';
import { createLane, type EventedPort, fitEventedPort } from './ipc/ports.ts';

/** Electron's utilityProcess gives its child this; typed here because the engine knows no Electron. */
type ParentPort = {
  on(event: 'message', listener: (event: { data: unknown; ports: EventedPort[] }) => void): void;
};

const { parentPort } = process as unknown as { parentPort?: ParentPort };
const log = createLog((line) => process.stderr.write(`${line}\n`));
let engine: Engine | undefined;

// Whoever sets the environment of this program must not be able to switch the checking of certificates off in it.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
requireModernCertificates();

// After an exception nobody caught, nothing in memory can be trusted: the process ends, the shell starts a new one, the journal goes on.
process.on('uncaughtException', (error) => {
  log.warn('uncaught', errorFacts(error));
  process.exit(1);
});
process.on('unhandledRejection', (error) => log.warn('unhandled', errorFacts(error)));

if (parentPort) {
  parentPort.on('message', ({ data, ports: [port] }) => {
    const message = data as { kind?: unknown; config?: unknown };
    if (message.kind === 'start' && port)
      engine = createEngine(engineConfig.parse(message.config), fitEventedPort(port), log, () => void stop());
    else if (message.kind === 'window' && port) engine?.serve(fitEventedPort(port));
    else if (message.kind === 'stop') void stop();
  });
} else {
  const channel = {
    send: (packet: object) => void process.send?.(packet),
    onMessage: (listener: (message: unknown) => void) => void process.on('message', listener),
    onClose: (listener: () => void) => void process.on('disconnect', listener),
  };
  process.on('message', (data: { kind?: unknown; config?: unknown }) => {
    if (data.kind === 'start') startOnChannel(engineConfig.parse(data.config));
    else if (data.kind === 'stop') void stop();
  });
  process.on('disconnect', () => void stop());

  function startOnChannel(config: EngineConfig): void {
    engine = createEngine(config, createLane('shell', channel), log, () => void stop());
    engine.serve(createLane('window', channel));
  }
}

async function stop(): Promise<void> {
  await engine?.stop();
  process.exit(0);
}
