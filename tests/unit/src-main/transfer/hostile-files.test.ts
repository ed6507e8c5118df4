import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { createLog } from '../../../../src-main/base/log.ts';
import { findMail } from '../../../../src-main/transfer/find-mail.ts';
import { createTransfers } from '../../../../src-main/transfer/transfers.ts';
import { addMailboxes, openTestStore } from '../store/test-store.ts';

const MESSAGE = 'Subject: a\n\nHello\n';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function namesIn(...paths: string[]): Promise<string[]> {
  const names: string[] = [];
  for await (const { path, kind } of findMail(paths, new AbortController().signal))
    names.push(`${kind} ${path.slice(folder.length + 1)}`);
  return names;
}

it.skipIf(process.platform === 'win32')(
  'links, pipes and devices among mail are passed over, and a pipe is not waited for',
  async () => {
    const mails = join(folder, 'mails');
    mkdirSync(mails);
    writeFileSync(join(folder, 'secret.eml'), MESSAGE);
    writeFileSync(join(mails, 'a.eml'), MESSAGE);
    symlinkSync(join(folder, 'secret.eml'), join(mails, 'b.eml'));
    symlinkSync(folder, join(mails, 'around'));
    execFileSync('mkfifo', [join(mails, 'c.eml')]);
    expect(await namesIn(mails)).toEqual(['message mails/a.eml']);
    expect(await namesIn(join(mails, 'c.eml'), '/dev/zero')).toHaveLength(2);
    expect((await namesIn(join(mails, 'c.eml')))[0]).toMatch(/^unreadable/);
  },
);

it('an export to a name without its ending replaces no file of the longer name', async () => {
  const { store } = openTestStore();
  const { inbox: mailboxId } = addMailboxes(store);
  const transfers = createTransfers({
    store,
    parseMessage: () => Promise.reject(new Error('not asked')),
    fetchSource: () => Promise.reject(new Error('not asked')),
    clock: systemClock,
    log: createLog(() => undefined),
  });
  writeFileSync(join(folder, 'Work.mbox'), 'years of mail');
  const ended = new Promise<void>((resolve) => {
    transfers.subscribe(({ state }) => state !== 'running' && resolve());
  });
  const { name } = transfers.exportTo({ mailboxId, format: 'mbox', path: join(folder, 'Work') });
  await ended;
  expect(name).toBe('Work (2).mbox');
  expect(readFileSync(join(folder, 'Work.mbox'), 'utf8')).toBe('years of mail');
  expect(readdirSync(folder).sort()).toEqual(['Work (2).mbox', 'Work.mbox']);
});
