import type { AuditKind } from '../../src-shared/model/activity.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import type { AuditEntry, AuditRecord, AuditTable } from './account-records.ts';
import type { Context } from './context.ts';
import type { Value } from './database.ts';

type AuditRow = {
  at: number;
  account_id: AccountId | null;
  kind: AuditKind;
  host: string | null;
  detail: string | null;
};

export function createAuditTable(context: Context): AuditTable {
  return {
    append: (record) => appendAudit(context, record),
    list({ accountId, limit }) {
      const [where, params]: [string, Value[]] =
        accountId === undefined ? ['', []] : ['WHERE account_id = ?', [accountId]];
      return context.journal
        .all<AuditRow>(
          `SELECT at, account_id, kind, host, detail FROM audit ${where} ORDER BY audit_id DESC LIMIT ?`,
          [...params, limit],
        )
        .map(entryFrom);
    },
  };
}

/** Writes an entry, as part of the caller's transaction when there is one. */
export function appendAudit({ journal, clock }: Context, record: AuditRecord): void {
  journal.run('INSERT INTO audit(at, account_id, kind, host, detail) VALUES (?, ?, ?, ?, ?)', [
    clock.now(),
    record.accountId ?? null,
    record.kind,
    record.host ?? null,
    record.detail ? JSON.stringify(record.detail) : null,
  ]);
}

function entryFrom(row: AuditRow): AuditEntry {
  return {
    at: row.at,
    kind: row.kind,
    ...(row.account_id !== null && { accountId: row.account_id }),
    ...(row.host !== null && { host: row.host }),
    ...(row.detail !== null && { detail: JSON.parse(row.detail) as Record<string, string | number> }),
  };
}
