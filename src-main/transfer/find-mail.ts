/** Which files under what the person picked hold mail, and into which mailbox each of them goes. */
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { looksLikeMbox, looksLikeMessage } from '../mime/mbox-reader.ts';

export type MailFile = {
  path: string;
  kind: 'mbox' | 'message';
  /** Names from the top down. */
  mailbox: string[];
  size: number;
  modifiedAt: number;
};

export type Found = MailFile | { path: string; kind: 'unreadable' };

const START = 64 * 1024;
/** Links are not followed, so a tree deeper than this was made by nobody. */
const DEEPEST = 50;

/**
 * Goes through files and folders, folder by folder: nothing is kept in memory but one folder's names. In a folder, an mbox file is a
 * mailbox of its own, .eml files belong to their folder, and what is neither is passed over in silence.
 */
export async function* findMail(paths: string[], signal: AbortSignal): AsyncGenerator<Found> {
  for (const path of paths) {
    const about = await stat(path).catch(() => undefined);
    if (about?.isDirectory()) yield* inFolder(path, [], signal);
    else yield (await asMail(path, [basename(dirname(path))], [])) ?? { path, kind: 'unreadable' };
  }
}

async function* inFolder(folder: string, below: string[], signal: AbortSignal): AsyncGenerator<Found> {
  signal.throwIfAborted();
  const own = below.length > 0 ? below : [plainName(basename(folder))];
  let entries: Awaited<ReturnType<typeof listFolder>>;
  try {
    entries = await listFolder(folder);
  } catch {
    yield { path: folder, kind: 'unreadable' };
    return;
  }
  for (const entry of entries) {
    signal.throwIfAborted();
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (below.length < DEEPEST) yield* inFolder(path, [...below, plainName(entry.name)], signal);
    } else if (entry.isFile()) {
      const isMessage = extname(path).toLowerCase() === '.eml';
      const found = await asMail(path, own, below);
      if (found && (found.kind === 'mbox' || isMessage)) yield found;
      else if (isMessage) yield { path, kind: 'unreadable' };
    }
  }
}

async function listFolder(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** `own`: where a message of this folder goes; `below`: the folder in which an mbox file becomes a mailbox. */
async function asMail(path: string, own: string[], below: string[]): Promise<MailFile | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await openFile(path);
    const about = await file.stat();
    if (about.size === 0) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START), 0, START, 0);
    const start = buffer.subarray(0, bytesRead);
    const common = { path, size: about.size, modifiedAt: about.mtimeMs };
    if (looksLikeMbox(start)) {
      const name = plainName(basename(path));
      // Apple Mail writes a folder `Name.mbox` with a file `mbox` in it.
      const isPackage = name.toLowerCase() === 'mbox' && below.length > 0;
      return { ...common, kind: 'mbox', mailbox: isPackage ? below : [...below, name] };
    }
    return looksLikeMessage(start) ? { ...common, kind: 'message', mailbox: own } : undefined;
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

/** A file that is one: a device or a pipe has no size and no end. Opening a pipe does not wait for who writes into it. */
export async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error('not a file');
}

/** The name that a mailbox gets: without what programs put behind it (`Work.sbd`, `Work.mbox`). */
function plainName(name: string): string {
  return name.replace(/\.(?:sbd|mbox|mbx|mbs)$/i, '') || name;
}
