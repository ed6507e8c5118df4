import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAccounts } from '../../src-main/accounts/accounts.ts';
import type { CheckServers } from '../../src-main/accounts/check-servers.ts';
import { createEngineTexts, readEngineCatalogues } from '../../src-main/accounts/engine-texts.ts';
import { loadProviders } from '../../src-main/autoconfig/providers.ts';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { createConnectionRegistry } from '../../src-main/base/connection-registry.ts';
import { createLog } from '../../src-main/base/log.ts';
import type { DevicePage } from '../../src-main/oauth/device.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import { createVault, type Vault } from '../../src-main/vault/vault.ts';
import type { AttemptId } from '../../src-shared/model/ids.ts';
import { type BrowserEnd, type BrowserScript, driveBrowser } from '../servers/browser.mjs';
import { startKeychain } from '../servers/keychain.mjs';
import { type LabOptions, startLab } from '../servers/lab.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { trustAuthority } from './trust-authority.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../app/${path}`, import.meta.url));
const texts = createEngineTexts(readEngineCatalogues(file('locales')), () => 'en');

export const MAYA = { login: 'maya@lab.test', password: 'maya lab password' };

/** Real servers and a real keychain, in one run folder. One in a test file: libsecret stays with the first keychain it meets. */
export async function startAccountsLab(options: LabOptions = {}) {
  const run = createRunFolder();
  const keychain = await startKeychain({ run });
  Object.assign(process.env, keychain.env);
  const lab = await startLab({ ...options, run });
  const distrust = trustAuthority(lab.certs.ca);
  return {
    ...lab,
    keychain,
    distrust,
    async stop() {
      distrust();
      await lab.stop();
      await run.remove();
    },
  };
}
export type AccountsLab = Awaited<ReturnType<typeof startAccountsLab>>;

let number = 0;

/** The engine's part for accounts over a lab: a fresh profile (or, with `reuse`, the one of before a restart), and a person at a browser. */
export function openAccountsWorld(
  lab: Pick<AccountsLab, 'run' | 'providersFile'>,
  options: {
    vault?: Vault;
    clock?: Clock;
    person?: BrowserScript | undefined;
    clientMetadataUrl?: string;
    reuse?: { vault: Vault; store: Store; directory: string };
  } & Partial<CheckServers> = {},
) {
  const { clock = systemClock, reuse } = options;
  number += 1;
  const lines: string[] = [];
  const steps: string[] = [];
  const raised: number[] = [];
  const links: string[] = [];
  const waitingForLink: ((link: string) => void)[] = [];
  const waitingForDevice: ((device: DevicePage) => void)[] = [];
  const vault = options.vault ?? reuse?.vault ?? createVault({ service: `Latchkey accounts test ${number}` });
  const directory = reuse?.directory ?? mkdtempSync(join(lab.run.path, 'profile'));
  const store = reuse?.store ?? openStore({ directory, key: new Uint8Array(32).fill(7), clock });
  const registry = createConnectionRegistry();
  const world = { person: 'person' in options ? options.person : { ...MAYA, decision: 'allow' as const } };
  let browser: Promise<BrowserEnd> | undefined;
  const accounts = createAccounts({
    store: () => store,
    vault,
    providers: loadProviders({ builtIn: file('providers.json'), extra: lab.providersFile }),
    registry,
    clock,
    log: createLog((line) => lines.push(line)),
    texts,
    shell: {
      async openExternal(url) {
        links.push(url);
        for (const hear of waitingForLink.splice(0)) hear(url);
        if (world.person) browser = driveBrowser(url, world.person);
      },
      async raiseWindow() {
        raised.push(clock.now());
      },
    },
    ...(options.clientMetadataUrl !== undefined && { clientMetadataUrl: options.clientMetadataUrl }),
    onProgress({ step, device }) {
      steps.push(step);
      if (device) for (const hear of waitingForDevice.splice(0)) hear(device);
    },
    ...(options.checkImap && { checkImap: options.checkImap }),
    ...(options.checkSmtp && { checkSmtp: options.checkSmtp }),
  });
  return {
    accounts,
    store,
    vault,
    registry,
    directory,
    lines,
    steps,
    raised,
    links,
    /** Who answers in the browser; nobody when undefined. */
    sit(person: BrowserScript | undefined) {
      world.person = person;
    },
    /** Where the browser ended, and what it shows. */
    browserEnd: async (): Promise<BrowserEnd> => {
      if (!browser) throw new Error('no browser was opened');
      return browser;
    },
    nextLink: () => new Promise<string>((resolve) => waitingForLink.push(resolve)),
    nextDevice: () => new Promise<DevicePage>((resolve) => waitingForDevice.push(resolve)),
    signIn: (more: { address?: string; providerId?: string; [key: string]: unknown } = {}) =>
      accounts.signIn({ attemptId: newAttempt(), address: MAYA.login, providerId: 'lab', ...more }),
  };
}
export type AccountsWorld = ReturnType<typeof openAccountsWorld>;

export function newAttempt(): AttemptId {
  number += 1;
  return `attempt-${number}` as AttemptId;
}
