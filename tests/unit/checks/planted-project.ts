/** A small project in a temporary folder, in which the checks have to find what was planted. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type PlantedProject = { root: string; remove: () => void };

/** Makes the folder with these files, a git repository around them, and this project's packages. */
export function plantProject(files: Record<string, string>): PlantedProject {
  const root = mkdtempSync(join(tmpdir(), 'lk-checks-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  writeFileSync(join(root, '.gitignore'), 'node_modules\n');
  symlinkSync(resolve(import.meta.dirname, '../../../node_modules'), join(root, 'node_modules'));
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    execFileSync('git', ['init', '-q'], { cwd: root });
  } catch (error) {
    remove();
    throw error;
  }
  return { root, remove };
}
