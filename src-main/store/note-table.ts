import type { Context } from './context.ts';
import type { Database } from './database.ts';

/** What the program notes of this profile: few, small, and of no account. Times in milliseconds, written as text. */
export type NoteName =
  /** Which store.db belongs to this journal. */
  | 'store-id'
  /** Since when the store is being filled again. */
  | 'rebuilt-at'
  | 'quick-check-at'
  | 'full-check-at'
  /** When the person said "not now" to a recovery code. */
  | 'recovery-put-off-at';

export type NoteTable = {
  /** Undefined when it was never written, or is no number. */
  get(name: NoteName): number | undefined;
  set(name: NoteName, value: number | undefined): void;
};

export function createNoteTable({ journal }: Pick<Context, 'journal'>): NoteTable {
  return { get: (name) => readNote(journal, name), set: (name, value) => writeNote(journal, name, value) };
}

export function readNote(journal: Database, name: NoteName): number | undefined {
  const text = journal.get<{ value: string }>('SELECT value FROM note WHERE name = ?', [name])?.value;
  const value = Number(text);
  return text === undefined || !Number.isSafeInteger(value) ? undefined : value;
}

export function writeNote(journal: Database, name: NoteName, value: number | undefined): void {
  if (value === undefined) journal.run('DELETE FROM note WHERE name = ?', [name]);
  else
    journal.run(
      'INSERT INTO note(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value',
      [name, String(Math.trunc(value))],
    );
}
