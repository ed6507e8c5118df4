import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../scripts/lib/paths.mjs';
import { turn } from '../../src-main/base/turn.ts';
import type { Store } from '../../src-main/store/store.ts';
import { addMailboxes, envelope, only, openTestStore } from '../unit/src-main/store/test-store.ts';

const SOURCE_BYTES = 300_000;
const MEGABYTE = 1_000_000;

// Inside the project: the worker finds its packages from where it stands.
mkdirSync(join(projectRoot, '.cache'), { recursive: true });
const folder = mkdtempSync(join(projectRoot, '.cache', 'checkpoint-'));
const workerPath = join(folder, 'checkpoint-worker.mjs');

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(projectRoot, 'src-main/store/checkpoint-worker.ts'),
      outDir: folder,
      rollupOptions: { output: { format: 'es', entryFileNames: 'checkpoint-worker.mjs' } },
    },
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function putBody(store: Store, uid: number): void {
  const { inbox } = addedTo.get(store) ?? addMailboxes(store);
  addedTo.set(store, { inbox });
  const messageId = only(store.messages.addEnvelopes(inbox, [envelope(uid)]).added);
  store.bodies.put(messageId, {
    attachments: [],
    inlineImages: {},
    isSource: false,
    preview: '',
    searchText: `word${uid}`,
    source: randomBytes(SOURCE_BYTES),
  });
}
const addedTo = new Map<Store, Pick<ReturnType<typeof addMailboxes>, 'inbox'>>();

describe('the write-ahead log of store.db', () => {
  it('is brought into it by a thread while somebody writes all the time, and stays short', async () => {
    const { store, directory } = openTestStore();
    store.checkpointIn(workerPath);
    const sizes: number[] = [];
    const size = (name: string) => statSync(join(directory, name)).size;
    let uid = 0;
    const write = async () => {
      putBody(store, ++uid);
      sizes.push(size('store.db-wal'));
      await turn();
    };
    while (uid < 250) await write();
    expect(Math.max(...sizes)).toBeLessThan(64 * MEGABYTE);
    expect(size('store.db')).toBeGreaterThan(16 * MEGABYTE);
  });

  it('is gone when the store is closed in the middle of it, and a new store in the same place keeps its own', async () => {
    const test = openTestStore();
    test.store.checkpointIn(workerPath);
    for (let uid = 1; uid <= 60; uid++) {
      putBody(test.store, uid);
      await turn();
    }
    const log = join(test.directory, 'store.db-wal');
    expect(existsSync(log)).toBe(true);
    test.store.close();
    expect(existsSync(log)).toBe(false);
    const reopened = test.reopen();
    const inbox = only(reopened.mailboxes.list().filter(({ specialUse }) => specialUse === 'inbox'));
    reopened.messages.addEnvelopes(inbox.mailboxId, [envelope(61)]);
    expect(existsSync(log)).toBe(true);
    expect(test.reopen().messages.uidCount(inbox.mailboxId)).toBe(61);
  });

  it('is written by whoever commits when there is no such thread', async () => {
    const { store, directory } = openTestStore();
    store.checkpointIn(join(folder, 'missing.mjs'));
    for (let uid = 1; uid <= 160; uid++) {
      putBody(store, uid);
      await turn();
    }
    expect(statSync(join(directory, 'store.db-wal')).size).toBeLessThan(40 * MEGABYTE);
  });
});
