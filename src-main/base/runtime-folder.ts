/** Where the programs of one person meet while they run: a folder that nobody else can enter, the same one for all of them. */
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { MailError, nodeErrorCode } from './errors.ts';

const NAME = 'latchkey-mail';

/**
 * The folder of the login session (XDG_RUNTIME_DIR), else one in the system's folder for temporary files, which macOS and Windows give
 * to each person; made when it is missing. Nothing in it outlives the computer's next start.
 * @throws MailError file-unwritable when it is not the person's alone: somebody else may have put it there.
 */
export function runtimeFolder(env: NodeJS.ProcessEnv = process.env, temporary: string = tmpdir()): string {
  const own = process.getuid?.();
  const session = env.XDG_RUNTIME_DIR;
  const inSession =
    session !== undefined && isAbsolute(session) ? ownFolder(join(session, NAME), own) : undefined;
  const folder = inSession ?? ownFolder(join(temporary, own === undefined ? NAME : `${NAME}-${own}`), own);
  if (folder === undefined) throw new MailError('file-unwritable');
  return folder;
}

function ownFolder(folder: string, own: number | undefined): string | undefined {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (nodeErrorCode(error) !== 'EEXIST') return undefined;
  }
  const there = lstatSync(folder); // a link is none of ours
  const isOwn = own === undefined || (there.uid === own && (there.mode & 0o077) === 0);
  return isOwn && there.isDirectory() ? folder : undefined;
}
