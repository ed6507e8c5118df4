/** An engine for which it is later: what comes minutes after something else is tested without waiting for it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { killEngine } from './walks.ts';
import type { World } from './world.ts';

/** From the next engine on the clock can be moved; starts that engine. Answers with what moves it, in milliseconds from the real time. */
export async function moveClock({ run }: World, program: Program): Promise<(ms: number) => void> {
  const moved = join(run.path, 'clock-moved-by');
  const first = join(run.path, 'later-clock.mjs');
  const move = (ms: number): void => writeFileSync(moved, String(ms));
  move(0);
  await program.app.evaluate(
    ({ utilityProcess }, { first, moved }) => {
      const { writeFileSync } = process.getBuiltinModule('node:fs');
      const { pathToFileURL } = process.getBuiltinModule('node:url');
      const fork = utilityProcess.fork;
      utilityProcess.fork = (entry, args, options) => {
        writeFileSync(
          first,
          `import { readFileSync } from 'node:fs';
           const now = Date.now;
           Date.now = () => now() + Number(readFileSync(${JSON.stringify(moved)}, 'utf8'));
           await import(${JSON.stringify(pathToFileURL(entry).href)});`,
        );
        return fork(first, args, options);
      };
    },
    { first, moved },
  );
  await killEngine(program);
  return move;
}
