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
  | 'recovery-put-off-at'
  /** The newest signed notice that was ever loaded: none that is older is taken. */
  | 'notice-issued-at'
  /** The audit log is new, and the keychain does not know it yet. */
  | 'activity-began-at';

/** What is noted as text. */
export type TextNoteName = /** The last Security check, as JSON. */ 'security-check';

export type NoteTable = {
  /** Undefined when it was never written, or is no number. */
  get(name: NoteName): number | undefined;
  set(name: NoteName, value: number | undefined): void;
  text(name: TextNoteName): string | undefined;
  setText(name: TextNoteName, value: string): void;
};

export function createNoteTable({ journal }: Pick<Context, 'journal'>): NoteTable {
  return {
    get: (name) => readNote(journal, name),
    set: (name, value) => writeNote(journal, name, value),
    text: (name) => readText(journal, name),
    setText: (name, value) => writeText(journal, name, value),
  };
}

export function readNote(journal: Database, name: NoteName): number | undefined {
  const text = readText(journal, name);
  const value = Number(text);
  return text === undefined || !Number.isSafeInteger(value) ? undefined : value;
}

export function writeNote(journal: Database, name: NoteName, value: number | undefined): void {
  if (value === undefined) journal.run('DELETE FROM note WHERE name = ?', [name]);
  else writeText(journal, name, String(Math.trunc(value)));
}

function readText(journal: Database, name: NoteName | TextNoteName): string | undefined {
  return journal.get<{ value: string }>('SELECT value FROM note WHERE name = ?', [name])?.value;
}

function writeText(journal: Database, name: NoteName | TextNoteName, value: string): void {
  journal.run(
    'INSERT INTO note(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value',
    [name, value],
  );
}
