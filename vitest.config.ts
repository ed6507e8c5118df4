/**
 * The lanes of the tests. `unit` needs nothing but Node; `integration` and `hostile` start real servers;
 * `e2e` drives the real program. Lanes that are run by one command run one after the other.
 */
import { defineConfig } from 'vitest/config';

const inFolder = (name: string): string[] => [`tests/${name}/**/*.test.{ts,tsx}`];

/** Windows on one desktop take the focus from each other; on a headless Linux each test file has a display of its own. */
const hasOneDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** A wait ends when it is so. This is only when to give up: a second, as Vitest has it, is nothing on a busy machine. */
const expectation = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: inFolder('unit'),
          environment: 'node',
          expect: expectation,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: inFolder('integration'),
          environment: 'node',
          expect: expectation,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'hostile',
          include: inFolder('hostile'),
          environment: 'node',
          expect: expectation,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: inFolder('e2e'),
          environment: 'node',
          expect: expectation,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: hasOneDisplay ? 1 : 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
