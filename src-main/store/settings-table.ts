import { DEFAULT_SETTINGS, settings as settingsSchema } from '../../src-shared/model/settings.ts';
import type { SettingsTable } from './account-records.ts';
import type { Context } from './context.ts';

export function createSettingsTable({ journal, emit }: Context): SettingsTable {
  const get = () => {
    const rows = journal.all<{ name: string; value: string }>('SELECT name, value FROM setting');
    const stored = Object.fromEntries(rows.map((row) => [row.name, JSON.parse(row.value) as unknown]));
    // A value of another version that no longer fits must not keep the program from starting.
    return settingsSchema.safeParse({ ...DEFAULT_SETTINGS, ...stored }).data ?? DEFAULT_SETTINGS;
  };
  return {
    get,
    set(change) {
      journal.transaction(() => {
        for (const [name, value] of Object.entries(change)) {
          if (value === undefined) continue;
          journal.run(
            'INSERT INTO setting(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value',
            [name, JSON.stringify(value)],
          );
        }
      });
      const settings = get();
      emit({ kind: 'settings', settings });
      return settings;
    },
  };
}
