/** Rules that a look at a file's name and text can decide. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PlainError, runMain } from '../lib/run.mjs';
import { listFiles } from './source-files.mjs';

const longest = 500;

/**
 * @typedef {object} SourceRule
 * @property {string} name
 * @property {string} words why it is refused
 * @property {RegExp} files which files it is about
 * @property {RegExp} [not] and which of them it leaves alone
 * @property {RegExp} [pattern] what may not stand in them; without it their existence is the fault
 * @property {number} [maxLines]
 */

/**
 * The patterns are put together from pieces, so that this file does not trip over itself.
 * @param {string[]} pieces
 */
const anyOf = (...pieces) => new RegExp(pieces.join('|'), 'm');

/** @type {readonly SourceRule[]} */
export const sourceRules = [
  {
    name: 'file-size',
    words: `has more than ${longest} lines`,
    files: /\.(ts|tsx|mjs|css)$/,
    maxLines: longest,
  },
  { name: 'no-barrel', words: 'barrels hide who imports what', files: /(^|\/)index\.(ts|tsx|mjs|js)$/ },
  {
    name: 'electron-in-its-rooms',
    words: 'electron is imported in main.ts, shell/ and preload/ only',
    files: /^src-.*\.tsx?$/,
    not: /^src-main\/(main\.ts$|shell\/|preload\/)/,
    pattern: /(from\s*|import\s*\(?\s*|require\s*\(\s*)['"]electron(\/[^'"]*)?['"]/,
  },
  {
    name: 'no-weak-tls',
    words: 'certificates are always checked',
    files: /^(src-|app\/|scripts\/|build\/).*\.(ts|tsx|mjs|json|html)$/,
    // The one place that asks for more than Node does.
    not: /^(scripts\/checks\/|app\/dist\/|src-main\/base\/certificates\.ts$)/,
    pattern: anyOf(
      'rejectUnauthorized[\'"]?\\s*[:=](?!\\s*true\\b)',
      '(?<!delete process\\.env\\.)NODE_TLS_REJECT_UNAUTHORIZED',
      'checkServerIdentity',
      'ignore-certificate-errors',
      'setCertificateVerifyProc',
      'ignoreTLS',
      'opportunisticTLS',
    ),
  },
  {
    name: 'no-suppression',
    words: 'a rule that is in the way is discussed, not switched off',
    files: /\.(ts|tsx|mjs|css)$/,
    pattern: anyOf('biome-' + 'ignore', '@ts-' + '(ignore|expect-error|nocheck)', 'eslint-' + 'disable'),
  },
  {
    name: 'no-secret',
    words: 'looks like a secret',
    files: /^(?!package-lock\.json$)/,
    pattern: anyOf(
      '-----BEGIN [A-Z ]*PRIVATE ' + 'KEY-----\\s*[A-Za-z0-9+/]{20}',
      'AKIA' + '[0-9A-Z]{16}',
      'AIza' + '[0-9A-Za-z_-]{35}',
      'GOCSPX-' + '[0-9A-Za-z_-]{20}',
      'gh[pousr]_' + '[0-9A-Za-z]{36}',
      'npm_' + '[0-9A-Za-z]{36}',
      'xox[baprs]-' + '[0-9A-Za-z-]{10}',
      'ya29\\.' + '[0-9A-Za-z_-]{20}',
    ),
  },
  {
    name: 'no-weak-flow',
    words: 'only the authorization code with PKCE and the device code are asked for',
    files: /^(src-|app\/|scripts\/|build\/).*\.(ts|tsx|mjs|json|html)$/,
    not: /^(scripts\/checks\/|app\/dist\/)/,
    pattern: anyOf(
      'response_type[\'"]?\\s*[:=,]\\s*[\'"]?[a-z_ ]*\\btoken\\b',
      'grant_type[\'"]?\\s*[:=,]\\s*[\'"]?password\\b',
      'code_challenge_method[\'"]?\\s*[:=,]\\s*[\'"]?plain\\b',
    ),
  },
  {
    name: 'no-client-secret',
    words: 'client IDs and what goes with them come from the configuration of a build',
    files: /^(src-|app\/|scripts\/|build\/).*\.(ts|tsx|mjs|json)$/,
    not: /^(scripts\/checks\/|app\/dist\/)/,
    pattern: anyOf(
      '(client_?secret|publicClientSecret)[\'"]?\\s*[:=]\\s*[\'"](?!none\\b|optional\\b|required\\b)[^\'"]',
    ),
  },
  {
    name: 'no-lab-in-the-product',
    words: 'the demo and the tests are found through a provider file only',
    files: /^(src-|app\/)/,
    pattern: anyOf('\\blab\\.' + 'test\\b', 'LATCHKEY_' + 'TEST', 'tests/servers'),
  },
];

/**
 * @param {string} root
 * @returns {{ findings: import('./source-files.mjs').Finding[], seen: number }}
 */
export function checkSources(root) {
  const files = listFiles(root).filter((file) => !/\.(png|ico|icns|woff2|eml|gz|zip|pdf|jpg)$/.test(file));
  if (files.length === 0) throw new PlainError('There are no files to check.');
  const findings = files.flatMap((file) => {
    const rules = sourceRules.filter((rule) => rule.files.test(file) && !rule.not?.test(file));
    if (rules.length === 0) return [];
    const text = readFileSync(join(root, file), 'utf8');
    return rules.flatMap((rule) => findIn(rule, file, text));
  });
  return { findings, seen: files.length };
}

/**
 * @param {SourceRule} rule
 * @param {string} file
 * @param {string} text
 * @returns {import('./source-files.mjs').Finding[]}
 */
function findIn(rule, file, text) {
  if (rule.maxLines !== undefined) {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    return lines > rule.maxLines ? [{ rule: rule.name, file, words: `${rule.words} (${lines})` }] : [];
  }
  if (!rule.pattern) return [{ rule: rule.name, file, words: `${basename(file)}: ${rule.words}` }];
  const match = rule.pattern.exec(text);
  if (!match) return [];
  return [{ rule: rule.name, file, line: text.slice(0, match.index).split('\n').length, words: rule.words }];
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const { findings, seen } = checkSources(process.argv[2] ?? join(import.meta.dirname, '../..'));
    for (const { rule, file, line, words } of findings)
      process.stdout.write(`${file}${line ? `:${line}` : ''}: ${rule}: ${words}\n`);
    process.stdout.write(`${findings.length} findings in ${seen} files\n`);
    return findings.length === 0 ? 0 : 1;
  });
}
