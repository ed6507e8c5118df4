/**
 * `only-here.json` beside the store: how much there is that no server has, counts and nothing else, in clear. When the store cannot be
 * opened because its key is lost, it is what the person is told before the mail is begun anew.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LostContent, lostContent } from '../../src-shared/model/profile.ts';
import type { Clock } from '../base/clock.ts';
import { writeFileWhole } from '../base/write-file.ts';
import type { Store } from '../store/store.ts';

const FILE_NAME = 'only-here.json';
/** A burst of changes is written once. */
const WAIT = 200;

/** As it was last written; nothing but zeros, and no time, when it never was. */
export function readOnlyHere(directory: string): LostContent {
  try {
    return lostContent.parse(JSON.parse(readFileSync(join(directory, FILE_NAME), 'utf8')));
  } catch {
    return { drafts: 0, unsent: 0, changes: 0, imported: 0 };
  }
}

/** Keeps the file true from now on. `stop` writes it a last time; the store has to be open still. */
export function keepOnlyHere({
  store,
  directory,
  clock,
}: {
  store: Store;
  directory: string;
  clock: Clock;
}): {
  stop(): void;
} {
  let written = '';
  let cancel: (() => void) | undefined;
  function write(): void {
    cancel = undefined;
    const counts = store.onlyHere();
    const text = JSON.stringify(counts);
    if (text === written) return;
    try {
      writeFileWhole(join(directory, FILE_NAME), `${JSON.stringify({ ...counts, savedAt: clock.now() })}\n`);
      written = text;
    } catch {
      // A full disk: what changes next, or the end of the program, tries again.
    }
  }
  const unsubscribe = store.feed.subscribe(({ kind }) => {
    if (kind === 'grant' || kind === 'settings' || kind === 'operationFailed') return;
    cancel ??= clock.after(WAIT, write);
  });
  write();
  return {
    stop() {
      unsubscribe();
      cancel?.();
      write();
    },
  };
}
