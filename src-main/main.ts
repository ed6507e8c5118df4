/**
 * The shell: starts the engine, opens the window, and hands each a port to the other. No mail passes through this process but what is printed.
 * Order matters: scheme and switches before `ready`; the lock before the profile is touched; the engine before the window,
 * so that it opens its store while Chromium paints.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, powerMonitor, protocol } from 'electron';
import { z } from 'zod';
import { type Language, languageOf } from '../src-shared/text/language.ts';
import type { EngineConfig } from './base/engine-config.ts';
import { isMailto, readArguments, readWanted, type Wanted } from './shell/arguments.ts';
import { forbidCoreDumps } from './shell/core-dumps.ts';
import { startEngine } from './shell/engine-process.ts';
import { keychainServiceOf } from './shell/keychain-service.ts';
import { nameDesktopEntry } from './shell/mail-handler.ts';
import { installMenu } from './shell/menu.ts';
import { mayClose } from './shell/only-here.ts';
import { noteActivity } from './shell/presses.ts';
import { askToShare } from './shell/share-files.ts';
import { raise } from './shell/shell-requests.ts';
import { readShellTexts, type ShellTexts } from './shell/shell-texts.ts';
import { APP_SCHEME, forbidChromiumNetwork, lockDownContents, serveApp } from './shell/web-security.ts';
import { openWindow } from './shell/window.ts';

const dist = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dist);
const args = readArguments(process.argv);

forbidCoreDumps();
nameDesktopEntry();
protocol.registerSchemesAsPrivileged([
  { scheme: APP_SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
]);
forbidChromiumNetwork();
lockDownContents();
// Chromium refuses to sandbox what root started, and then needs its own switch said to it; nobody else has a reason to say it.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

let window: BrowserWindow | undefined;
/** What other programs want written; kept until there is somebody to tell. */
let wanted = [readWanted(process.argv, process.cwd())];
let tellWanted = (): void => undefined;

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', (_event, argv, folder) => {
    raise(window);
    want(readWanted(argv, folder));
  });
  // macOS says it so.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    raise(window);
    if (isMailto(url)) want({ mailto: url, attach: [] });
  });
  app.on('window-all-closed', () => app.quit());
  void app.whenReady().then(run);
} else {
  app.quit();
}

function want(more: Wanted): void {
  wanted.push(more);
  tellWanted();
}

function run(): void {
  const config = readConfig();
  const engine = startEngine({
    entry: join(dist, 'main', 'engine.js'),
    config,
    window: () => window,
    texts: () => texts,
    onLanguage: speak,
    onLog: (line) => process.stderr.write(line),
  });
  serveApp(join(dist, 'renderer'));
  // Until the store is open and its settings are known.
  let texts: ShellTexts;
  speak(languageOf('system', config.locale));
  function speak(language: Language): void {
    texts = readShellTexts(config.textsFolder, language);
    installMenu(texts, (command) => engine.tell('commandRequested', { command }));
  }
  powerMonitor.on('resume', () => engine.tell('computerWoke', {}));
  const tellLocked = () => engine.tell('screenLocked', {});
  powerMonitor.on('lock-screen', tellLocked);
  powerMonitor.on('suspend', tellLocked);
  window = openWindow({
    preload: join(dist, 'preload', 'preload.cjs'),
    locale: args.locale,
    mayClose: (closing) => mayClose(closing, texts),
  });
  window.on('closed', () => {
    window = undefined;
  });
  engine.connect(window);
  noteActivity(window, () => engine.tell('personActive', {}));
  tellWanted = () => {
    const now = wanted;
    wanted = [];
    for (const { mailto, attach } of now) {
      if (mailto !== undefined) engine.tell('mailtoOpened', { url: mailto });
      void askToShare(window, attach, texts).then((paths) => {
        if (paths.length > 0) engine.tell('filesShared', { paths });
      });
    }
  };
  window.once('show', tellWanted);

  let isStopped = false;
  app.on('will-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    void engine.stop().then(() => {
      isStopped = true;
      // Not in this turn: while `will-quit` is being told, another quit is not heard, and the program would stay for ever.
      setImmediate(() => app.quit());
    });
  });
}

function readConfig(): EngineConfig {
  const directory = app.getPath('userData');
  const extra = process.env.LATCHKEY_PROVIDERS;
  return {
    version: app.getVersion(),
    directory: join(directory, 'mail'),
    temporaryDirectory: app.getPath('temp'),
    keychainService: keychainServiceOf(directory, join(app.getPath('appData'), app.getName())),
    providersFile: join(dist, 'providers.json'),
    ...(extra !== undefined && !app.isPackaged && { extraProvidersFile: resolve(extra) }),
    ...(!app.isPackaged && readNetwork(process.env)),
    textsFolder: join(root, 'locales'),
    locale: args.locale ?? app.getLocale(),
    supportFile: join(root, 'support.json'),
    advisoriesFile: join(root, 'advisories.json'),
    parseWorker: join(dist, 'main', 'parse-worker.js'),
    imapWorker: join(dist, 'main', 'imap-worker.js'),
    checkWorker: join(dist, 'main', 'check-worker.js'),
    checkpointWorker: join(dist, 'main', 'checkpoint-worker.js'),
    ...(args.address !== undefined && { addressHint: args.address }),
    noticeKey: readNoticeKey(),
  };
}

/** Who may sign notices stands in the package, where nobody changes it but who builds the program; empty when nobody may. */
function readNoticeKey(): string {
  const about = z.object({ latchkey: z.object({ noticeKey: z.string() }) });
  return about.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).latchkey.noticeKey;
}

/** A developer's own network, where addresses are looked for: DNS servers and the port at which https is served. */
function readNetwork({ LATCHKEY_DNS, LATCHKEY_HTTPS_PORT }: NodeJS.ProcessEnv): Partial<EngineConfig> {
  return {
    ...(LATCHKEY_DNS !== undefined && { dnsServers: LATCHKEY_DNS.split(',') }),
    ...(LATCHKEY_HTTPS_PORT !== undefined && { httpsPort: Number(LATCHKEY_HTTPS_PORT) }),
  };
}
