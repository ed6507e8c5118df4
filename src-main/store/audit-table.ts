import type { ActivityEntry, AuditKind } from '../../src-shared/model/activity.ts';
import type { AccountId, ReceiptId } from '../../src-shared/model/ids.ts';
import type { AuditCheckpoint, AuditRecord, AuditTable, ChainedEntry } from './account-records.ts';
import { cleanFacts, cleanText, FIRST_HASH, hashEntry } from './audit-chain.ts';
import type { Context } from './context.ts';
import type { Database, Value } from './database.ts';

type AuditRow = {
  number: number;
  at: number;
  kind: AuditKind;
  account_id: AccountId | null;
  address: string | null;
  host: string | null;
  facts: string;
  receipt_id: ReceiptId | null;
  hash: string;
};

export function createAuditTable(context: Context): AuditTable {
  const { journal } = context;
  const checkpoint = () =>
    journal.get<AuditCheckpoint>('SELECT number, hash, at, signature FROM audit_checkpoint');
  return {
    append: (record) => appendAudit(context, record),
    list({ accountId, kinds, before, since, limit }) {
      const params: Value[] = [];
      const conditions: string[] = [];
      if (accountId !== undefined) {
        conditions.push('account_id = ?');
        params.push(accountId);
      }
      if (kinds !== undefined) {
        conditions.push('kind IN (SELECT value FROM json_each(?))');
        params.push(JSON.stringify(kinds));
      }
      if (before !== undefined) {
        conditions.push('number < ?');
        params.push(before);
      }
      if (since !== undefined) {
        conditions.push('at >= ?');
        params.push(since);
      }
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      return journal
        .all<AuditRow>(`SELECT * FROM audit ${where} ORDER BY number DESC LIMIT ?`, [...params, limit])
        .map(entryFrom);
    },
    chain: (after, limit) =>
      journal
        .all<AuditRow>('SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?', [after, limit])
        .map((row) => ({ ...entryFrom(row), hash: row.hash })),
    last: () => lastOf(journal),
    hashOf: (number) =>
      journal.get<{ hash: string }>('SELECT hash FROM audit WHERE number = ?', [number])?.hash,
    checkpoint,
    prune(before, sign) {
      return journal.transaction(() => {
        // Up to the first entry that stays: the times of a clock that was set back are not in order.
        const end = journal.get<{ number: number }>(
          'SELECT number FROM audit WHERE at >= ? ORDER BY number LIMIT 1',
          [before],
        )?.number;
        const kept = end ?? (lastOf(journal)?.number ?? 0) + 1;
        const last = journal.get<{ number: number; hash: string }>(
          'SELECT number, hash FROM audit WHERE number < ? ORDER BY number DESC LIMIT 1',
          [kept],
        );
        if (!last) return 0;
        const mark = { ...last, at: before };
        journal.run(
          `INSERT INTO audit_checkpoint(only, number, hash, at, signature) VALUES (1, ?, ?, ?, ?)
           ON CONFLICT(only) DO UPDATE
           SET number = excluded.number, hash = excluded.hash, at = excluded.at, signature = excluded.signature`,
          [mark.number, mark.hash, mark.at, sign(mark)],
        );
        const count = journal.run('DELETE FROM audit WHERE number <= ?', [mark.number]);
        appendAudit(context, { kind: 'log-pruned', detail: { count, before } });
        return count;
      });
    },
  };
}

/** Writes an entry, as part of the caller's transaction when there is one. */
export function appendAudit({ journal, clock, emit }: Context, record: AuditRecord): void {
  const { accountId, kind, host, detail = {}, receiptId } = record;
  journal.transaction(() => {
    const before = lastOf(journal) ??
      journal.get<{ number: number; hash: string }>('SELECT number, hash FROM audit_checkpoint') ?? {
        number: 0,
        hash: FIRST_HASH,
      };
    const address = record.address ?? addressOf(journal, accountId);
    const entry: ActivityEntry = {
      number: before.number + 1,
      at: Math.trunc(clock.now()),
      kind,
      ...(accountId !== undefined && { accountId }),
      ...(address !== undefined && { address: cleanText(address) }),
      ...(host !== undefined && { host: cleanText(host) }),
      facts: cleanFacts(detail),
      ...(receiptId !== undefined && { receiptId }),
    };
    journal.run(
      `INSERT INTO audit(number, at, kind, account_id, address, host, facts, receipt_id, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        entry.number,
        entry.at,
        entry.kind,
        entry.accountId ?? null,
        entry.address ?? null,
        entry.host ?? null,
        JSON.stringify(entry.facts),
        entry.receiptId ?? null,
        hashEntry(entry, before.hash),
      ],
    );
  });
  // Not before the caller's transaction is through.
  queueMicrotask(() => emit({ kind: 'activity' }));
}

function lastOf(journal: Database): { number: number; hash: string } | undefined {
  return journal.get('SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1');
}

/** The account's address, also when it has just been erased. */
function addressOf(journal: Database, accountId: AccountId | undefined): string | undefined {
  if (accountId === undefined) return undefined;
  const address =
    journal.get<{ address: string }>(
      "SELECT account ->> '$.address' AS address FROM account WHERE account_id = ?",
      [accountId],
    )?.address ??
    journal.get<{ address: string }>(
      'SELECT address FROM audit WHERE account_id = ? AND address IS NOT NULL ORDER BY number DESC LIMIT 1',
      [accountId],
    )?.address;
  return address === '' ? undefined : address;
}

function entryFrom(row: AuditRow): ActivityEntry {
  return {
    number: row.number,
    at: row.at,
    kind: row.kind,
    ...(row.account_id !== null && { accountId: row.account_id }),
    ...(row.address !== null && { address: row.address }),
    ...(row.host !== null && { host: row.host }),
    facts: readFacts(row.facts),
    ...(row.receipt_id !== null && { receiptId: row.receipt_id }),
  };
}

/** What somebody wrote over is found by the hash, and must not keep the rest from being read. */
function readFacts(text: string): ChainedEntry['facts'] {
  try {
    return JSON.parse(text) as ChainedEntry['facts'];
  } catch {
    return {};
  }
}
