import { MailError } from '../base/errors.ts';
import type { Database } from './database.ts';

/** Numbered from 1 by its place in the list: once released, a step is never changed, only followed by another. */
export type Migration = string;

/**
 * Brings a database to the last step, each step in a transaction together with its number.
 * @throws MailError store-newer when a newer program wrote it.
 */
export function migrate(database: Database, migrations: Migration[]): void {
  const at = Number(database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0);
  refuseNewer(at, migrations);
  migrations.forEach((step, index) => {
    if (index < at) return;
    database.transaction(() => {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${index + 1}`);
    });
  });
}

/** @throws MailError store-newer */
export function refuseNewer(version: number, migrations: Migration[]): void {
  if (version > migrations.length) throw new MailError('store-newer');
}
