/** Drafts: on the disk within a second, on the server, edited in two places, opened where they stand. */
import type { ImapFlow } from 'imapflow';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { secondConnection } from '../servers/lab.mjs';
import { faultsOf } from './look/faults.ts';
import { processesOf } from './processes.ts';
import { button, letter, POLL, prepare, row, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';
import { begin, body, chips, subjectField } from './writing-hands.ts';

let world: World;
let program: Program;
let page: Page;
/** Another mail program, with the mailbox Drafts open. */
let other: ImapFlow;

beforeAll(async () => {
  world = await startWorld();
  other = await secondConnection(world.lab, world.address);
  await other.mailboxOpen('Drafts');
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await page.getByText(/^Up to date/).waitFor();
});
afterAll(async () => {
  await other?.logout();
  await world?.stop();
});

/** What stands in Drafts on the server: the sources, oldest first. */
async function onServer(): Promise<string[]> {
  await other.noop();
  const found: string[] = [];
  for await (const { source } of other.fetch('1:*', { source: true })) found.push(source?.toString() ?? '');
  return found;
}
const onServerWith = async (words: string): Promise<number> =>
  (await onServer()).filter((source) => source.includes(words)).length;

/** What another program left as plain text is written on as plain text. */
const written = (): Promise<string> =>
  body(page).evaluate((text) =>
    text instanceof HTMLTextAreaElement ? text.value.trimEnd() : (text as HTMLElement).innerText,
  );

async function close(): Promise<void> {
  await page.keyboard.press('Escape');
  await body(page).waitFor({ state: 'detached' });
}

/** Notes when the next key goes down and when the page says after it that the draft is saved. Answers with what tells the time between. */
async function watchNextSave(): Promise<() => Promise<number>> {
  const watched = await page.evaluateHandle(() => {
    const words = document.querySelector('.compose-saved');
    const took = new Promise<number>((resolve) => {
      const begin = (key: KeyboardEvent): void => {
        const look = new MutationObserver(() => {
          if (!words?.textContent?.startsWith('Draft saved')) return;
          look.disconnect();
          resolve(performance.now() - key.timeStamp);
        });
        if (words) look.observe(words, { childList: true, subtree: true, characterData: true });
      };
      document.addEventListener('keydown', begin, { once: true, capture: true });
      setTimeout(() => resolve(Number.POSITIVE_INFINITY), 10_000);
    });
    return { took };
  });
  return () => watched.evaluate(({ took }) => took);
}

/** What this computer has a row of stands in one list; what only the server has in the mailbox. */
async function openHere(subject: string): Promise<void> {
  await button(page, 'Drafts here').click();
  await page
    .getByRole('list', { name: 'Drafts here' })
    .getByRole('button', { name: new RegExp(subject) })
    .click();
  await body(page).waitFor();
}

async function openDrafts(): Promise<void> {
  await button(page, 'Drafts').first().click();
  await page.getByRole('heading', { name: 'Drafts', exact: true }).waitFor();
}

it('has every word but the last second’s after the whole program was killed in the middle of one', async () => {
  await begin(page, { to: 'samir@lab.test', subject: 'Half a word' });
  await page.keyboard.type('This was written a second before, and this is hal');
  await page.getByText(/^Draft saved/).waitFor();
  // One that a busy machine held up says nothing of the clock that saves: the quickest of three does.
  const times: number[] = [];
  for (const key of ['f', 'x', 'Backspace']) {
    const took = await watchNextSave();
    await page.keyboard.press(key);
    times.push(await took());
  }
  expect(Math.min(...times)).toBeLessThan(1_000);
  await page.keyboard.type(' a wo');
  const gone = new Promise<void>((resolve) => program.app.process().once('exit', () => resolve()));
  for (const { pid } of processesOf(program.app.process().pid ?? 0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its parent.
    }
  }
  await gone;

  program = await world.start();
  page = prepare(program);
  await openHere('Half a word');
  await expect
    .poll(written, POLL)
    .toMatch(/^This was written a second before, and this is half( a?( w?o?)?)?$/);
  expect(await chips(page).allInnerTexts()).toEqual(['samir@lab.test']);
});

it('is on the server once it is left, and its next version takes its place', async () => {
  await close();
  await expect.poll(() => onServerWith('this is half'), POLL).toBe(1);
  const [first = ''] = await onServer();
  expect(first).toMatch(/^Subject: Half a word\r$/m);
  expect(first).toMatch(/^To: .*samir@lab\.test/m);

  await openHere('Half a word');
  await body(page).waitFor();
  await page.getByText(/^On the server/).waitFor();
  expect(await faultsOf(program, 'a draft')).toEqual([]);
  await body(page).fill('Quite another text.');
  await close();
  await expect.poll(() => onServerWith('Quite another text.'), POLL).toBe(1);
  await expect.poll(async () => (await onServer()).length, POLL).toBe(1);
});

it('goes to the server while it is still open, within half a minute', async () => {
  await openHere('Half a word');
  await body(page).fill('Left open on the table.');
  const began = Date.now();
  await expect
    .poll(() => onServerWith('Left open on the table.'), { timeout: 30_000, interval: 250 })
    .toBe(1);
  expect(Date.now() - began).toBeLessThan(30_000);
  await page.getByText(/^On the server/).waitFor();
});

it('keeps both when another device changed it meanwhile, and says so', async () => {
  await close();
  const theirs = letter({
    subject: 'Half a word',
    from: world.address,
    to: 'samir@lab.test',
    text: 'Changed on the telephone.',
  });
  await openHere('Half a word');
  await body(page).fill('Changed at the desk.');
  await page.getByText(/^Draft saved/).waitFor();
  const uids = await other.search({ all: true }, { uid: true });
  await other.append('Drafts', theirs, ['\\Draft', '\\Seen']);
  if (uids) await other.messageDelete(uids.map(String).join(','), { uid: true });
  await close();
  await expect.poll(() => onServerWith('Changed on the telephone.'), POLL).toBe(1);
  await expect.poll(() => onServerWith('Changed at the desk.'), POLL).toBe(1);
  expect(await onServerWith('Left open on the table.')).toBe(0);
  await openDrafts();
  await row(page, 'Half a word').filter({ hasText: 'Changed on the telephone.' }).click();
  await expect.poll(written, POLL).toBe('Changed on the telephone.');
  await close();
  await button(page, 'Drafts here').click();
  const here = page.getByRole('list', { name: 'Drafts here' }).getByRole('button', { name: /Half a word/ });
  await expect.poll(() => here.count(), POLL).toBe(2);
  await here.filter({ hasText: 'Changed at the desk.' }).click();
  await page.getByText(/^Another device changed this draft too\. Both are kept/).waitFor();
  await close();
});

it('opens what another program left in Drafts, and sends the draft away when it is discarded', async () => {
  await other.append(
    'Drafts',
    letter({
      subject: 'From the telephone',
      from: world.address,
      to: 'samir@lab.test',
      text: 'Begun there.',
    }),
    ['\\Draft', '\\Seen'],
  );
  await openDrafts();
  await row(page, 'From the telephone').click();
  await expect.poll(written, POLL).toBe('Begun there.');
  expect(await subjectField(page).inputValue()).toBe('From the telephone');
  await body(page).fill('Ended here.');
  await close();
  await expect.poll(() => onServerWith('Ended here.'), POLL).toBe(1);
  await expect.poll(() => onServerWith('Begun there.'), POLL).toBe(0);

  await openHere('From the telephone');
  await button(page, 'Discard draft').click();
  await page.getByText('Draft discarded.').waitFor();
  await button(page, /^Undo/).click();
  await expect.poll(written, POLL).toBe('Ended here.');
  await button(page, 'Discard draft').click();
  await expect.poll(() => onServerWith('From the telephone'), { timeout: 30_000, interval: 250 }).toBe(0);
});
