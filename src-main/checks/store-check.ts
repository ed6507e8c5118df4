import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckItem } from '../../src-shared/model/security-check.ts';
import { opensWithoutKey } from '../store/database.ts';

const FILES = ['journal.db', 'store.db'];

/** R5: the databases of the profile, which are open, cannot be read by who has no key. */
export function checkStore(directory: string): CheckItem {
  const item = (state: CheckItem['state'], outcome: string, facts: CheckItem['facts']): CheckItem => ({
    name: 'store-encryption',
    state,
    outcome,
    facts,
  });
  for (const file of FILES) {
    const path = join(directory, file);
    if (!existsSync(path)) return item('bad', 'missing', { file });
    if (opensWithoutKey(path)) return item('bad', 'plain', { file });
  }
  return item('good', 'encrypted', { files: FILES.length });
}
