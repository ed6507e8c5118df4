/** How operations lie in the journal. */
import { randomUUID } from 'node:crypto';
import type { AccountId, MailboxId, MessageId, OperationId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { pack } from '../base/packed.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import type { AppendChange, ExpungeChange, LookupChange, MailboxChange } from './operation-records.ts';

/** A target as it was queued: the UID may not be known yet (a pending move brought the message there). */
export type StoredTarget = {
  messageId: MessageId;
  mailboxId: MailboxId;
  uidValidity: number | null;
  uid: number | null;
  messageIdHeader: string;
  /** Flags before the change, so that an undo takes back only what it did. */
  was: string[];
  /** A later move took it over from a move that was not yet done: where an undo brings it back to. */
  viaMailboxId?: MailboxId;
};

export type StoredChange =
  | { kind: 'flags'; add: string[]; remove: string[] }
  | { kind: 'move'; toMailboxId: MailboxId }
  | AppendChange
  | Omit<ExpungeChange, 'targets'>
  | MailboxChange
  | LookupChange;

/** What has no effect in the store: it is in the journal only. */
export const hasEffect = ({ kind }: StoredChange): boolean => kind !== 'append' && kind !== 'lookup';

export type OperationState = 'pending' | 'running' | 'done' | 'failed' | 'undone';

/** What the server answered: pairs of old and new UID of a move, and see FinishResult. */
export type OperationResult = {
  newUids: [number, number][];
  uidValidity?: number;
  onlyMarked?: boolean;
  path?: string;
  /** Not sent: a later move takes its messages from where they are; `isBack` when that brings them back. */
  takenOver?: { by: OperationId; isBack: boolean };
};

export type StoredOperation = {
  seq: number;
  operationId: OperationId;
  accountId: AccountId;
  state: OperationState;
  createdAt: number;
  attempts: number;
  nextTryAt: number | null;
  change: StoredChange;
  targets: StoredTarget[];
  result: OperationResult | undefined;
  /** See rebind.ts: `waits` is not run, `searches` is run and looks for its messages, `bound` is as it was queued. */
  binding: Binding;
  /** The path of each mailbox that it names: after a rebuild of the store mailboxes have other ids. */
  paths: Record<string, string>;
};

export const BINDINGS = ['bound', 'searches', 'waits'] as const;
export type Binding = (typeof BINDINGS)[number];

type OperationRow = {
  seq: number;
  operation_id: OperationId;
  account_id: AccountId;
  state: OperationState;
  created_at: number;
  attempts: number;
  next_try_at: number | null;
  change: string;
  targets: string;
  result: string | null;
  binding: number;
  paths: string;
};

const COLUMNS =
  'seq, operation_id, account_id, state, created_at, attempts, next_try_at, change, targets, result, binding, paths';
export const ACTIVE = "state IN ('pending', 'running')";

function operationFrom(row: OperationRow): StoredOperation {
  return {
    seq: row.seq,
    operationId: row.operation_id,
    accountId: row.account_id,
    state: row.state,
    createdAt: row.created_at,
    attempts: row.attempts,
    nextTryAt: row.next_try_at,
    change: JSON.parse(row.change) as StoredChange,
    targets: JSON.parse(row.targets) as StoredTarget[],
    result: row.result === null ? undefined : (JSON.parse(row.result) as OperationResult),
    binding: BINDINGS[row.binding] ?? 'bound',
    paths: JSON.parse(row.paths) as Record<string, string>,
  };
}

export function findOperation(journal: Database, operationId: OperationId): StoredOperation | undefined {
  const row = journal.get<OperationRow>(`SELECT ${COLUMNS} FROM operation WHERE operation_id = ?`, [
    operationId,
  ]);
  return row && operationFrom(row);
}

/** @throws MailError not-found */
export function requireOperation(journal: Database, operationId: OperationId): StoredOperation {
  const operation = findOperation(journal, operationId);
  if (!operation) throw new MailError('not-found');
  return operation;
}

/** Pending and running ones in the order in which they were queued; of all accounts when none is named. */
export function activeOperations(journal: Database, accountId?: AccountId): StoredOperation[] {
  return journal
    .all<OperationRow>(
      `SELECT ${COLUMNS} FROM operation WHERE ${ACTIVE} ${accountId === undefined ? '' : 'AND account_id = ?'} ORDER BY seq`,
      accountId === undefined ? [] : [accountId],
    )
    .map(operationFrom);
}

/** Rows that are read together: thousands of messages are not parsed where the first hundreds will do. */
const PAGE = 20;

/** The same of one account, read as they are needed. */
export function* activeInTurn(journal: Database, accountId: AccountId): Generator<StoredOperation> {
  let after = 0;
  for (;;) {
    const rows = journal.all<OperationRow>(
      `SELECT ${COLUMNS} FROM operation WHERE ${ACTIVE} AND account_id = ? AND seq > ? ORDER BY seq LIMIT ${PAGE}`,
      [accountId, after],
    );
    for (const row of rows) yield operationFrom(row);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.seq;
  }
}

/** Whether anything is pending whose time has come. */
export function isAnythingTimely(journal: Database, accountId: AccountId, now: number): boolean {
  const sql = `SELECT 1 AS x FROM operation WHERE ${ACTIVE} AND account_id = ? AND state = 'pending'
    AND (next_try_at IS NULL OR next_try_at <= ?) LIMIT 1`;
  return journal.get(sql, [accountId, now]) !== undefined;
}

export type NewOperation = {
  accountId: AccountId;
  change: StoredChange;
  targets: StoredTarget[];
  /** Not run before this time. */
  notBefore?: number;
  /** Of an append. */
  source?: Uint8Array;
};

/** Puts an operation into the journal, as part of the caller's transaction when there is one. */
export function insertOperation({ journal, mail, clock }: Context, operation: NewOperation): StoredOperation {
  const operationId = randomUUID() as OperationId;
  const { accountId, change, targets, notBefore, source } = operation;
  journal.transaction(() => {
    journal.run(
      `INSERT INTO operation(operation_id, account_id, kind, state, created_at, change, targets, next_try_at, paths)
       VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?)`,
      [
        operationId,
        accountId,
        change.kind,
        clock.now(),
        JSON.stringify(change),
        JSON.stringify(targets),
        notBefore ?? null,
        JSON.stringify(pathsOf(mail, { change, targets })),
      ],
    );
    if (source) {
      journal.run('INSERT INTO operation_source(operation_id, source) VALUES (?, ?)', [
        operationId,
        pack(source),
      ]);
    }
  });
  return requireOperation(journal, operationId);
}

/** The last state that an operation gets. What an append carried is no longer needed then. */
export function settleInJournal(
  { journal, clock }: Context,
  operation: StoredOperation,
  state: 'done' | 'failed' | 'undone',
  result?: OperationResult,
): void {
  journal.transaction(() => {
    journal.run('UPDATE operation SET state = ?, settled_at = ?, result = ? WHERE operation_id = ?', [
      state,
      clock.now(),
      result ? JSON.stringify(result) : null,
      operation.operationId,
    ]);
    journal.run('DELETE FROM operation_source WHERE operation_id = ?', [operation.operationId]);
  });
}

/** The paths of all mailboxes that an operation names, in whatever field. */
function pathsOf(mail: Database, named: unknown): Record<string, string> {
  const ids = new Set<number>();
  JSON.stringify(named, (field, value: unknown) => {
    if (/mailboxId$/i.test(field) && typeof value === 'number') ids.add(value);
    return value;
  });
  const rows = mail.all<{ mailbox_id: number; path: string }>(
    'SELECT mailbox_id, path FROM mailbox WHERE mailbox_id IN (SELECT value FROM json_each(?))',
    [JSON.stringify([...ids])],
  );
  return Object.fromEntries(rows.map((row) => [String(row.mailbox_id), row.path]));
}
