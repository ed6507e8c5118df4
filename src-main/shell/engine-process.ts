/**
 * Starts the engine as a utility process, gives ports to it and to windows, and starts it again when it dies:
 * whatever it had promised is in its journal, so that a new one goes on where the old one stopped.
 */
import { type BrowserWindow, MessageChannelMain, type UtilityProcess, utilityProcess } from 'electron';
import type { ShellEventName, ShellEventOf } from '../../src-shared/ipc/shell-contract.ts';
import { PORT_HANDOVER } from '../../src-shared/ipc/wire.ts';
import type { EngineConfig } from '../base/engine-config.ts';
import { setOnlyHere } from './only-here.ts';
import { type Desktop, serveEngine } from './shell-requests.ts';

export type EngineProcess = {
  /** Connects a window now, and again whenever its page is loaded anew or the engine was restarted. */
  connect(window: BrowserWindow): void;
  tell<N extends ShellEventName>(name: N, payload: ShellEventOf<N>): void;
  /** Lets the engine finish what it writes, then ends it. */
  stop(): Promise<void>;
};

const RESTART_DELAYS = [0, 1_000, 5_000, 30_000];
/** Enough for a rotated refresh token to reach the keychain, and not longer than a person waits for a program to end. */
const STOP_TIME = 10_000;

export function startEngine(
  options: {
    entry: string;
    config: EngineConfig;
    onLog: (line: string) => void;
  } & Desktop,
): EngineProcess {
  /** Those whose page is loaded and listens. */
  const windows = new Set<BrowserWindow>();
  let deaths = 0;
  let isStopping = false;
  let isRunning = false;
  let restart: NodeJS.Timeout | undefined;
  let engine: UtilityProcess;
  let toEngine: Electron.MessagePortMain;

  function launch(): void {
    engine = utilityProcess.fork(options.entry, [], {
      serviceName: 'Latchkey Mail engine',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [engine.stdout, engine.stderr]) {
      stream?.on('data', (chunk: Buffer) => options.onLog(chunk.toString()));
    }
    // What a session held only here went with the engine that held it; the new one counts anew.
    setOnlyHere({ count: 0, subjects: [] });
    const started = Date.now();
    isRunning = true;
    engine.on('exit', () => {
      isRunning = false;
      if (isStopping) return;
      // One that ran for a while and then died is not one that cannot start.
      deaths = Date.now() - started > 60_000 ? 0 : deaths + 1;
      restart = setTimeout(launch, RESTART_DELAYS[Math.min(deaths, RESTART_DELAYS.length) - 1] ?? 0);
    });
    const { port1, port2 } = new MessageChannelMain();
    toEngine = port1;
    engine.postMessage({ kind: 'start', config: options.config }, [port2]);
    serveEngine(port1, options);
    for (const window of windows) handOver(window);
  }

  function handOver(window: BrowserWindow): void {
    const { port1, port2 } = new MessageChannelMain();
    engine.postMessage({ kind: 'window' }, [port1]);
    window.webContents.postMessage(PORT_HANDOVER, null, [port2]);
  }

  launch();
  return {
    connect(window) {
      window.on('closed', () => windows.delete(window));
      // Only a page that goes away: a frame that loads inside it, as each mail does, leaves its port alone.
      window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
        if (isMainFrame && !isSameDocument) windows.delete(window);
      });
      window.webContents.on('did-finish-load', () => {
        windows.add(window);
        handOver(window);
      });
    },
    tell: (name, payload) => toEngine.postMessage({ kind: 'event', name, payload }),
    stop() {
      isStopping = true;
      clearTimeout(restart);
      // One that died and waits to be started again has nothing to finish, and never says that it ended.
      if (!isRunning) return Promise.resolve();
      return new Promise((resolve) => {
        const force = setTimeout(() => engine.kill(), STOP_TIME);
        engine.once('exit', () => {
          clearTimeout(force);
          resolve();
        });
        engine.postMessage({ kind: 'stop' });
      });
    },
  };
}
