import { afterEach, describe, expect, test } from 'vitest';
import { checkSources, sourceRules } from '../../../scripts/checks/sources.mjs';
import { type PlantedProject, plantProject } from './planted-project.ts';

/** One file for each rule. What the rules look for is put together, so that this file keeps them too. */
const planted: Record<string, readonly [file: string, text: string]> = {
  'file-size': ['src-main/base/long.ts', 'export {};\n'.repeat(501)],
  'no-barrel': ['src-shared/model/index.ts', 'export {};\n'],
  'electron-in-its-rooms': ['src-main/accounts/window.ts', `import { app } from ${"'elec"}${"tron'"};\n`],
  'no-weak-tls': ['src-main/imap/trusting.ts', 'connect({ tls: { rejectUnauthorized: false } });\n'],
  'no-suppression': ['src-main/base/quiet.ts', `// @ts-${'expect-error'} it is fine\n`],
  'no-secret': ['app/providers.json', `{ "clientSecret": "GOCSPX-${'a1B2'.repeat(7)}" }\n`],
  'no-weak-flow': ['src-main/oauth/implicit.ts', `const query = 'response_${'type=token'}';\n`],
  'no-client-secret': ['app/providers-own.json', `{ "publicClient${'Secret'}": "abc" }\n`],
  'no-lab-in-the-product': ['src-main/autoconfig/demo.ts', `export const host = 'lab.${'test'}';\n`],
};

let project: PlantedProject | undefined;
afterEach(() => project?.remove());

describe('sources check', () => {
  test('sees one violation of every rule there is', () => {
    project = plantProject(Object.fromEntries(Object.values(planted)));
    const { findings } = checkSources(project.root);
    for (const { name } of sourceRules) {
      expect(planted, `a violation of ${name} is planted`).toHaveProperty([name]);
      expect(findings, `${name} is caught`).toContainEqual(
        expect.objectContaining({ rule: name, file: planted[name]?.[0] }),
      );
    }
    expect(findings).toHaveLength(sourceRules.length);
  });

  test.each([
    'process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"',
    'const options = { rejectUnauthorized: isProduction }',
    'options.rejectUnauthorized = false',
    'app.commandLine.appendSwitch("ignore-certificate-errors")',
    'createTransport({ ignoreTLS: true })',
  ])('refuses the weak TLS of %s', (line) => {
    project = plantProject({ 'src-main/imap/weak.ts': `${line};\n` });
    expect(checkSources(project.root).findings).toMatchObject([{ rule: 'no-weak-tls', line: 1 }]);
  });

  test.each([
    ['no-weak-flow', `const body = { grant_type: '${'pass'}word' };`],
    ['no-weak-flow', `url.searchParams.set('response_type', 'id_${'token'} token');`],
    ['no-weak-flow', `code_challenge_method: '${'pla'}in',`],
    ['no-client-secret', `const form = { client_${'secret'}: 'abc' };`],
  ])('refuses by %s: %s', (rule, line) => {
    project = plantProject({ 'src-main/oauth/weak.ts': `${line}\n` });
    expect(checkSources(project.root).findings).toMatchObject([{ rule, line: 1 }]);
  });

  test('lets a file of exactly 500 lines, electron in the shell and a checked certificate pass', () => {
    project = plantProject({
      'src-main/base/long.ts': 'export {};\n'.repeat(500),
      'src-main/shell/window.ts': `import { app } from ${"'elec"}${"tron'"};\n`,
      'src-main/imap/strict.ts': 'connect({ tls: { rejectUnauthorized: true } });\n',
      'src-main/oauth/right.ts':
        "const form = { response_type: 'code', grant_type: 'authorization_code', clientSecret: 'required' };\n",
      'src-main/engine.ts': 'delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;\n',
    });
    expect(checkSources(project.root).findings).toEqual([]);
  });

  test('says on which line it is', () => {
    project = plantProject({ 'src-main/a.ts': `\n\n// @ts-${'ignore'}\n` });
    expect(checkSources(project.root).findings).toMatchObject([{ rule: 'no-suppression', line: 3 }]);
  });
});
