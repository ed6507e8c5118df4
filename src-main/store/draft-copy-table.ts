/**
 * The copies of drafts in the mailbox Drafts. A row is written before a copy is sent, so that after a crash its Message-ID tells whether
 * it came there; it goes when the copy is known not to be there. Which draft a copy belongs to stands in the row only: a message of
 * Drafts that has none is never touched.
 */
import type { Draft } from '../../src-shared/model/draft.ts';
import type { AccountId, DraftId, MessageId } from '../../src-shared/model/ids.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { isEmptyDraft } from './draft-content.ts';
import { showRestOfDrafts, whereIs } from './draft-copy-places.ts';
import type { CopyPlace, DraftCopy, DraftCopyTable, DraftWork } from './draft-records.ts';
import { IS_STORED, insertAttachment, insertDraft, REST_MS, requireDraft } from './draft-table.ts';

type CopyRow = {
  copy_id: number;
  draft_id: DraftId;
  account_id: AccountId;
  version: number;
  message_id_header: string;
  is_old: number;
  uid_validity: number | null;
  uid: number | null;
  stored_at: number | null;
};

const COLUMNS =
  'copy_id, draft_id, account_id, version, message_id_header, is_old, uid_validity, uid, stored_at';
const HAS_DRAFT = 'EXISTS (SELECT 1 FROM draft d WHERE d.draft_id = draft_copy.draft_id)';
/** Drafts of an account that are to go to the server. */
const TO_STORE = `account_id = ? AND submission_id IS NULL AND store_at IS NOT NULL AND NOT ${IS_STORED}`;

export function createDraftCopyTable(context: Context, held: ReadonlySet<DraftId>): DraftCopyTable {
  const { journal, clock, emit } = context;
  const rowsOf = (accountId: AccountId) =>
    journal.all<CopyRow>(`SELECT ${COLUMNS} FROM draft_copy WHERE account_id = ? ORDER BY copy_id`, [
      accountId,
    ]);
  const rowAt = (copyId: number) =>
    journal.get<CopyRow>(`SELECT ${COLUMNS} FROM draft_copy WHERE copy_id = ?`, [copyId]);
  const drop = (copyId: number) => journal.run('DELETE FROM draft_copy WHERE copy_id = ?', [copyId]);
  const showRest = (accountId: AccountId) =>
    showRestOfDrafts(
      context,
      accountId,
      rowsOf(accountId).flatMap((row) => copyFrom(row).place ?? []),
    );

  function lost(copyId: number): void {
    const row = rowAt(copyId);
    if (!row) return;
    const { draft_id: draftId, account_id: accountId } = row;
    const draft = journal.get<{ version: number; submission_id: string | null }>(
      'SELECT version, submission_id FROM draft WHERE draft_id = ?',
      [draftId],
    );
    const isUnchanged = draft?.version === row.version && draft.submission_id === null;
    if (isUnchanged && held.has(draftId)) return;
    journal.transaction(() => {
      drop(copyId);
      if (isUnchanged) journal.run('DELETE FROM draft WHERE draft_id = ?', [draftId]);
      else {
        journal.run(
          'UPDATE draft SET is_copy = 1, store_at = ifnull(store_at, ?) WHERE draft_id = ? AND submission_id IS NULL',
          [clock.now() + REST_MS, draftId],
        );
      }
    });
    showRest(accountId);
    if (draft) emit({ kind: 'drafts' });
  }

  /** Copies that the store knows to have gone, and those that have to be looked for. */
  function firstDoubtful(accountId: AccountId): DraftCopy | undefined {
    for (const row of rowsOf(accountId)) {
      const copy = copyFrom(row);
      const isCurrent = row.is_old === 0 && isThere(row.draft_id);
      if (!copy.place) return copy;
      const found = whereIs(context, accountId, copy.place);
      if (found === 'other-validity') return copy;
      if (found === 'gone') isCurrent ? lost(copy.copyId) : drop(copy.copyId);
    }
    return undefined;
  }

  /** A copy that has come there is the draft's from now on; those before it are not. */
  function makeCurrent({ copy_id: copyId, draft_id: draftId, version }: CopyRow, hasReplaced: boolean): void {
    const others = 'draft_id = ? AND copy_id <> ? AND is_old = 0';
    journal.run(
      hasReplaced
        ? `DELETE FROM draft_copy WHERE ${others}`
        : `UPDATE draft_copy SET is_old = 1 WHERE ${others}`,
      [draftId, copyId],
    );
    // Unless the person went on in another account meanwhile.
    const isOther =
      'ifnull((SELECT d.account_id <> draft_copy.account_id FROM draft d WHERE d.draft_id = ?), 0)';
    journal.run(`UPDATE draft_copy SET stored_at = ?, is_old = ${isOther} WHERE copy_id = ?`, [
      clock.now(),
      draftId,
      copyId,
    ]);
    journal.run('UPDATE draft SET store_at = NULL, store_error = NULL WHERE draft_id = ? AND version = ?', [
      draftId,
      version,
    ]);
  }

  const isThere = (draftId: DraftId): boolean =>
    journal.get('SELECT 1 AS x FROM draft WHERE draft_id = ?', [draftId]) !== undefined;

  /** The draft that has rested longest. One in which nothing is (any more) is not stored, and its copy goes. */
  function firstToStore(accountId: AccountId): { draft: Draft; version: number } | undefined {
    for (;;) {
      const row = journal.get<{ draft_id: DraftId; version: number }>(
        `SELECT draft_id, version FROM draft WHERE ${TO_STORE} AND store_at <= ? ORDER BY store_at, rowid LIMIT 1`,
        [accountId, clock.now()],
      );
      if (!row) return undefined;
      const { draft_id: draftId, version } = row;
      const draft = requireDraft(context, draftId);
      if (!isEmptyDraft(draft)) return { draft, version };
      journal.transaction(() => {
        journal.run('UPDATE draft SET store_at = NULL WHERE draft_id = ?', [draftId]);
        journal.run('UPDATE draft_copy SET is_old = 1 WHERE draft_id = ?', [draftId]);
      });
    }
  }

  function unwanted(accountId: AccountId): CopyRow | undefined {
    return journal.get<CopyRow>(
      `SELECT ${COLUMNS} FROM draft_copy WHERE account_id = ? AND (is_old = 1 OR NOT ${HAS_DRAFT}) ORDER BY copy_id LIMIT 1`,
      [accountId],
    );
  }

  function next(accountId: AccountId): DraftWork | undefined {
    const doubtful = firstDoubtful(accountId);
    if (doubtful) return { kind: 'find', copy: doubtful };
    const due = firstToStore(accountId);
    if (due) {
      const before = journal.get<CopyRow>(
        `SELECT ${COLUMNS} FROM draft_copy WHERE draft_id = ? AND account_id = ? AND is_old = 0`,
        [due.draft.draftId, accountId],
      );
      return { kind: 'store', ...due, before: before && copyFrom(before) };
    }
    const row = unwanted(accountId);
    return row && { kind: 'remove', copy: copyFrom(row) };
  }

  return {
    next,
    nextAt: (accountId) =>
      journal.get<{ at: number | null }>(`SELECT min(store_at) AS at FROM draft WHERE ${TO_STORE}`, [
        accountId,
      ])?.at ?? undefined,
    isAnythingLeft: (accountId) =>
      journal.get(`SELECT 1 AS x FROM draft WHERE ${TO_STORE} AND store_error IS NULL LIMIT 1`, [
        accountId,
      ]) !== undefined || unwanted(accountId) !== undefined,
    begin(draftId, version, messageIdHeader) {
      return journal.transaction(() => {
        const draft = journal.get<{ account_id: AccountId }>(
          'SELECT account_id FROM draft WHERE draft_id = ? AND version = ? AND submission_id IS NULL',
          [draftId, version],
        );
        if (!draft) return undefined;
        // Not yet that of the draft: the one before it is, until this one is known to be there.
        return journal.insert(
          'INSERT INTO draft_copy(draft_id, account_id, version, message_id_header, is_old) VALUES (?, ?, ?, ?, 1)',
          [draftId, draft.account_id, version, messageIdHeader],
        );
      });
    },
    confirm(copyId, { uidValidity, uid }, { hasReplaced = false } = {}) {
      const row = rowAt(copyId);
      if (!row) return;
      const { account_id: accountId } = row;
      journal.transaction(() => {
        journal.run('UPDATE draft_copy SET uid_validity = ?, uid = ? WHERE copy_id = ?', [
          uidValidity,
          uid,
          copyId,
        ]);
        if (row.stored_at === null) makeCurrent(row, hasReplaced);
      });
      showRest(accountId);
      emit({ kind: 'drafts' });
    },
    forget(copyId) {
      const row = rowAt(copyId);
      if (!row) return;
      drop(copyId);
      showRest(row.account_id);
      emit({ kind: 'drafts' });
    },
    refuse(draftId, version, code, again) {
      journal.run(
        'UPDATE draft SET store_error = ?, store_at = ? WHERE draft_id = ? AND version = ? AND submission_id IS NULL',
        [code, again ?? null, draftId, version],
      );
      emit({ kind: 'drafts' });
    },
    lost,
    adopt(content, attachments, { uidValidity, uid, messageIdHeader, storedAt, answeredHeader }) {
      const { accountId } = content;
      const inReplyTo = answeredHeader && messageByHeader(context.mail, accountId, answeredHeader);
      const draftId = journal.transaction(() => {
        const made = insertDraft(context, { ...content, ...(inReplyTo && { inReplyTo }) });
        for (const attachment of attachments) insertAttachment(journal, made, attachment);
        journal.run(
          `INSERT INTO draft_copy(draft_id, account_id, version, message_id_header, uid_validity, uid, stored_at)
           VALUES (?, ?, 1, ?, ?, ?, ?)`,
          [made, accountId, messageIdHeader, uidValidity, uid, storedAt],
        );
        return made;
      });
      showRest(accountId);
      emit({ kind: 'drafts' });
      return requireDraft(context, draftId);
    },
    draftAt: (accountId, { uidValidity, uid }) =>
      journal.get<{ draft_id: DraftId }>(
        `SELECT draft_id FROM draft_copy WHERE account_id = ? AND uid_validity = ? AND uid = ? AND ${HAS_DRAFT}`,
        [accountId, uidValidity, uid],
      )?.draft_id,
    showRest,
  };
}

function copyFrom(row: CopyRow): DraftCopy {
  const { uid_validity: uidValidity, uid } = row;
  const place: CopyPlace | undefined =
    uidValidity === null || uid === null || row.stored_at === null ? undefined : { uidValidity, uid };
  return {
    copyId: row.copy_id,
    draftId: row.draft_id,
    accountId: row.account_id,
    version: row.version,
    messageIdHeader: row.message_id_header,
    ...(place && { place }),
  };
}

function messageByHeader(mail: Database, accountId: AccountId, header: string): MessageId | undefined {
  return mail.get<{ id: MessageId }>(
    'SELECT message_id AS id FROM message WHERE message_id_header = ? AND +account_id = ? ORDER BY message_id DESC LIMIT 1',
    [header, accountId],
  )?.id;
}
