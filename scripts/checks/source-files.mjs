/** The files that the checks look at: those that git knows or would add. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { capture, PlainError } from '../lib/run.mjs';

/** @typedef {{ rule: string, file: string, line?: number, words: string }} Finding */

/**
 * @param {string} root
 * @returns {string[]} paths relative to root, with forward slashes
 * @throws {PlainError} when git lists nothing: a check that reads nothing must not be green
 */
export function listFiles(root) {
  const listed =
    capture('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root }) ?? '';
  const files = [...new Set(listed.split('\0'))].filter(
    (file) => file !== '' && existsSync(join(root, file)),
  );
  if (files.length === 0)
    throw new PlainError(`git lists no files in ${root}: the checks would see nothing.`);
  return files;
}
