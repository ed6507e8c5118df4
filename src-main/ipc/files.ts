import { readFile, stat } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import type { TransferFormat } from '../../src-shared/model/transfer.ts';
import { fileErrorOf, MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { Write } from '../base/pieces.ts';
import { markFromWeb } from '../base/web-mark.ts';
import { writeFileBeside, writeNewFile } from '../base/write-file.ts';
import { contentTypeOf } from '../mime/compose-message.ts';
import { harmlessFileName } from '../mime/file-name.ts';
import type { ShellClient } from './shell-client.ts';

/** Asks the person where, then writes there; false when they cancel. Throws disk-full, file-unwritable, or what `content` throws. */
export async function saveFile(
  shell: Pick<ShellClient, 'request'>,
  suggestedName: string,
  content: (write: Write) => Promise<void>,
  afterwards?: (path: string) => Promise<void>,
): Promise<boolean> {
  const { path } = await shell.request('pickSavePath', { suggestedName });
  if (path === undefined) return false;
  await writeFileBeside(path, content);
  await afterwards?.(path);
  return true;
}

/** The same for a page of ours. */
export function savePage(
  shell: Pick<ShellClient, 'request'>,
  suggestedName: string,
  page: string,
): Promise<boolean> {
  return saveFile(shell, suggestedName, async (write) => write(Buffer.from(page, 'utf8')));
}

/** The same for a file that somebody sent: the system is told where it came from. */
export function saveForeignFile(
  shell: Pick<ShellClient, 'request'>,
  suggestedName: string,
  content: (write: Write) => Promise<void>,
): Promise<boolean> {
  return saveFile(shell, suggestedName, content, markFromWeb);
}

/** As many files of one name as anybody has in a folder. */
const MOST_OF_ONE_NAME = 10_000;

/**
 * Writes a file that somebody sent into a folder, under its name or, where that is taken, under `name (2).ext` and on. Nothing that is
 * there is overwritten or followed. Throws disk-full, file-unwritable, or what `content` throws; then nothing of it is left.
 */
export async function writeForeignFile(
  folder: string,
  name: string,
  content: (write: Write) => Promise<void>,
): Promise<string> {
  const { name: stem, ext } = parse(name);
  for (let number = 1; number <= MOST_OF_ONE_NAME; number++) {
    const path = join(folder, number === 1 ? name : `${stem} (${number})${ext}`);
    try {
      await writeNewFile(path, content);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue;
      throw error instanceof Error && 'syscall' in error ? fileErrorOf(error) : error;
    }
    await markFromWeb(path);
    return path;
  }
  throw new MailError('file-unwritable');
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
  if (path === undefined) return undefined;
  // Of a mailbox called `.` nothing else is left, and nothing would be the picked folder itself.
  return join(path, name.replace(/[\s.]*\.mbox$/, '') || name);
}

export type PickedFile = { filename: string; contentType: string; content: Uint8Array };

/** Lets the person pick files and reads them whole; nothing is taken when one of them cannot be read or all are too large together. */
export async function pickFiles(
  shell: Pick<ShellClient, 'request'>,
  roomLeft: number,
): Promise<PickedFile[]> {
  const { paths } = await shell.request('pickFiles', {});
  return readFiles(paths, roomLeft);
}

/** Reads files that the person picked, as `pickFiles`. Throws attachment-too-large, attachment-unreadable. */
export async function readFiles(paths: readonly string[], roomLeft: number): Promise<PickedFile[]> {
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

/** The content of a file that is one, and not larger than that; undefined otherwise. Throws what the file system throws. */
export async function readFileWithin(path: string, most: number): Promise<Uint8Array | undefined> {
  const about = await stat(path);
  return about.isFile() && about.size <= most ? readFile(path) : undefined;
}
