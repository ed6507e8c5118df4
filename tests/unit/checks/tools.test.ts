import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { addTallies, countReport } from '../../../scripts/lib/checks.mjs';
import { electronFlags } from '../../../scripts/lib/electron-runtime.mjs';
import { checkNode } from '../../../scripts/lib/ensure-packages.mjs';
import { isDebianLike, packagesFor } from '../../../scripts/lib/ensure-system.mjs';
import { type PlantedProject, plantProject } from './planted-project.ts';

const bin = (...parts: string[]) => resolve(import.meta.dirname, '../../../node_modules', ...parts);
const base = resolve(import.meta.dirname, '../../../tsconfig.base.json');

let project: PlantedProject | undefined;
afterEach(() => project?.remove());

describe('types check', () => {
  test.each([
    ['the window in shared sources', 'src-shared', ['ES2023'], [], 'export const page = document.title;'],
    ['Node in shared sources', 'src-shared', ['ES2023'], [], `import 'node:fs';`],
    [
      'an unchecked index',
      'src-main',
      ['ES2023'],
      ['node'],
      'export const one = (l: string[]): string => l[0];',
    ],
    [
      'an optional set to undefined',
      'src-main',
      ['ES2023'],
      ['node'],
      'export const o: { a?: string } = { a: undefined };',
    ],
  ])('refuses %s', (_what, folder, lib, types, text) => {
    project = plantProject({
      [`${folder}/planted.ts`]: `${text}\n`,
      [`${folder}/tsconfig.json`]: JSON.stringify({
        extends: base,
        compilerOptions: { rootDir: '..', outDir: '../out', lib, types },
        include: ['./*.ts'],
      }),
    });
    const done = spawnSync(process.execPath, [bin('typescript/bin/tsc'), '--build', folder], {
      cwd: project.root,
      encoding: 'utf8',
    });
    expect(done.status).not.toBe(0);
    expect(done.stdout).toContain('planted.ts(1,');
  });
});

describe('lint', () => {
  test.each([
    ['noExplicitAny', 'export const one = (it: any): unknown => it;\n'],
    ['noDefaultExport', 'const one = 1;\nexport default one;\n'],
    ['noConsole', `console.log('hello');\n`],
    ['noFocusedTests', `import { test } from 'vitest';\n\ntest.only('one', () => {});\n`],
  ])('has %s', (rule, text) => {
    project = plantProject({ 'src-main/planted.ts': text });
    const config = resolve(import.meta.dirname, '../../../biome.json');
    execFileSync('cp', [config, project.root]);
    const done = spawnSync(process.execPath, [bin('@biomejs/biome/bin/biome'), 'check', '.'], {
      cwd: project.root,
      encoding: 'utf8',
    });
    expect(done.status).not.toBe(0);
    expect(done.stderr + done.stdout).toContain(rule);
  });
});

describe('counting', () => {
  const report = (passed: number, failed: number, files: object[] = []) =>
    JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: files,
    });

  test('a file that could not be loaded is one failure', () => {
    const files = [{ status: 'failed', assertionResults: [] }];
    expect(countReport(report(2, 0, files), 1)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });

  test('a run that failed without a failed test is one failure', () => {
    expect(countReport(report(2, 0), 1).failed).toBe(1);
    expect(countReport(undefined, 0).failed).toBe(1);
  });

  test('tallies are added up', () => {
    const tally = { passed: 1, failed: 2, skipped: 3 };
    expect(addTallies([tally, tally])).toEqual({ passed: 2, failed: 4, skipped: 6 });
  });
});

describe('set-up', () => {
  test('an old Node is refused with a sentence that names the needed one', () => {
    expect(() => checkNode('20.17.0')).toThrow('20.18 or newer; this is Node 20.17.0');
    expect(() => checkNode('18.20.0')).toThrow();
    expect(() => checkNode('20.18.1')).not.toThrow();
    expect(() => checkNode('24.0.0')).not.toThrow();
  });

  test('Debian and its children are told from other systems', () => {
    expect(isDebianLike('NAME="Debian GNU/Linux"\nID=debian\n')).toBe(true);
    expect(isDebianLike('ID=linuxmint\nID_LIKE="ubuntu debian"\n')).toBe(true);
    expect(isDebianLike('ID=fedora\nVERSION_ID=42\n')).toBe(false);
  });

  test('a desktop is asked for no virtual screen to run the program, the tests always bring theirs', () => {
    expect(packagesFor('run', false)).not.toContain('xvfb');
    expect(packagesFor('run', false)).not.toContain('dovecot-imapd');
    expect(packagesFor('demo', true)).toEqual(
      expect.arrayContaining(['xvfb', 'gnome-keyring', 'dovecot-imapd']),
    );
    expect(packagesFor('test', false)).toContain('xvfb');
    expect(packagesFor('check', true)).toEqual(['git']);
  });

  test('graphics are switched off on a virtual screen only', () => {
    expect(electronFlags({ isVirtualDisplay: true })).toContain('--disable-gpu');
    expect(electronFlags({ isVirtualDisplay: false })).not.toContain('--disable-gpu');
  });
});
