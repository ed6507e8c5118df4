/**
 * One suite in a process of its own: what one leaves in memory does not slow the next. `scripts/bench.mjs` builds it and starts it
 * with `list`, or with `run`, the suite's name and the options as JSON; it answers by messages.
 */
import { createRunFolder } from '../servers/run-folder.mjs';
import type { BenchContext, Suite, SuiteMessage, SuiteOptions } from './suite.ts';

const files = import.meta.glob<{ suite: Suite }>('./*.bench.ts');

async function allSuites(): Promise<Suite[]> {
  const modules = await Promise.all(Object.values(files).map((load) => load()));
  return modules.map(({ suite }) => suite);
}

function tell(message: SuiteMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) reject(new Error('started by hand: use npm run bench'));
    else process.send(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

async function runSuite(name: string, options: SuiteOptions): Promise<void> {
  const suite = (await allSuites()).find((one) => one.name === name);
  if (!suite) throw new Error(`no suite ${name}`);
  const run = createRunFolder({ prefix: 'lkb-' });
  try {
    const context: BenchContext = { ...options, run, say: (line) => void tell({ kind: 'say', line }) };
    for await (const figure of suite.run(context)) await tell({ kind: 'figure', figure });
  } finally {
    await run.remove();
  }
}

const [order, asked = '', options = '{}'] = process.argv.slice(2);
try {
  if (order === 'list') {
    for (const { name, figures, usesProgram = false, onlyByName = false } of await allSuites()) {
      await tell({ kind: 'suite', name, figures, usesProgram, onlyByName });
    }
  } else await runSuite(asked, JSON.parse(options) as SuiteOptions);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
} finally {
  // Nothing that a suite left open may keep the others waiting.
  process.disconnect?.();
  setTimeout(() => process.exit(), 2_000).unref();
}
