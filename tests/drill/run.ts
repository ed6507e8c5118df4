/**
 * The emergency drill: five accounts, "Sign out of everything", and whether every key is dead afterwards where it counts, at the provider.
 * Played twice: with a provider that answers, and with one that is down when it is asked and comes back later.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../src-shared/ipc/result.ts';
import { attemptId } from '../../src-shared/model/ids.ts';
import { type BareEngine, startBareEngine } from '../integration/bare-engine.ts';
import { driveBrowser } from '../servers/browser.mjs';
import { startKeychain } from '../servers/keychain.mjs';
import { type Lab, startLab } from '../servers/lab.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const PEOPLE = ['ada', 'ben', 'cem', 'dora', 'eli'].map((name) => `${name}@lab.test`);

/** What was found; everything is as it has to be when `alive` and `open` are 0. */
export type DrillResult = {
  act: 'provider answers' | 'provider is down';
  accounts: number;
  /** Keys that the provider had given and still takes. */
  alive: number;
  /** Sign-outs that the provider has not confirmed. */
  open: number;
  /** Receipts that say that this program can read the mail no more. */
  proved: number;
  seconds: number;
};

/** Leaves nothing behind. Throws when a step fails that has nothing to do with what is shown. */
export async function drill(tell: (line: string) => void): Promise<DrillResult[]> {
  const run = createRunFolder();
  try {
    const lab = await startLab({
      run,
      users: Object.fromEntries(PEOPLE.map((address) => [address, `${address} password`])),
    });
    const keychain = await startKeychain({ run });
    run.onRemove(keychain.stop);
    const folder = mkdtempSync(join(run.path, 'drill'));
    const engine = await startBareEngine({
      directory: join(folder, 'mail'),
      temporaryDirectory: folder,
      env: { ...keychain.env, ...lab.env },
      async shell(name, input) {
        if (name === 'openExternal') await sit(lab, String(input.url));
        return {};
      },
    });
    try {
      return [
        await play('provider answers', engine, lab, tell),
        await play('provider is down', engine, lab, tell),
      ];
    } finally {
      await engine.stop();
    }
  } finally {
    await run.remove();
  }
}

/** Whoever the browser was opened for signs in there. */
async function sit(lab: Lab, url: string): Promise<void> {
  const login = new URL(url).searchParams.get('login_hint') ?? '';
  await driveBrowser(url, { login, password: lab.users[login] ?? '' });
}

async function play(
  act: DrillResult['act'],
  engine: BareEngine,
  lab: Lab,
  tell: (line: string) => void,
): Promise<DrillResult> {
  tell(`${act}: ${PEOPLE.length} people sign in`);
  for (const address of PEOPLE) await signIn(engine, address);
  const revocations = { path: '/token/revocation', status: 503, times: Number.POSITIVE_INFINITY };
  if (act === 'provider is down') lab.authServer.faults.push(revocations);
  const begin = performance.now();
  const { receipts } = answered(
    await engine.request('grants.signOutEverything', { finishFirst: false, mail: 'keep' }),
  );
  tell(`${act}: signed out of ${receipts.length} accounts in ${seconds(begin)} s`);
  lab.authServer.faults.length = 0;
  for (const { debtId } of answered(await engine.request('debts.list', {}))) {
    answered(await engine.request('debts.retry', { debtId }));
  }
  const given = lab.authServer.issuedTokens.filter(({ kind }) => /AccessToken|RefreshToken/.test(kind));
  const alive = await Promise.all(given.map(({ value }) => lab.authServer.isActive(value)));
  const batch = receipts[0]?.batch;
  const now = answered(await engine.request('receipts.list', {})).filter((one) => one.batch === batch);
  return {
    act,
    accounts: receipts.length,
    alive: alive.filter(Boolean).length,
    open: answered(await engine.request('debts.list', {})).length,
    proved: now.filter(({ answer }) => answer === 'no').length,
    seconds: seconds(begin),
  };
}

async function signIn(engine: BareEngine, address: string): Promise<void> {
  const there = answered(await engine.request('accounts.list', {})).find((one) => one.address === address);
  const attempt = { attemptId: attemptId.parse(`drill ${address} ${performance.now()}`) };
  const result = there
    ? await engine.request('accounts.signInAgain', { ...attempt, accountId: there.accountId })
    : await engine.request('accounts.signIn', { ...attempt, address, providerId: 'lab' });
  answered(result);
}

function answered<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.code} ${JSON.stringify(result.detail ?? {})}`);
  return result.value;
}

const seconds = (begin: number): number => Math.round((performance.now() - begin) / 100) / 10;
