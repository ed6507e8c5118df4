/** The real program with an account of many messages: server, keychain, display, Electron; and Electron with an empty window beside it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { electronFlags, findElectron } from '../../scripts/lib/electron-runtime.mjs';
import { launchProgram, type Program } from '../../scripts/lib/launch-program.mjs';
import { appFolder, projectRoot } from '../../scripts/lib/paths.mjs';
import { startDisplay } from '../../scripts/lib/with-display.mjs';
import { processesOf } from '../e2e/processes.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { startKeychain } from '../servers/keychain.mjs';
import { endProcess } from '../servers/run-folder.mjs';
import { startSmtp } from '../servers/smtp.mjs';
import { BENCH_PASSWORD, BENCH_USER, imapFlow, startMailServer } from './mail-server.ts';
import type { BenchContext } from './suite.ts';

const PAINT_GATE = join(projectRoot, 'tests', 'bench', 'window-paint.cjs');
const START_MS = 120_000;
const BLANK = {
  'package.json': '{ "name": "blank", "productName": "Blank", "version": "1.0.0", "main": "main.mjs" }',
  'index.html': '<!doctype html><meta charset="utf-8"><title>Blank</title><p>Blank</p>',
  'main.mjs': `import { app, BrowserWindow } from 'electron';
app.on('window-all-closed', () => app.quit());
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800, show: false, webPreferences: { sandbox: true } });
  window.once('ready-to-show', () => window.show());
  void window.loadFile(new URL('index.html', import.meta.url).pathname);
});
`,
};

/** A program that nobody drives: as it runs for a person, but for one script that says when something was painted. */
export type Started = {
  pid: number;
  /** From the start of the process to the first frame in which what was waited for stands. */
  milliseconds: number;
  /** Ends it as a person would. */
  stop(): Promise<void>;
};

export type WindowWorld = {
  count: number;
  /** A message that comes while the program runs. */
  deliver(raw: Buffer): Promise<void>;
  /** Drives it; the same profile each time. */
  launch(): Promise<Program>;
  /** Without a driver, until a row of the list is painted. */
  start(): Promise<Started>;
  /** Electron with one line of text. */
  startBlank(): Promise<Started>;
};

export async function startWindowWorld(context: BenchContext, count: number): Promise<WindowWorld> {
  const { run } = context;
  const certs = await makeCertificates(run.folder('certs'));
  const server = await startMailServer(context, count, certs);
  run.onRemove(() => server.stop());
  const passwords = { [BENCH_USER]: BENCH_PASSWORD };
  const smtp = await startSmtp({ security: 'tls', certs, mechanisms: ['PLAIN'], passwords });
  run.onRemove(smtp.stop);
  const keychain = await startKeychain({ run });
  const display = await startDisplay();
  run.onRemove(display.stop);
  const electron = await findElectron();
  const providers = join(run.path, 'providers.json');
  writeFileSync(
    providers,
    JSON.stringify({ providers: [providerOf({ imap: server.imapsPort, smtp: smtp.port })] }),
  );
  const profile = run.folder('profile', 0o700);
  const own = {
    ...keychain.env,
    LATCHKEY_PROVIDERS: providers,
    NODE_EXTRA_CA_CERTS: certs.caFile,
    TMPDIR: run.folder('tmp', 0o700),
  };
  const blank = run.folder('blank');
  for (const [name, text] of Object.entries(BLANK)) writeFileSync(join(blank, name), text);
  const running = new Set<() => Promise<void>>();
  // Programs end before their servers.
  run.onRemove(async () => {
    for (const stop of running) await stop().catch(() => undefined);
  });

  const start = async (folder: string, data: string, selector: string): Promise<Started> => {
    mkdirSync(data, { recursive: true });
    const flags = electronFlags({ isVirtualDisplay: display.isVirtual });
    const before = Date.now();
    const child = spawn(
      electron.executable,
      ['-r', PAINT_GATE, ...flags, folder, `--user-data-dir=${data}`],
      {
        env: { ...display.env, ...own, LATCHKEY_BENCH_SELECTOR: selector },
        cwd: data,
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    run.own(child);
    const stop = async (): Promise<void> => {
      running.delete(stop);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      // The gate quits when nobody holds its input.
      child.stdin.end();
      const force = setTimeout(() => void endProcess(child), 15_000);
      await ended;
      clearTimeout(force);
    };
    running.add(stop);
    const painted = await new Promise<number>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ${selector} within ${START_MS} ms`)), START_MS);
      const settle = (): void => clearTimeout(late);
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^painted (\d+)/.exec(line);
        if (!found) return;
        settle();
        resolve(Number(found[1]));
      });
      child.once('exit', (code) => {
        settle();
        reject(new Error(`Electron ended with ${code} before it had painted`));
      });
    });
    return { pid: child.pid ?? 0, milliseconds: painted - before, stop };
  };

  return {
    count,
    async deliver(raw) {
      const client = imapFlow(server.port);
      await client.connect();
      try {
        await client.append('INBOX', raw);
      } finally {
        await client.logout();
      }
    },
    async launch() {
      const program = await launchProgram({
        electron,
        display,
        profile,
        size: { width: 1280, height: 800 },
        args: [`--address=${BENCH_USER}`],
        env: own,
      });
      const stop = async (): Promise<void> => {
        running.delete(stop);
        await program.close();
      };
      running.add(stop);
      return { ...program, close: stop };
    },
    start: () => start(appFolder, profile, '[role="option"][aria-posinset]'),
    startBlank: () => start(blank, join(run.path, 'blank-profile'), 'p'),
  };
}

function providerOf(ports: { imap: number; smtp: number }): object {
  return {
    id: 'bench',
    name: 'Bench Mail',
    domains: [BENCH_USER.split('@')[1]],
    auth: 'password',
    appPasswordUrl: 'https://localhost/passwords',
    imap: { host: 'localhost', port: ports.imap, security: 'tls' },
    smtp: { host: 'localhost', port: ports.smtp, security: 'tls' },
    userName: 'address',
    consentWords: 'Read, write and send mail',
    revocation: 'none',
    revokesWholeGrant: false,
    sendSavesCopy: false,
  };
}

/** Proportional set size of a process and all its descendants, in MB. */
export function pssOf(pid: number): number {
  return (
    processesOf(pid).reduce((sum, one) => sum + (fieldOf(one.pid, 'smaps_rollup', 'Pss') ?? 0), 0) / 1000
  );
}

/** The most memory that one process ever had resident, in MB. */
export function peakOf(pid: number): number {
  return (fieldOf(pid, 'status', 'VmHWM') ?? Number.NaN) / 1000;
}

/** A line "NAME: N kB"; undefined when the process is gone. 1 kB is 1,024 bytes there; answers in thousands of bytes. */
function fieldOf(pid: number, file: string, name: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
    return (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024) / 1000;
  } catch {
    return undefined;
  }
}

/** Seconds of a core that a process and its descendants have used so far. */
export function cpuSecondsOf(pid: number): number {
  const ticks = processesOf(pid).reduce((sum, one) => {
    try {
      const fields = readFileSync(`/proc/${one.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return sum + Number(fields[11]) + Number(fields[12]);
    } catch {
      return sum;
    }
  }, 0);
  return ticks / 100;
}
