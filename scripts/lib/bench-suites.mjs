/** Builds and runs the suites of `tests/bench`, each in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { projectRoot } from './paths.mjs';
import { PlainError } from './run.mjs';

/** @typedef {import('../../tests/bench/suite.ts').SuiteMessage} SuiteMessage */
/** @typedef {import('../../tests/bench/suite.ts').SuiteOptions} SuiteOptions */
/** @typedef {import('../../tests/bench/suite.ts').Figure} Figure */
/** @typedef {{ name: string, figures: string[], usesProgram: boolean, onlyByName: boolean }} ListedSuite */

/** A suite that takes longer waits for something that will not come. */
const LONGEST_MS = 30 * 60_000;

/** What stands in this folder finds other files from where it stands, so it is left there. */
const ownScripts = {
  name: 'own-scripts',
  enforce: /** @type {const} */ ('pre'),
  /**
   * @param {string} id
   * @param {string | undefined} importer
   */
  resolveId(id, importer) {
    const path = importer === undefined ? id : resolve(dirname(importer), id);
    return id.startsWith('.') && dirname(path) === import.meta.dirname
      ? { id: pathToFileURL(path).href, external: true }
      : null;
  },
};

/**
 * Bundles the suites with the sources that they measure, as the program is bundled, and the workers beside them. Inside the project:
 * packages are found from there.
 * @returns {Promise<string>} the folder
 */
export async function buildSuites() {
  const outDir = join(projectRoot, '.cache', 'bench');
  const sources = join(projectRoot, 'src-main');
  const workers = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('-worker.ts'),
  );
  await build({
    root: projectRoot,
    configFile: false,
    logLevel: 'error',
    plugins: [ownScripts],
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rollupOptions: {
        input: {
          'run-suite': join(projectRoot, 'tests', 'bench', 'run-suite.ts'),
          ...Object.fromEntries(workers.map((name) => [basename(name, '.ts'), join(sources, name)])),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
  return outDir;
}

/**
 * @param {string} builtFolder
 * @returns {Promise<ListedSuite[]>} in the order of their names
 */
export async function listSuites(builtFolder) {
  /** @type {ListedSuite[]} */
  const suites = [];
  const code = await exchange(join(builtFolder, 'run-suite.js'), ['list'], process.env, (message) => {
    if (message.kind === 'suite') suites.push(message);
  });
  if (code !== 0) throw new PlainError('The suites could not be listed: see above.');
  return suites.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {string} name
 * @param {SuiteOptions} options
 * @param {{ env: NodeJS.ProcessEnv, say: (line: string) => void, add: (figure: Figure) => void }} to
 * @returns {Promise<boolean>} false when it broke; what it had measured by then has been added
 */
export async function runSuite(name, options, { env, say, add }) {
  const file = join(options.builtFolder, 'run-suite.js');
  const code = await exchange(file, ['run', name, JSON.stringify(options)], env, (message) => {
    if (message.kind === 'say') say(`  ${message.line}`);
    if (message.kind === 'figure') add(message.figure);
  });
  return code === 0;
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(message: SuiteMessage) => void} listen
 * @returns {Promise<number>}
 */
async function exchange(file, args, env, listen) {
  const child = fork(file, args, { env, execArgv: [], cwd: projectRoot, timeout: LONGEST_MS });
  child.on('message', (message) => listen(/** @type {SuiteMessage} */ (message)));
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
