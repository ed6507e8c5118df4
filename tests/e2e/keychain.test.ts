/** Where the keys are kept: without a keychain, and with one that is locked. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import {
  button,
  deliver,
  heading,
  openAccess,
  openThread,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** Every file below a folder with its size and time, to see that nothing was written. */
function stateOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    });
}

it.each(['no-service', 'none'] as const)(
  'says what is missing without a keychain (%s), works for this session only, and leaves nothing',
  async (keychainState) => {
    const here = await startWorld({ keychainState });
    world = here;
    await deliver(here, { subject: 'Only for today', text: 'Gone tomorrow.' });
    const program = await here.start();
    const page = prepare(program);
    await heading(page, 'There is no keychain').waitFor();
    await button(page, 'Look again').click();
    await page.getByText('There is still none.').waitFor();
    await button(page, 'This session only').click();

    await page.getByText('The key is kept until you quit Latchkey').waitFor();
    await signInWithBrowser(page);
    await openThread(page, 'Only for today');
    await page.getByText('Gone tomorrow.').last().waitFor();
    expect(readdirSync(here.temporary).some((name) => name.startsWith('latchkey-session-'))).toBe(true);
    await openAccess(page);
    await page.getByText('Memory only, until you quit Latchkey').waitFor();

    // What is only here goes with the session, so quitting asks first.
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.getByRole('textbox', { name: 'Subject' }).fill('Half a thought');
    await page.getByText('Draft saved').waitFor();
    const quitAnswering = (answer: number) =>
      program.app.evaluate(({ dialog, app, BrowserWindow }, answered) => {
        const asked: string[] = [];
        const ask = (...args: unknown[]) => {
          asked.push(JSON.stringify(args.at(-1)));
          return answered;
        };
        Reflect.set(dialog, 'showMessageBoxSync', ask);
        if (answered === 0) app.quit();
        return { asked, windows: BrowserWindow.getAllWindows().length };
      }, answer);
    const kept = await quitAnswering(0);
    expect(kept.asked).toHaveLength(1);
    expect(kept.asked[0]).toContain('deleted when you quit');
    expect(kept.asked[0]).toContain('• Half a thought');
    expect(kept.windows).toBe(1);
    await page.getByText('Draft saved').waitFor();
    await quitAnswering(1);

    await program.close();
    expect(readdirSync(here.temporary)).toEqual([]);
    expect(existsSync(join(here.profile, 'mail'))).toBe(false);
    const again = prepare(await here.start());
    await heading(again, 'There is no keychain').waitFor();
  },
);

it('waits before a locked keychain, touches no mail meanwhile, and goes on when it was unlocked', async () => {
  const here = await startWorld();
  world = here;
  await deliver(here, { subject: 'Behind the lock', text: 'You found the key.' });
  let program = await here.start();
  await signInWithBrowser(prepare(program));
  await row(program.page, 'Behind the lock').waitFor();
  await program.close();

  await here.keychain?.lock();
  const before = stateOf(join(here.profile, 'mail'));
  program = await here.start();
  const page = prepare(program);
  await heading(page, 'Your keychain is locked.').waitFor();
  await page.getByText('Unlock it to continue. Nothing is lost.').waitFor();
  // A session beside it would hide the mail that is here.
  expect(await button(page, 'This session only').count()).toBe(0);
  await button(page, 'Look again').click();
  await page.getByText('It is still locked.').waitFor();
  expect(stateOf(join(here.profile, 'mail'))).toEqual(before);

  await here.keychain?.unlock();
  await button(page, 'Look again').click();
  await openThread(page, 'Behind the lock');
  await page.getByText('You found the key.').last().waitFor();
  await deliver(here, { subject: 'Connected again' });
  await row(page, 'Connected again').waitFor();
});

it('finds a keychain that was started again under the running program, and goes on', async () => {
  const here = await startWorld();
  world = here;
  await deliver(here, { subject: 'Still here', text: 'And read.' });
  const program = await here.start();
  const page = prepare(program);
  await signInWithBrowser(page);
  await row(page, 'Still here').waitFor();
  await button(page, 'Settings').click();
  await button(page, 'Security check').click();
  await here.keychain?.restart();
  // The first look ends with the engine that could not find it any more.
  const found = page.getByText('took a test key, gave it back');
  const look = async (): Promise<number> => {
    await button(page, 'Check now')
      .click({ timeout: 1_000 })
      .catch(() => undefined);
    return found.count();
  };
  await expect.poll(look, { timeout: 40_000, interval: 500 }).toBe(1);
  await button(page, /^Back to mail/).click();
  await deliver(here, { subject: 'Connected again' });
  await row(page, 'Connected again').waitFor();
});
