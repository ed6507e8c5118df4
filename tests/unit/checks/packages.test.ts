/** What the program is made of comes from one place, and is what it was when it was looked at (R22). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const dependencies = z.record(z.string(), z.string()).default({});
const lockFile = z.object({
  lockfileVersion: z.number(),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
      dependencies,
      devDependencies: dependencies,
    }),
  ),
});
const read = (path: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../..', path), 'utf8'));

const { '': project, ...packages } = lockFile.parse(read('package-lock.json')).packages;

/** Nothing that `npm ci` installs may run code of its own, but these, which were looked at. */
const RUN_SCRIPTS = ['node_modules/electron-winstaller', 'node_modules/keytar'];

describe('the packages', () => {
  it('are pinned to their bytes, and come from the npm registry', () => {
    expect(Object.keys(packages).length).toBeGreaterThan(100);
    for (const [path, one] of Object.entries(packages)) {
      expect(one.link, path).toBeUndefined();
      expect(one.version, path).toMatch(/^\d+\.\d+\.\d+/);
      expect(one.integrity, path).toMatch(/^sha512-/);
      expect(one.resolved ?? 'https://registry.npmjs.org/', path).toMatch(
        /^https:\/\/registry\.npmjs\.org\//,
      );
    }
  });

  it('that are asked for are those of the lock file', () => {
    const asked = z.object({ dependencies, devDependencies: dependencies }).parse(read('package.json'));
    expect(project).toMatchObject(asked);
  });

  it('run no code when they are installed, but those that were looked at', () => {
    const running = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript);
    expect(running.toSorted()).toEqual(RUN_SCRIPTS);
  });

  it('hold an Electron whose end of support is known', () => {
    const major = packages['node_modules/electron']?.version?.split('.')[0] ?? '';
    expect(read('app/support.json')).toMatchObject({ electron: { [major]: expect.any(String) } });
  });
});
