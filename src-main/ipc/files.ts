import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TransferFormat } from '../../src-shared/model/transfer.ts';
import { diskErrorOf, MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { contentTypeOf } from '../mime/compose-message.ts';
import { harmlessFileName } from '../mime/file-name.ts';
import type { ShellClient } from './shell-client.ts';

/** Writes everything through `write`, piece by piece; the next piece when the last one is on its way to the disk. */
export type FileContent = (write: (piece: Uint8Array) => Promise<void>) => Promise<void>;

/**
 * Asks the person where, then writes there: first beside it, then in its place, so that a full disk or a broken link leaves the old
 * file whole.
 */
export async function saveFile(
  shell: Pick<ShellClient, 'request'>,
  suggestedName: string,
  content: Uint8Array | FileContent,
): Promise<boolean> {
  const { path } = await shell.request('pickSavePath', { suggestedName });
  if (path === undefined) return false;
  const beside = `${path}.${process.pid}.part`;
  try {
    // `wx` follows no link and overwrites nothing that somebody put there meanwhile.
    const file = await open(beside, 'wx', 0o600);
    try {
      try {
        if (content instanceof Uint8Array) await file.writeFile(content);
        else await content(async (piece) => void (await file.writeFile(piece)));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    } catch (error) {
      // Ours: one that was there before has made `open` fail.
      await rm(beside, { force: true });
      throw error;
    }
  } catch (error) {
    if (error instanceof MailError) throw error;
    throw diskErrorOf(error) ?? new MailError('file-unwritable', { cause: error });
  }
  return true;
}

/** Asks what mail is to be brought in; nothing when the person cancels. */
export async function pickMail(
  shell: Pick<ShellClient, 'request'>,
  format: TransferFormat,
): Promise<string[]> {
  const { paths } = await shell.request('pickMail', { kind: format === 'mbox' ? 'files' : 'folder' });
  return paths;
}

/** Asks where a mailbox is to be written: the file, or the folder that is to be made; nothing when the person cancels. */
export async function pickExportPath(
  shell: Pick<ShellClient, 'request'>,
  format: TransferFormat,
  mailboxName: string,
): Promise<string | undefined> {
  const name = harmlessFileName(`${mailboxName}.mbox`, 'application/mbox', 1);
  if (format === 'mbox') return (await shell.request('pickSavePath', { suggestedName: name })).path;
  const { path } = await shell.request('pickFolder', {});
  return path === undefined ? undefined : join(path, name.slice(0, -'.mbox'.length));
}

export type PickedFile = { filename: string; contentType: string; content: Uint8Array };

/** Lets the person pick files and reads them whole; nothing is taken when one of them cannot be read or all are too large together. */
export async function pickFiles(shell: ShellClient, roomLeft: number): Promise<PickedFile[]> {
  const { paths } = await shell.request('pickFiles', {});
  const files: PickedFile[] = [];
  let total = 0;
  for (const path of paths) {
    const filename = basename(path);
    try {
      const about = await stat(path);
      // A device or a pipe has no size and no end.
      if (!about.isFile()) throw new Error('not a file');
      total += about.size;
      if (total > roomLeft) {
        throw new MailError('attachment-too-large', { detail: { filename, limit: LIMITS.draftAttachments } });
      }
      files.push({ filename, contentType: contentTypeOf(filename), content: await readFile(path) });
    } catch (error) {
      if (error instanceof MailError) throw error;
      throw new MailError('attachment-unreadable', { detail: { filename }, cause: error });
    }
  }
  return files;
}
