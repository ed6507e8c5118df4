import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { openDatabase } from '../../src-main/store/database.ts';
import { openStore } from '../../src-main/store/store.ts';
import { KEY } from '../unit/src-main/store/test-store.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, '.cache', 'test-store-writer');

/** The program that is killed: the real store, bundled for plain Node. */
beforeAll(async () => {
  await build({
    root,
    logLevel: 'error',
    configFile: false,
    build: {
      ssr: join(root, 'tests/integration/store-writer.ts'),
      outDir: built,
      emptyOutDir: true,
      rollupOptions: { output: { entryFileNames: 'writer.mjs' } },
    },
  });
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

/** Runs the writer until it has printed so many lines, kills it without warning, and answers with the last one. */
function runAndKill(directory: string, lines: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(built, 'writer.mjs'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let seen = 0;
    let last = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = line;
      if (++seen === lines) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', () => (seen >= lines ? resolve(last) : reject(new Error(`ended after ${seen} lines`))));
  });
}

describe('a store whose program was killed while it wrote', () => {
  it.each([3, 17, 40])(
    'has every operation and every word that was answered, with its effect, and right counters (%i)',
    async (lines) => {
      const directory = mkdtempSync(join(tmpdir(), 'store-'));
      onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
      const answered = Number(await runAndKill(directory, lines));

      const store = openStore({ directory, key: KEY, clock: systemClock });
      const accounts = store.accounts.list();
      expect(accounts).toHaveLength(1);
      const mailboxes = store.mailboxes.list();
      const pending = accounts.flatMap(({ accountId }) => store.operations.due(accountId));
      expect(pending.length).toBeGreaterThanOrEqual(answered);
      for (const operation of pending) {
        if (operation.kind !== 'move') continue;
        for (const { messageId } of operation.targets) {
          expect(store.messages.placements(messageId)).toEqual([
            { mailboxId: operation.toMailboxId, uid: undefined },
          ]);
        }
      }
      // What was saved is there; of what was not yet, all or nothing.
      const [draft, ...others] = store.drafts.list();
      expect(others).toEqual([]);
      expect(draft?.text).toMatch(/^(?:word )*$/);
      expect(draft?.text.split(' ').length).toBeGreaterThan(answered);
      const total = mailboxes.reduce((sum, mailbox) => sum + mailbox.total, 0);
      store.close();

      const mail = openDatabase({ path: join(directory, 'store.db'), key: KEY, synchronous: 'NORMAL' });
      const count = (sql: string) => mail.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n;
      expect(count('placement WHERE hidden_by IS NULL')).toBe(total);
      expect(count('message')).toBe(total);
      expect(count('applied_operation')).toBe(pending.length);
      expect(mail.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      mail.close();
    },
  );
});
