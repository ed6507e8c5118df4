import type { LostContent } from '../../src-shared/model/profile.ts';
import type { Database } from './database.ts';
import { ACTIVE } from './operation-rows.ts';

/**
 * `unsent`: messages that wait to be sent, or of which nobody knows whether they were. `changes`: messages with a change that no server
 * has heard of; a change of mailboxes or a copy to be filed counts as one.
 */
export type OnlyHereCounts = Omit<LostContent, 'savedAt'>;

/** Counted from few rows: what waits. */
export function countOnlyHere(journal: Database): Omit<OnlyHereCounts, 'imported'> {
  const count = (sql: string) => Number(journal.get<{ n: number | null }>(`SELECT ${sql}`)?.n ?? 0);
  return {
    drafts: count('count(*) AS n FROM draft WHERE submission_id IS NULL'),
    unsent: count("count(*) AS n FROM submission WHERE state <> 'sent'"),
    changes: count(`sum(max(1, json_array_length(targets))) AS n FROM operation WHERE ${ACTIVE}`),
  };
}
