import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Write } from '../base/pieces.ts';
import { markFromWeb } from '../base/web-mark.ts';
import { inFileWords, writeNewFile } from '../base/write-file.ts';
import { leftSessions, sessionPrefix } from '../profile/profile-files.ts';

export type DraggedFiles = {
  /** Writes a file for a drag, each into a folder of its own so that it keeps its name. @throws MailError disk-full, file-unwritable; or what `content` throws. */
  write(filename: string, content: (write: Write) => Promise<void>): Promise<string>;
  /** Deletes them all. */
  remove(): void;
};

/** Whoever the file was dropped on has read it by the time that so many others were dragged. */
const MOST_KEPT = 20;
const MARK = 'dragged-';

/**
 * Attachments as files while they are dragged out of the window: readable for their owner only, in a folder that is named like that of a
 * session, so that what a crash leaves behind is counted, erased, and deleted at the next start as sessions are.
 */
export function createDraggedFiles(temporaryDirectory: string): DraggedFiles {
  let folder: string | undefined;
  let count = 0;
  for (const left of leftSessions(temporaryDirectory)) {
    if (left.includes(`-${MARK}`)) rmSync(left, { recursive: true, force: true });
  }

  function remove(): void {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  }

  return {
    async write(filename, content) {
      let path = '';
      await inFileWords(async () => {
        // "Erase everything" takes the folder too.
        if (folder === undefined || !existsSync(folder)) {
          folder = mkdtempSync(join(temporaryDirectory, `${sessionPrefix()}${MARK}`));
        }
        count += 1;
        rmSync(join(folder, String(count - MOST_KEPT)), { recursive: true, force: true });
        const own = join(folder, String(count));
        await mkdir(own, { mode: 0o700 });
        path = join(own, filename);
        await writeNewFile(path, content);
        await markFromWeb(path);
      });
      return path;
    },
    remove,
  };
}
