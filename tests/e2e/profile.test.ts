/** The files of the mail on this computer: one program at a time, a newer one's mail, damage, a disk without room. */
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { electronFlags } from '../../scripts/lib/electron-runtime.mjs';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { appFolder } from '../../scripts/lib/paths.mjs';
import { openDatabase } from '../../src-main/store/database.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import { faultsOf } from './look/faults.ts';
import {
  button,
  deliver,
  heading,
  openThread,
  POLL,
  prepare,
  row,
  serviceOf,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;
let mail: string;

beforeAll(async () => {
  world = await startWorld({ hasLink: true });
  mail = join(world.profile, 'mail');
  await deliver(world, { subject: 'A letter from before', text: 'Read me anywhere.' });
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await openThread(page, 'A letter from before');
  await page.getByText('Read me anywhere.').last().waitFor();
  await writeDraft('Half a thought');
});
afterAll(() => world?.stop());

async function writeDraft(subject: string): Promise<void> {
  await button(page, /^New message/)
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  await page.getByText('Draft saved').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function startAgain(): Promise<void> {
  program = await world.start();
  page = prepare(program);
}

const draftNamed = (subject: string) =>
  page.getByRole('list', { name: 'Drafts here' }).getByRole('button', { name: new RegExp(subject) });

it('raises the window that is there when it is started a second time, and the second ends by itself', async () => {
  await program.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const { electron, display, keychain, lab, temporary, profile } = world;
  const second = spawn(
    electron.executable,
    [...electronFlags({ isVirtualDisplay: display.isVirtual }), appFolder, `--user-data-dir=${profile}`],
    {
      env: { ...process.env, ...display.env, ...keychain?.env, ...lab.env, TMPDIR: temporary },
      stdio: 'ignore',
    },
  );
  world.run.own(second);
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0);
  await expect
    .poll(
      () =>
        program.app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().map((one) => one.isVisible()),
        ),
      POLL,
    )
    .toEqual([true]);
  await openThread(page, 'A letter from before');
});

it('leaves mail alone that a newer version wrote, and says so', async () => {
  await program.close();
  const path = join(mail, 'journal.db');
  // libsecret reads where the keychain is when it is first used; this file has a process of its own.
  Object.assign(process.env, world.keychain?.env);
  const saved = await createVault({ service: serviceOf(world.profile) }).get('store-key');
  const key = Buffer.from(saved ?? '', 'base64');
  const setVersion = (change: (before: number) => number): void => {
    const database = openDatabase({ path, key, synchronous: 'FULL' });
    const before = Number(database.get<{ user_version: number }>('PRAGMA user_version')?.user_version);
    database.exec(`PRAGMA user_version = ${change(before)}`);
    database.close();
  };
  setVersion((before) => before + 1000);
  const state = () =>
    readdirSync(mail)
      .filter((name) => name.endsWith('.db'))
      .map((name) => `${name} ${statSync(join(mail, name)).mtimeMs} ${statSync(join(mail, name)).size}`);
  const before = state();
  await startAgain();
  await page.getByText('This mail was written by a newer Latchkey.').waitFor();
  await page.getByText('Install the newer version again. This one changes nothing in it.').waitFor();
  const faults = await faultsOf(program, 'newer version');
  await program.close();
  expect(state()).toEqual(before);
  setVersion((now) => now - 1000);
  expect(faults).toEqual([]);
});

it('fetches damaged mail again by itself, says so, and keeps what is only here', async () => {
  const path = join(mail, 'store.db');
  const file = openSync(path, 'r+');
  for (let at = 40; at < statSync(path).size; at += 4096) writeSync(file, 'damage', at);
  closeSync(file);
  world.lab.link?.setDown(true);
  await startAgain();
  const notice = page.getByText('The mail on this computer was damaged and is being fetched again.');
  await notice.waitFor();
  expect(await faultsOf(program, 'mail fetched again')).toEqual([]);
  await button(page, 'Drafts here').click();
  await draftNamed('Half a thought').waitFor();
  world.lab.link?.setDown(false);
  await deliver(world, { subject: 'News from after' });
  await button(page, 'All inboxes').click();
  await row(page, 'News from after').waitFor();
  await openThread(page, 'A letter from before');
  await page.getByText('Read me anywhere.').last().waitFor();
  await notice.waitFor({ state: 'detached' });
});

it('says that the disk is full, keeps what is on the screen, and goes on by itself when there is room', async () => {
  if (process.getuid?.() !== 0)
    throw new Error('The small disk is a mount and needs root: run this lane as root.');
  await program.close();
  // The mail on a disk of its own that only this program sees.
  const script = join(world.run.path, 'with-small-disk');
  const profile = world.run.folder('small', 0o700);
  const place = world.run.folder('small/mail', 0o700);
  const inside = `mount -t tmpfs -o size=16m,mode=700 small "$0" && exec "$@"`;
  writeFileSync(
    script,
    `#!/bin/sh\nexec unshare --mount --propagation private sh -c '${inside}' '${place}' '${world.electron.executable}' "$@"\n`,
  );
  chmodSync(script, 0o755);
  program = await world.start({ executable: script, args: [`--user-data-dir=${profile}`] });
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, 'News from after').waitFor();
  await page.getByText(/^Up to date/).waitFor();
  await button(page, /^New message/)
    .first()
    .click();
  await button(page, 'Plain text').click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Long');
  await page.getByText(/^Draft saved/).waitFor();
  const ballast = join(place, 'ballast');
  await program.app.evaluate((_electron, path) => {
    const fs = process.getBuiltinModule('node:fs');
    const file = fs.openSync(path, 'w');
    try {
      for (const size of [65_536, 512]) {
        for (;;) {
          try {
            fs.writeSync(file, Buffer.alloc(size, 1));
          } catch {
            break;
          }
        }
      }
    } finally {
      fs.closeSync(file);
    }
  }, ballast);
  await page.getByRole('textbox', { name: 'Message' }).fill('x'.repeat(200_000));
  await page.getByText('Draft not saved').waitFor();
  await page.getByText('The disk is full.').first().waitFor({ state: 'attached' });
  await program.app.evaluate((_electron, path) => process.getBuiltinModule('node:fs').rmSync(path), ballast);
  await page.getByText('Draft not saved').waitFor({ state: 'detached', timeout: 30_000 });
  await page.getByText(/^Draft saved/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('The disk is full.').waitFor({ state: 'detached', timeout: 30_000 });
  await heading(page, 'All inboxes').waitFor();
  await deliver(world, { subject: 'There is room again' });
  await row(page, 'There is room again').waitFor();
});
