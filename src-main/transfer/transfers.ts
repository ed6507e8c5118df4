/**
 * Mail in from files and out to files. Nothing of a transfer is on disk: one that the end of the program cut off is begun again by the
 * person, and finds what came before. One runs at a time, so that memory and the worker that parses are bounded; progress is told at most
 * five times a second. The mail itself goes into the store as `store/local-table.ts` says: the journal first.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { AccountId, MailboxId, MessageId, TransferId } from '../../src-shared/model/ids.ts';
import type { Transfer, TransferFormat } from '../../src-shared/model/transfer.ts';
import type { Clock } from '../base/clock.ts';
import { createEmitter } from '../base/emitter.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createMutex } from '../base/mutex.ts';
import type { StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';
import { exportMbox, exportMessages } from './export-mailbox.ts';
import { importMail } from './import-mail.ts';
import { requireLocal } from './local-accounts.ts';
import type { Progress, Watch } from './watch.ts';

export type TransfersOptions = {
  store: Store;
  parseMessage(source: Uint8Array): Promise<StoredBody>;
  /** The source of a message from its server. Throws MailError, or the signal's reason. */
  fetchSource(messageId: MessageId, signal: AbortSignal): Promise<Uint8Array>;
  clock: Clock;
  log: Log;
};

export type Transfers = {
  /** Begins to bring in files and folders. Throws not-found; input-invalid for an account with a server. */
  importFrom(request: { accountId: AccountId; format: TransferFormat; paths: string[] }): Transfer;
  /** Begins to write a mailbox to a file (mbox) or a new folder (eml). Throws mailbox-missing. */
  exportTo(request: { mailboxId: MailboxId; format: TransferFormat; path: string }): Transfer;
  /** Those since the program was started, newest first. */
  list(): Transfer[];
  /** Stops one that runs, or waits to. Throws not-found. */
  cancel(transferId: TransferId): void;
  /** Stops those of an account; resolves when they have ended. */
  cancelAll(accountId: AccountId): Promise<void>;
  subscribe(listener: (transfer: Transfer) => void): () => void;
  /** Stops all; resolves when nothing runs any more. */
  stop(): Promise<void>;
};

const TOLD_EVERY = 200;
const LISTED_MOST = 100;

type Running = { transfer: Transfer; controller: AbortController; done: Promise<void> };
type Task = (watch: Watch, signal: AbortSignal) => Promise<void>;

export function createTransfers(options: TransfersOptions): Transfers {
  const { store, clock, log } = options;
  const news = createEmitter<Transfer>();
  const oneByOne = createMutex();
  const all: Running[] = [];

  function begin(about: Pick<Transfer, 'kind' | 'format' | 'accountId' | 'name'>, task: Task): Transfer {
    const progress: Progress = { messages: 0, skipped: 0, bytesDone: 0, bytesTotal: 0 };
    const first: Transfer = {
      ...about,
      transferId: randomUUID() as TransferId,
      state: 'running',
      ...progress,
    };
    const controller = new AbortController();
    const running: Running = { transfer: first, controller, done: Promise.resolve() };
    let toldAt = 0;
    const tell = (state: Transfer['state']): void => {
      running.transfer = { ...first, ...progress, state };
      toldAt = clock.now();
      news.emit(running.transfer);
    };
    const onProgress = (): void => {
      running.transfer = { ...first, ...progress };
      if (clock.now() - toldAt >= TOLD_EVERY) tell('running');
    };
    running.done = oneByOne(async () => {
      try {
        controller.signal.throwIfAborted();
        await task({ progress, onProgress }, controller.signal);
        tell('done');
      } catch (error) {
        if (controller.signal.aborted) return tell('cancelled');
        progress.error = toMailError(error).code;
        log.warn('transfer.failed', { kind: about.kind, ...errorFacts(error) });
        tell('failed');
      }
    });
    all.unshift(running);
    forgetOld();
    return first;
  }

  function forgetOld(): void {
    const ended = all.filter(({ transfer }) => transfer.state !== 'running').slice(LISTED_MOST);
    for (const one of ended) all.splice(all.indexOf(one), 1);
  }

  async function end(some: Running[]): Promise<void> {
    for (const { controller } of some) controller.abort(new Error('cancelled'));
    await Promise.all(some.map(({ done }) => done));
  }

  return {
    importFrom({ accountId, format, paths }) {
      requireLocal(accountId, store);
      const name = basename(paths[0] ?? '');
      return begin({ kind: 'import', format, accountId, name }, (watch, signal) =>
        importMail({ accountId, paths }, options, watch, signal),
      );
    },
    exportTo({ mailboxId, format, path }) {
      const mailbox = store.mailboxes.get(mailboxId);
      if (!mailbox) throw new MailError('mailbox-missing');
      const { accountId } = mailbox;
      const write = format === 'mbox' ? exportMbox : exportMessages;
      const target = { mailboxId, path: format === 'mbox' ? withExtension(path) : path };
      return begin({ kind: 'export', format, accountId, name: basename(target.path) }, (watch, signal) =>
        write(target, options, watch, signal),
      );
    },
    list: () => all.map(({ transfer }) => transfer),
    cancel(transferId) {
      const one = all.find(({ transfer }) => transfer.transferId === transferId);
      if (!one) throw new MailError('not-found');
      one.controller.abort(new Error('cancelled'));
    },
    cancelAll: (accountId) => end(all.filter(({ transfer }) => transfer.accountId === accountId)),
    subscribe: news.subscribe,
    stop: () => end(all),
  };
}

/** The desktop asked about the name as it was typed: a file that has the longer one is not replaced unasked. */
function withExtension(path: string): string {
  if (extname(path) !== '') return path;
  for (let attempt = 1; ; attempt++) {
    const longer = attempt === 1 ? `${path}.mbox` : `${path} (${attempt}).mbox`;
    if (!existsSync(longer)) return longer;
  }
}
