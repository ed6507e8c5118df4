/** What reaches the engine and the system through the port of a page that has been taken over. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { contract } from '../../src-shared/ipc/contract.ts';
import { HOSTILE_LINKS } from '../fixtures/hostile-links.mjs';
import { capturePort, postRaw, sendRequests } from './captured-port.ts';
import { prepare } from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  program = await world.start();
  page = prepare(program);
  await page.getByRole('heading', { name: 'What is your mail address?' }).waitFor();
  await capturePort(page);
});

afterAll(() => world?.stop());

test('of all addresses only http and https reach the system, with nobody hidden in front of the host (item 15)', async () => {
  await program.app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Reflect.set(globalThis, 'openedByTest', opened);
    shell.openExternal = async (url) => void opened.push(url);
    shell.openPath = async (path) => {
      opened.push(path);
      return '';
    };
  });
  const opened = () => program.app.evaluate(() => Reflect.get(globalThis, 'openedByTest') as string[]);
  expect(HOSTILE_LINKS.length).toBeGreaterThanOrEqual(40);
  const results = await sendRequests(
    page,
    HOSTILE_LINKS.map((url) => ({ name: 'links.open', input: { url } })),
  );
  const accepted = HOSTILE_LINKS.filter((_url, index) => results[index]?.ok);
  expect(accepted).toEqual([]);
  expect(await opened()).toEqual([]);

  const good = [
    'https://bank.example/a?b=c#d',
    'HtTpS://bank.example/',
    'http://bank.example/',
    'https:\\\\bank.example\\a',
  ];
  for (const url of good) {
    const open = () => sendRequests(page, [{ name: 'links.open', input: { url } }]);
    // Nobody pressed anything, and one press opens one link: a page cannot carry mail away in addresses by itself.
    expect(await open()).toMatchObject([{ ok: false }]);
    await page.keyboard.press('Shift');
    expect(await open()).toEqual([{ ok: true }]);
  }
  expect(await opened()).toEqual([
    'https://bank.example/a?b=c#d',
    'https://bank.example/',
    'http://bank.example/',
    'https://bank.example/a',
  ]);
});

test('hostile messages on the port are refused one by one and leave engine and window as they were (item 17)', async () => {
  const enginePid = () =>
    program.app.evaluate(
      ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Latchkey Mail engine')?.pid,
    );
  const before = await enginePid();
  expect(before).toBeGreaterThan(0);
  await postRaw(page, [
    null,
    0,
    '',
    'x'.repeat(1_000_000),
    [],
    {},
    [[[[]]]],
    { kind: 'start', config: {} },
    { kind: 'stop' },
    { kind: 'window' },
    { kind: 'answer', id: 1, result: { ok: true } },
    { kind: 'event', name: 'commandRequested', payload: { command: 'x' } },
    { kind: 'request' },
    { kind: 'request', id: -1, name: 'app.getState', input: {} },
    { kind: 'request', id: 'x', name: 'app.getState', input: {} },
    { kind: 'request', id: 1e308, name: 'app.getState', input: {} },
    { kind: 'request', id: 1, name: 'x'.repeat(1_000_000), input: {} },
    { kind: 'request', id: 1, name: ['app.getState'], input: {} },
  ]);
  const unknown = [
    '',
    'app',
    'app.getstate',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'openExternal',
    'copyText',
    'pickFiles',
    'vault.get',
    'tokens.get',
  ];
  const shapes = [
    undefined,
    null,
    0,
    'x',
    [],
    { __proto__: null, x: 1 },
    { accountId: '../../x', messageId: "' OR 1=1 --", url: {}, draftId: -1, address: 'x'.repeat(100_000) },
    new Array(10_000).fill(0),
  ];
  const wrong = Object.entries(contract).flatMap(([name, { input }]) =>
    shapes
      .filter((shape) => !input.safeParse(shape).success)
      .map((shape) => ({ name, input: shape as unknown })),
  );
  const all = [...unknown.map((name) => ({ name, input: {} as unknown })), ...wrong];
  expect(all.length).toBeGreaterThan(200);
  const results = await sendRequests(page, all);
  expect(new Set(results.map(({ ok, code }) => `${ok} ${code}`))).toEqual(new Set(['false input-invalid']));

  expect(await enginePid()).toBe(before);
  expect(
    await sendRequests(page, [{ name: 'accounts.findProvider', input: { address: world.address } }]),
  ).toEqual([{ ok: true }]);
  await page.getByRole('heading', { name: 'What is your mail address?' }).waitFor();
});
