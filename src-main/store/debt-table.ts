import type { Context } from './context.ts';
import type { DebtRecord, DebtTable, QueuedSignOut, SignOutTable } from './debt-records.ts';

type DebtRow = { debt: string };
type SignOutRow = {
  grant_id: QueuedSignOut['grantId'];
  account_id: QueuedSignOut['accountId'];
  batch: string;
  finish_first: number;
  mail: QueuedSignOut['mail'];
};

export function createDebtTable({ journal, emit }: Context): DebtTable {
  const from = (row: DebtRow) => JSON.parse(row.debt) as DebtRecord;
  return {
    list: () => journal.all<DebtRow>('SELECT debt FROM debt ORDER BY position').map(from),
    get(debtId) {
      const row = journal.get<DebtRow>('SELECT debt FROM debt WHERE debt_id = ?', [debtId]);
      return row && from(row);
    },
    put(debt) {
      journal.run(
        'INSERT INTO debt(debt_id, debt) VALUES (?, ?) ON CONFLICT(debt_id) DO UPDATE SET debt = excluded.debt',
        [debt.debtId, JSON.stringify(debt)],
      );
      emit({ kind: 'debts' });
    },
    remove(debtId) {
      if (journal.run('DELETE FROM debt WHERE debt_id = ?', [debtId]) > 0) emit({ kind: 'debts' });
    },
  };
}

export function createSignOutTable({ journal }: Context): SignOutTable {
  return {
    list: () =>
      journal
        .all<SignOutRow>('SELECT grant_id, account_id, batch, finish_first, mail FROM sign_out')
        .map((row) => ({
          grantId: row.grant_id,
          accountId: row.account_id,
          batch: row.batch,
          finishFirst: row.finish_first === 1,
          mail: row.mail,
        })),
    add(queued) {
      journal.transaction(() => {
        for (const { grantId, accountId, batch, finishFirst, mail } of queued) {
          journal.run(
            'INSERT OR REPLACE INTO sign_out(grant_id, account_id, batch, finish_first, mail) VALUES (?, ?, ?, ?, ?)',
            [grantId, accountId, batch, finishFirst ? 1 : 0, mail],
          );
        }
      });
    },
    remove: (grantId) => void journal.run('DELETE FROM sign_out WHERE grant_id = ?', [grantId]),
  };
}
