import type { DraftContent } from '../../src-shared/model/draft.ts';
import type { LostContent } from '../../src-shared/model/profile.ts';
import type { Database } from './database.ts';
import { isEmptyDraft } from './draft-content.ts';
import { IS_STORED } from './draft-table.ts';
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
    drafts: countDrafts(journal),
    unsent: count("count(*) AS n FROM submission WHERE state <> 'sent'"),
    changes: count(`sum(max(1, json_array_length(targets))) AS n FROM operation WHERE ${ACTIVE}`),
  };
}

/** Without those that a server has as they are, and without those in which nothing is. */
function countDrafts(journal: Database): number {
  const rows = journal.all<{ content: string; attachments: number }>(
    `SELECT content, attachments FROM draft WHERE submission_id IS NULL AND NOT ${IS_STORED}`,
  );
  return rows.filter(({ content, attachments }) => {
    const draft = JSON.parse(content) as DraftContent;
    return !isEmptyDraft({ ...draft, attachments: Array.from({ length: attachments }) });
  }).length;
}
