/** A store with sync and transfers over it, and the real worker that parses: what the tests of import and export start from. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src-main/base/clock.ts';
import { createConnectionRegistry } from '../../src-main/base/connection-registry.ts';
import { MailError } from '../../src-main/base/errors.ts';
import { createLog } from '../../src-main/base/log.ts';
import { createMessageParser } from '../../src-main/mime/parse-message.ts';
import type { Standing } from '../../src-main/store/mailbox-contents.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import { createSync } from '../../src-main/sync/sync.ts';
import { addLocalAccount } from '../../src-main/transfer/local-accounts.ts';
import { createTransfers } from '../../src-main/transfer/transfers.ts';
import type { AccountId, MailboxId, MessageId, TransferId } from '../../src-shared/model/ids.ts';
import type { Transfer } from '../../src-shared/model/transfer.ts';
import { buildParseWorker } from '../hostile/mime-worker.ts';

export type TransferWorld = Awaited<ReturnType<typeof openTransferWorld>>;

export async function openTransferWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'lk-tr-'));
  const worker = await buildParseWorker(await mkdtemp(join(tmpdir(), 'lk-mime-')));
  const parser = createMessageParser({ workerPath: worker.path });
  const key = randomBytes(32);
  const clock = systemClock;
  const log = createLog(() => undefined);
  const remote = new Map<MessageId, Uint8Array>();

  function start(directory: string) {
    const store = openStore({ directory, key, clock });
    const sync = createSync({
      store,
      authenticationFor: () => {
        throw new MailError('not-found');
      },
      registry: createConnectionRegistry(),
      parseMessage: parser.parse,
      readAttachment: parser.attachment,
      clock,
      log,
    });
    const transfers = createTransfers({
      store,
      parseMessage: parser.parse,
      fetchSource: async (messageId) => {
        const source = remote.get(messageId);
        if (!source) throw new MailError('offline', { retry: 'later' });
        return source;
      },
      clock,
      log,
    });
    sync.start();
    return { store, sync, transfers };
  }

  let number = 0;
  let open = start(join(folder, `profile-${number}`));

  const world = {
    folder,
    /** What a server would answer with. */
    remote,
    get store(): Store {
      return open.store;
    },
    get sync() {
      return open.sync;
    },
    get transfers() {
      return open.transfers;
    },
    path: (...names: string[]) => join(folder, ...names),
    addAccount: (name = 'Old mail'): AccountId =>
      addLocalAccount(name, { store: open.store, clock }).accountId,
    /** Stops everything; `before` may change the files; then opens the same profile, or a new one. */
    async reopen({
      isNew = false,
      before,
    }: {
      isNew?: boolean;
      before?: (directory: string) => Promise<void>;
    } = {}) {
      await open.transfers.stop();
      await open.sync.stop();
      open.store.close();
      await before?.(join(folder, `profile-${number}`));
      if (isNew) number += 1;
      open = start(join(folder, `profile-${number}`));
    },
    ended: (transferId: TransferId): Promise<Transfer> =>
      new Promise((resolve) => {
        const look = (): boolean => {
          const one = open.transfers.list().find((each) => each.transferId === transferId);
          if (!one || one.state === 'running') return false;
          resolve(one);
          return true;
        };
        if (look()) return;
        const stop = open.transfers.subscribe(() => {
          if (look()) stop();
        });
      }),
    async import(accountId: AccountId, ...paths: string[]): Promise<Transfer> {
      return world.ended(open.transfers.importFrom({ accountId, format: 'mbox', paths }).transferId);
    },
    async export(mailboxId: MailboxId, format: 'mbox' | 'eml', path: string): Promise<Transfer> {
      return world.ended(open.transfers.exportTo({ mailboxId, format, path }).transferId);
    },
    mailbox(accountId: AccountId, path: string): MailboxId {
      const found = open.store.mailboxes.list(accountId).find((one) => one.path === path);
      if (!found) throw new Error(`no mailbox ${path}`);
      return found.mailboxId;
    },
    contents: (accountId: AccountId, path: string): Standing[] =>
      open.store.contents.after(world.mailbox(accountId, path), 0, 100_000),
    subjects: (accountId: AccountId, path: string): string[] =>
      world.contents(accountId, path).map(({ subject }) => subject),
    async close(): Promise<void> {
      await open.transfers.stop();
      await open.sync.stop();
      open.store.close();
      await parser.close();
      await worker.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}
