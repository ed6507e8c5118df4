/**
 * What a page of this program can do when it has been taken over: nothing but show pixels and ask the engine.
 * Item numbers are those of Electron's security checklist. The hostile page is the real one, with our script run inside it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { type Recorder, startRecorder } from '../servers/recorder.mjs';
import { tryToLeave } from './hostile-page.ts';
import { prepare } from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;
let recorder: Recorder;

beforeAll(async () => {
  world = await startWorld();
  recorder = await startRecorder();
  world.run.onRemove(recorder.stop);
  program = await world.start();
  page = prepare(program);
  await page.getByRole('heading', { name: 'What is your mail address?' }).waitFor();
});

afterAll(() => world?.stop());

const countContents = () =>
  program.app.evaluate(({ webContents, BrowserWindow }) => ({
    contents: webContents.getAllWebContents().length,
    windows: BrowserWindow.getAllWindows().length,
  }));

test('every page is sandboxed, isolated and without Node (items 2, 3, 4, 6, 8 to 11)', async () => {
  const preferences = await program.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => {
      // Documented, and missing in Electron's own types.
      const { getLastWebPreferences } = contents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return { ...getLastWebPreferences.call(contents) };
    }),
  );
  expect(preferences.length).toBeGreaterThan(0);
  for (const one of preferences) {
    expect(one).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
    // Not told where they are off.
    expect(one.nodeIntegrationInWorker ?? false).toBe(false);
    expect(one.navigateOnDragDrop ?? false).toBe(false);
    expect(one.enableBlinkFeatures ?? '').toBe('');
  }
  const kinds = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global', '__dirname'].map(
      (name) => typeof Reflect.get(window, name),
    ),
  );
  expect(new Set(kinds)).toEqual(new Set(['undefined']));
});

test('the page has no name in its window that an empty page has not (item 20)', async () => {
  const extra = await page.evaluate(() => {
    const plain = document.createElement('iframe');
    document.body.append(plain);
    const known = new Set(Object.getOwnPropertyNames(plain.contentWindow ?? {}));
    plain.remove();
    // Left out: frames by number, what Playwright's hands leave there, and the schema library's two registries.
    return Object.getOwnPropertyNames(window).filter(
      (name) => !known.has(name) && !/^(\d+|__pw.*|__playwright.*|__zod_global(Config|Registry))$/.test(name),
    );
  });
  expect(extra).toEqual([]);
});

test('the shell listens on no channel to which a page could speak (item 17)', async () => {
  const channels = await program.app.evaluate(({ ipcMain, webContents }) => [
    // Electron's own listener for errors is always there.
    ...ipcMain.eventNames().filter((name) => name !== 'error'),
    ...webContents
      .getAllWebContents()
      .flatMap((contents) => contents.ipc.eventNames().filter((name) => name !== 'error')),
    ...((Reflect.get(ipcMain, '_invokeHandlers') as Map<string, unknown> | undefined)?.keys() ?? ['unknown']),
  ]);
  expect(channels).toEqual([]);
});

test('each document has its policy in the header, and nothing outside the folder is served (items 7 and 18)', async () => {
  const fetchAll = (urls: string[]) =>
    program.app.evaluate(async ({ net }, all) => {
      const answers = [];
      for (const url of all) {
        const answer = await net.fetch(url).catch(() => undefined);
        answers.push({
          status: answer?.status ?? 0,
          policy: answer?.headers.get('content-security-policy') ?? '',
          nosniff: answer?.headers.get('x-content-type-options') ?? '',
          isSecret: (await answer?.text().catch(() => ''))?.includes('root:') ?? false,
        });
      }
      return answers;
    }, urls);
  const [shell, frame] = await fetchAll(['app://latchkey/index.html', 'app://latchkey/message-frame.html']);
  for (const document of [shell, frame]) {
    expect(document).toMatchObject({ status: 200, nosniff: 'nosniff' });
    expect(document?.policy).toContain("default-src 'none'");
    expect(document?.policy).toContain("base-uri 'none'");
    expect(document?.policy).toContain("form-action 'none'");
  }
  expect(shell?.policy).toMatch(/script-src 'self';/);
  expect(shell?.policy).not.toContain('unsafe');
  expect(shell?.policy).toContain("object-src 'none'");
  expect(shell?.policy).toContain("frame-ancestors 'none'");
  expect(shell?.policy).toContain("require-trusted-types-for 'script'");
  expect(frame?.policy).toContain("script-src 'none'");
  expect(frame?.policy).toContain('img-src data:');
  const outside = await fetchAll([
    'app://latchkey/../../../../../../etc/passwd',
    'app://latchkey/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
    'app://latchkey/%2e%2e/%2e%2e/main/main.js',
    'app://latchkey/..%2fmain%2fmain.js',
    'app://latchkey//etc/passwd',
    'app://latchkey/%2fetc%2fpasswd',
    'app://latchkey/..%5c..%5cetc%5cpasswd',
    'app://latchkey/index.html%00.png',
    'app://latchkey/%',
    'app://latchkey/assets',
    'app://elsewhere/index.html',
    'app://latchkey.evil.example/index.html',
  ]);
  expect(outside.map(({ status, isSecret }) => ({ status, isSecret }))).toEqual(
    outside.map(() => ({ status: 404, isSecret: false })),
  );
});

test('no script but ours runs: inline, as text, as an attribute, in the message frame (item 7)', async () => {
  const outcome = await page.evaluate(async () => {
    const tries: Record<string, string> = {};
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      violations.push(event.effectiveDirective),
    );
    const note = (name: string, act: () => unknown) => {
      try {
        act();
        tries[name] = 'done';
      } catch (error) {
        tries[name] = (error as Error).name;
      }
    };
    const run = 'window.wasRun = true; parent.wasRun = true';
    // What runs at once counts as the debugger's own, which may do anything.
    await new Promise((resolve) => window.setTimeout(resolve));
    note('inline script', () => {
      const script = document.createElement('script');
      script.textContent = run;
      document.body.append(script);
    });
    note('innerHTML', () => {
      document.createElement('div').innerHTML = `<img src=x onerror="${run}">`;
    });
    note('eval', () => (Reflect.get(window, 'eval') as (text: string) => void)(run));
    note('Function', () => new Function(run)());
    note('setTimeout', () => window.setTimeout(run));
    note('handler attribute', () => {
      const image = document.createElement('img');
      image.setAttribute('onerror', run);
      image.src = 'data:image/png;base64,x';
      document.body.append(image);
    });
    note('script from elsewhere', () => {
      const script = document.createElement('script');
      script.src = 'data:text/javascript,window.wasRun=true';
    });
    note('worker', () => new Worker('blob:app://latchkey/x'));
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-same-origin');
    frame.src = './message-frame.html';
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    const inside = frame.contentDocument;
    if (!inside) throw new Error('there is no message frame');
    const written = inside.createElement('script');
    note('script in the message frame', () => {
      written.textContent = run;
      inside.body.append(written);
    });
    const image = inside.createElement('img');
    note('handler in the message frame', () => {
      image.setAttribute('onerror', run);
      image.src = 'data:image/png;base64,x';
      inside.body.append(image);
    });
    // Pictures have failed when the next frames are painted and the message comes round.
    await image.decode().catch(() => undefined);
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage('');
    });
    frame.remove();
    return { tries, violations, wasRun: 'wasRun' in window };
  });
  expect(outcome.wasRun).toBe(false);
  expect(outcome.violations).toContain('require-trusted-types-for');
  for (const way of [
    'inline script',
    'innerHTML',
    'eval',
    'Function',
    'setTimeout',
    'script from elsewhere',
    'worker',
  ])
    expect(outcome.tries[way], way).not.toBe('done');
});

test('no permission is granted, whatever the page asks for (item 5)', async () => {
  const granted = await page.evaluate(async () => {
    const got: string[] = [];
    const ask = async (
      name: string,
      act: () => unknown,
      isGranted: (answer: unknown) => boolean = () => true,
    ) => {
      try {
        // Some are never answered, which is no grant either.
        const answer = await Promise.race([act(), new Promise((_yes, no) => window.setTimeout(no, 1_000))]);
        if (isGranted(answer)) got.push(name);
      } catch {
        // Refused, or not there at all.
      }
    };
    const any = navigator as unknown as Record<
      string,
      Record<string, (options?: object) => Promise<unknown>>
    >;
    await ask(
      'geolocation',
      () => new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no)),
    );
    await ask(
      'notifications',
      () => Notification.requestPermission(),
      (answer) => answer === 'granted',
    );
    await ask('camera', () => navigator.mediaDevices.getUserMedia({ video: true }));
    await ask('microphone', () => navigator.mediaDevices.getUserMedia({ audio: true }));
    await ask('screen', () => navigator.mediaDevices.getDisplayMedia({ video: true }));
    await ask('midi', () => navigator.requestMIDIAccess({ sysex: true }));
    await ask('clipboard read', () => navigator.clipboard.readText());
    await ask('clipboard items', () => navigator.clipboard.read());
    await ask('usb', () => any.usb?.requestDevice?.({ filters: [] }), Boolean);
    await ask(
      'hid',
      () => any.hid?.requestDevice?.({ filters: [] }),
      (answer) => Array.isArray(answer) && answer.length > 0,
    );
    await ask('serial', () => any.serial?.requestPort?.(), Boolean);
    await ask('bluetooth', () => any.bluetooth?.requestDevice?.({ acceptAllDevices: true }), Boolean);
    await ask('full screen', () => document.documentElement.requestFullscreen());
    await ask(
      'pointer lock',
      () => document.body.requestPointerLock(),
      () => document.pointerLockElement !== null,
    );
    await ask(
      'keyboard lock',
      () => any.keyboard?.lock?.(),
      () => document.fullscreenElement !== null,
    );
    await ask('wake lock', () => navigator.wakeLock.request('screen'));
    await ask('persistent storage', () => navigator.storage.persist(), Boolean);
    await ask(
      'idle',
      () => Reflect.get(window, 'IdleDetector')?.requestPermission(),
      (answer) => answer === 'granted',
    );
    await ask(
      'fonts',
      () => Reflect.get(window, 'queryLocalFonts')?.(),
      (answer) => Array.isArray(answer) && answer.length > 0,
    );
    for (const name of [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'clipboard-read',
      'persistent-storage',
      'idle-detection',
      'storage-access',
      'window-management',
      'local-fonts',
    ]) {
      await ask(
        `state of ${name}`,
        () => navigator.permissions.query({ name: name as PermissionName }),
        (answer) => (answer as PermissionStatus).state === 'granted',
      );
    }
    return got;
  });
  expect(granted).toEqual([]);
});

test('the page goes nowhere, opens nothing and fetches nothing (items 6, 12, 13, 14)', async () => {
  const before = await countContents();
  const url = page.url();
  await page.evaluate(() => Reflect.set(window, 'wasHereBefore', true));
  const ways = await page.evaluate(tryToLeave, recorder.baseUrl);
  expect(ways).toBeGreaterThan(50);
  // Files from the desktop, dropped on the page.
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: 400,
      y: 300,
      data: {
        items: [{ mimeType: 'text/uri-list', data: `${recorder.baseUrl}/dropped` }],
        files: ['/etc/hostname'],
        dragOperationsMask: 1,
      },
    });
  }
  await session.detach();
  // The same page in the same state, which still speaks with its engine.
  expect(page.url()).toBe(url);
  expect(await page.evaluate(() => Reflect.get(window, 'wasHereBefore'))).toBe(true);
  expect(await countContents()).toEqual(before);
  expect(
    page
      .frames()
      .map((frame) => frame.url())
      .filter(
        (one) =>
          one !== url &&
          one !== '' &&
          one !== 'about:blank' &&
          !one.endsWith('/message-frame.html') &&
          one !== 'chrome-error://chromewebdata/',
      ),
  ).toEqual([]);
  expect(recorder.requests).toEqual([]);
  expect(recorder.connections()).toBe(0);
  // From the shell, which these rules do not bind, the same address is heard.
  await program.app.evaluate(
    (_electron, target) => fetch(target).then((answer) => answer.text()),
    `${recorder.baseUrl}/control`,
  );
  expect(recorder.requests).toEqual([{ method: 'GET', path: '/control' }]);
});

test('a page whose builtins were replaced before the preload ran gets its port and no object of Electron (item 3)', async () => {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Reflect.set(window, 'seenOfElectron', seen);
    const look = (value: unknown) => {
      if (
        typeof value === 'object' &&
        value !== null &&
        ('sendSync' in value || 'ipcRenderer' in value || 'mainFrame' in value)
      )
        seen.push(String(value));
    };
    const { push } = Array.prototype;
    const { call, apply } = Function.prototype;
    const spied = (real: (...all: never[]) => unknown) =>
      function (this: unknown, ...all: never[]) {
        look(this);
        for (const one of all) look(one);
        return Reflect.apply(real, this, all);
      };
    Array.prototype.push = spied(push) as typeof push;
    Function.prototype.call = spied(call) as typeof call;
    Function.prototype.apply = spied(apply) as typeof apply;
    const parse = JSON.parse;
    JSON.parse = spied(parse as never) as typeof parse;
  });
  await page.reload();
  await page.waitForFunction((address) => document.querySelector('input')?.value === address, world.address);
  expect(await page.evaluate(() => Reflect.get(window, 'seenOfElectron'))).toEqual([]);
});
