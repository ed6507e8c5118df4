import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attemptId } from '../../src-shared/model/ids.ts';
import { driveBrowser } from '../servers/browser.mjs';
import { startKeychain } from '../servers/keychain.mjs';
import { type Lab, startLab } from '../servers/lab.mjs';
import { createRunFolder, type RunFolder } from '../servers/run-folder.mjs';
import { type BareEngine, startBareEngine } from './bare-engine.ts';

const MAYA = 'maya@lab.test';

let run: RunFolder;
let lab: Lab;
let env: Record<string, string>;
let engine: BareEngine;
let savePath: string;

function start(): Promise<BareEngine> {
  return startBareEngine({
    directory: `${run.path}/profile/mail`,
    temporaryDirectory: run.folder('tmp', 0o700),
    env,
    shell: async (name, input) => {
      if (name === 'pickSavePath') return { path: savePath };
      if (name === 'openExternal') {
        await driveBrowser(String(input.url), { login: MAYA, password: lab.users[MAYA] ?? '' });
      }
      return {};
    },
  });
}

beforeAll(async () => {
  run = createRunFolder();
  lab = await startLab({ run });
  const keychain = await startKeychain({ run });
  run.onRemove(keychain.stop);
  env = { ...keychain.env, ...lab.env };
  savePath = join(run.folder('saved'), 'receipts.html');
  engine = await start();
});

afterAll(async () => {
  await engine?.stop();
  await run?.remove();
});

it('pays after a kill, by itself, what the provider could not be told before, and every window hears of it', async () => {
  const account = await engine.request('accounts.signIn', {
    attemptId: attemptId.parse('one'),
    address: MAYA,
    providerId: 'lab',
  });
  expect(account).toMatchObject({ ok: true });
  const tokens = lab.authServer.issuedTokens.filter(({ kind }) => kind === 'RefreshToken');
  lab.authServer.faults.push({ path: '/token/revocation', times: 99, status: 503, body: {} });

  const told = engine.nextEvent('signOutProgress', ({ step }) => Object(step).name === 'forget');
  const heard = engine.nextEvent('debtsChanged');
  const left = await engine.request('grants.signOutEverything', { finishFirst: false, mail: 'keep' });
  if (!left.ok) throw new Error(left.code);
  await Promise.all([told, heard]);
  expect(left.value).toMatchObject({ receipts: [{ address: MAYA, answer: 'not-from-here' }], failed: [] });
  expect(await engine.request('debts.list', {})).toMatchObject({ value: [{ address: MAYA, attempts: 1 }] });

  engine.process.kill('SIGKILL');
  lab.authServer.faults.length = 0;
  engine = await start();
  for (;;) {
    const changed = engine.nextEvent('debtsChanged');
    const debts = await engine.request('debts.list', {});
    if (!debts.ok) throw new Error(debts.code);
    if (debts.value.length === 0) break;
    await changed;
  }
  for (const { value } of tokens) expect(await lab.authServer.isActive(value)).toBe(false);
  const receipts = await engine.request('receipts.list', {});
  if (!receipts.ok) throw new Error(receipts.code);
  const [receipt] = receipts.value;
  expect(receipt).toMatchObject({ answer: 'no', receiptId: left.value.receipts[0]?.receiptId });
  expect(receipt?.paidAt).toBeGreaterThan(receipt?.finishedAt ?? Number.POSITIVE_INFINITY);

  expect(await engine.request('receipts.saveAll', { batch: receipt?.batch ?? '' })).toMatchObject({
    value: { saved: true },
  });
  expect(readFileSync(savePath, 'utf8')).toContain(receipt?.receiptId);
  expect(await engine.request('receipts.saveAll', { batch: 'another' })).toMatchObject({ code: 'not-found' });
});
