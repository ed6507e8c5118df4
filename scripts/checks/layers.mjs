/**
 * Holds every import against the floors in .dependency-cruiser.mjs, and fails when the cruiser saw fewer files
 * than git lists: with a TypeScript that it does not know it would see none, and be green.
 */
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import rules from '../../.dependency-cruiser.mjs';
import { PlainError, runMain } from '../lib/run.mjs';
import { listFiles } from './source-files.mjs';

const isSource = (/** @type {string} */ file) => /^src-[^/]+\/.*\.[cm]?[jt]sx?$/.test(file);

/**
 * @param {string} root a folder with src-* and a git repository
 * @param {{ exclude?: string }} [options] `exclude` blinds the cruiser, for the test of the count
 * @returns {Promise<{ findings: import('./source-files.mjs').Finding[], seen: number }>}
 */
export async function checkLayers(root, options = {}) {
  const listed = listFiles(root).filter(isSource);
  if (listed.length === 0) throw new PlainError('There are no sources to check.');
  const folders = [...new Set(listed.map((file) => file.split('/')[0] ?? ''))];
  const { output } = await cruise(folders, {
    .../** @type {import('dependency-cruiser').ICruiseOptions} */ (rules.options),
    ...(options.exclude === undefined ? {} : { exclude: { path: options.exclude } }),
    baseDir: root,
    validate: true,
    ruleSet: {
      forbidden: /** @type {import('dependency-cruiser').IForbiddenRuleType[]} */ (rules.forbidden),
    },
  });
  if (typeof output === 'string') throw new PlainError('dependency-cruiser answered with text.');
  const seen = new Set(output.modules.map((module) => module.source));
  const unseen = listed.filter((file) => !seen.has(file));
  const findings = output.summary.violations.map((violation) => ({
    rule: violation.rule.name,
    file: violation.from,
    words: `may not import ${violation.cycle ? violation.cycle.map((step) => step.name).join(' → ') : violation.to}`,
  }));
  for (const file of unseen)
    findings.push({
      rule: 'all-files-seen',
      file,
      words: 'is listed by git but was not read by the layers check',
    });
  return { findings, seen: listed.length - unseen.length };
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const { findings, seen } = await checkLayers(process.argv[2] ?? join(import.meta.dirname, '../..'));
    for (const { rule, file, words } of findings) process.stdout.write(`${file}: ${rule}: ${words}\n`);
    process.stdout.write(`${findings.length} violations in ${seen} files\n`);
    return findings.length === 0 ? 0 : 1;
  });
}
