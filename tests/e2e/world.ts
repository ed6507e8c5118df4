/**
 * Everything around the real program: servers, keychain, display, Electron, a person who consents in the browser.
 * The program that is started is the built one (`npm run build`), with the arguments and the environment that any starter could give.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronRuntime, findElectron } from '../../scripts/lib/electron-runtime.mjs';
import { launchProgram, type Program } from '../../scripts/lib/launch-program.mjs';
import { type Display, startDisplay } from '../../scripts/lib/with-display.mjs';
import { type Keychain, startKeychain } from '../servers/keychain.mjs';
import { browserEnvironment, type Lab, type LabOptions, startLab } from '../servers/lab.mjs';
import { createRunFolder, type RunFolder } from '../servers/run-folder.mjs';

export type Person = Omit<Parameters<typeof browserEnvironment>[0], 'folder'>;

export type World = {
  run: RunFolder;
  lab: Lab;
  /** The address of the person who uses the program. */
  address: string;
  keychain: Keychain | undefined;
  display: Display;
  electron: ElectronRuntime;
  profile: string;
  /** What the program has for its temporary files. */
  temporary: string;
  visitsFile: string;
  /** Starts the program; a second start after `close` uses the same profile. */
  start(options?: StartOptions): Promise<Program>;
  stop(): Promise<void>;
};

export type StartOptions = {
  args?: string[];
  /** The address that the program begins with; the person's own when left out. */
  hint?: string;
  env?: Record<string, string | undefined>;
  size?: { width: number; height: number };
  /** How the person answers in the browser. */
  person?: Partial<Person>;
  /** A program that starts Electron in some other way; Electron itself when left out. */
  executable?: string;
};

export type WorldOptions = LabOptions & { keychainState?: 'unlocked' | 'locked' | 'no-service' | 'none' };

export async function startWorld({
  keychainState = 'unlocked',
  ...options
}: WorldOptions = {}): Promise<World> {
  const run = createRunFolder();
  try {
    const lab = await startLab({ ...options, run });
    const keychain =
      keychainState === 'none' ? undefined : await startKeychain({ run, state: keychainState });
    const display = await startDisplay();
    run.onRemove(display.stop);
    const electron = await findElectron();
    const address = Object.keys(lab.users)[0] ?? '';
    const profile = run.folder('profile', 0o700);
    const temporary = run.folder('tmp', 0o700);
    const browserFolder = run.folder('browser');
    const visitsFile = join(run.path, 'visits');
    const programs: Program[] = [];
    // Programs end before their servers, or each end would look like a lost link.
    run.onRemove(async () => {
      for (const program of programs) await program.close().catch(() => undefined);
    });
    mkdirSync(profile, { recursive: true });
    return {
      run,
      lab,
      address,
      keychain,
      display,
      electron,
      profile,
      temporary,
      visitsFile,
      async start({
        args = [],
        hint = address,
        env = {},
        size = { width: 1280, height: 800 },
        person = {},
        executable = electron.executable,
      } = {}) {
        const program = await launchProgram({
          electron: { ...electron, executable },
          display,
          profile,
          size,
          args: [`--address=${hint}`, ...args],
          env: {
            ...(keychain?.env ?? { DBUS_SESSION_BUS_ADDRESS: 'disabled:' }),
            ...lab.env,
            ...browserEnvironment({
              folder: browserFolder,
              login: address,
              password: lab.users[address] ?? '',
              visitsFile,
              ...person,
            }),
            TMPDIR: temporary,
            ...env,
          },
        });
        programs.push(program);
        return program;
      },
      stop: () => run.remove(),
    };
  } catch (error) {
    await run.remove();
    throw error;
  }
}
