/** Brings the mail of files and folders into an account without a server. Importing the same again adds nothing. */
import type { FileHandle } from 'node:fs/promises';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { AccountId, MailboxId } from '../../src-shared/model/ids.ts';
import { MailError, nodeErrorCode } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { turn } from '../base/turn.ts';
import { deliveryTimeOf } from '../imap/source-envelope.ts';
import { type Reader, readMbox } from '../mime/mbox-reader.ts';
import { readState } from '../mime/mbox-state.ts';
import { findMail, type MailFile, openFile } from './find-mail.ts';
import { type Batch, createBatch, type ImportContext } from './import-batch.ts';
import { mailboxPathOf } from './mailbox-path.ts';
import type { Watch } from './watch.ts';

/**
 * Reads everything that is there; what cannot be read is counted and said.
 * Throws MailError: import-unreadable when there is no mail at all; what the store throws; or the signal's reason.
 */
export async function importMail(
  request: { accountId: AccountId; paths: string[] },
  context: ImportContext,
  { progress, onProgress }: Watch,
  signal: AbortSignal,
): Promise<void> {
  let isAnyMail = false;
  for await (const found of findMail(request.paths, signal)) {
    if (found.kind === 'unreadable') continue;
    isAnyMail = true;
    progress.bytesTotal += found.size;
  }
  if (!isAnyMail) throw new MailError('import-unreadable');
  const mailboxes = new Map<string, MailboxId>();
  const mailboxOf = ({ mailbox }: MailFile): MailboxId => {
    const { path, specialUse } = mailboxPathOf(mailbox);
    const there = mailboxes.get(path) ?? context.store.local.addMailbox(request.accountId, path, specialUse);
    mailboxes.set(path, there);
    return there;
  };
  let open: { batch: Batch; mailboxId: MailboxId } | undefined;
  for await (const found of findMail(request.paths, signal)) {
    if (found.kind === 'unreadable') {
      skip('import-unreadable');
      continue;
    }
    const mailboxId = mailboxOf(found);
    if (open?.mailboxId !== mailboxId) {
      await open?.batch.flush();
      open = { mailboxId, batch: createBatch(mailboxId, context, note) };
    }
    const { batch } = open;
    const before = progress.bytesDone;
    try {
      if (found.kind === 'mbox') {
        await importMbox(found, batch, before);
        await batch.flush();
      } else await importMessage(found, batch);
    } catch (error) {
      // The disk that is read from, not the one that is written to, and no fault of ours.
      if (error instanceof MailError || signal.aborted || nodeErrorCode(error) === undefined) throw error;
      skip('import-unreadable');
    }
    progress.bytesDone = before + found.size;
    onProgress();
  }
  await open?.batch.flush();

  async function importMbox(file: MailFile, batch: Batch, before: number): Promise<void> {
    await withReader(file.path, async (reader) => {
      for await (const one of readMbox(reader, LIMITS.messageSize)) {
        signal.throwIfAborted();
        if (one.kind === 'message') {
          await batch.add(one);
          if (one.isCut) progress.error ??= 'import-cut';
        } else skip(one.kind === 'too-large' ? 'message-too-large' : undefined);
        progress.bytesDone = before + one.position;
        onProgress();
        await turn();
      }
    });
  }

  async function importMessage({ path, modifiedAt }: MailFile, batch: Batch): Promise<void> {
    const source = await withFile(path, async (file) => {
      const { size } = await file.stat();
      return size > LIMITS.messageSize ? undefined : new Uint8Array(await file.readFile());
    });
    if (!source) return skip('message-too-large');
    const { flags, isNoMail } = readState(source);
    if (isNoMail) return skip(undefined);
    await batch.add({ source, flags, internalDate: deliveryTimeOf(source) ?? modifiedAt });
  }

  function skip(error: ErrorCode | undefined): void {
    progress.skipped += 1;
    if (error !== undefined) progress.error ??= error;
  }

  function note(brought: number, known: number): void {
    progress.messages += brought;
    progress.skipped += known;
    onProgress();
  }
}

async function withReader(path: string, task: (reader: Reader) => Promise<void>): Promise<void> {
  await withFile(path, async (file) => {
    const { size } = await file.stat();
    await task({
      size,
      read: async (position, into) => (await file.read(into, 0, into.byteLength, position)).bytesRead,
    });
  });
}

async function withFile<T>(path: string, task: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await openFile(path);
  try {
    return await task(file);
  } finally {
    await file.close();
  }
}
