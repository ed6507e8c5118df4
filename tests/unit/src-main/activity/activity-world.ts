import type { Activity } from '../../../../src-main/activity/activity.ts';
import { createActivity } from '../../../../src-main/activity/activity.ts';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createLog } from '../../../../src-main/base/log.ts';
import { openDatabase } from '../../../../src-main/store/database.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import { openStore } from '../../../../src-main/store/store.ts';
import { createVault, type Vault } from '../../../../src-main/vault/vault.ts';
import { createManualClock, type ManualClock } from '../../../integration/manual-clock.ts';
import { KEY, openTestStore, START } from '../store/test-store.ts';

export const DAY = 24 * 60 * 60_000;

export type ActivityWorld = {
  activity: Activity;
  store: Store;
  vault: Vault;
  clock: ManualClock;
  directory: string;
  lines: string[];
  /** What the keychain says of the log's end. */
  head(): Promise<{ number: number } | undefined>;
  seal(): Promise<void>;
  /** Runs SQL as somebody who has the key of the database and not the keychain, while the program does not run; then starts it again. */
  tamper(...statements: string[]): Promise<void>;
  lockKeychain(isLocked: boolean): void;
};

/** The log over a real store, with a keychain in memory. */
export function openActivityWorld({ isTemporary = false } = {}): ActivityWorld {
  const test = openTestStore();
  test.store.close();
  const clock = createManualClock(START);
  const lines: string[] = [];
  const inner = createVault({ service: 'activity test' });
  inner.startSession();
  let isLocked = false;
  const guard =
    <A extends unknown[], T>(task: (...args: A) => Promise<T>) =>
    async (...args: A) => {
      if (isLocked) throw new MailError('keychain-locked', { retry: 'later' });
      return task(...args);
    };
  const vault: Vault = {
    ...inner,
    get: guard(inner.get),
    put: guard(inner.put),
    delete: guard(inner.delete),
    names: guard(inner.names),
  };
  const open = () => {
    world.store = openStore({ directory: test.directory, key: KEY, clock });
    test.store = world.store;
    world.activity = createActivity({
      store: world.store,
      vault,
      clock,
      log: createLog((line) => lines.push(line)),
      isTemporary,
    });
    world.activity.start();
  };
  const world = {
    vault,
    clock,
    lines,
    directory: test.directory,
    async head() {
      const text = await inner.get('activity-head');
      return text === undefined ? undefined : (JSON.parse(text) as { number: number });
    },
    async seal() {
      await settle();
      clock.advance(2_000);
      // Behind the seal, which is first in the queue.
      await world.activity.check();
    },
    async tamper(...statements: string[]) {
      await world.activity.stop();
      world.store.close();
      const journal = openDatabase({
        path: `${test.directory}/journal.db`,
        key: KEY,
        synchronous: 'NORMAL',
      });
      for (const statement of statements) journal.exec(statement);
      journal.close();
      open();
    },
    lockKeychain(now: boolean) {
      isLocked = now;
    },
  } as ActivityWorld;
  open();
  return world;
}

/** Whatever waits for the end of a turn has had it. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
