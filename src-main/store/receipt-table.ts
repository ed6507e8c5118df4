import type { Receipt } from '../../src-shared/model/receipt.ts';
import type { ReceiptTable } from './account-records.ts';
import type { Context } from './context.ts';

type ReceiptRow = { receipt: string };

export function createReceiptTable({ journal, emit }: Context): ReceiptTable {
  const from = (row: ReceiptRow) => JSON.parse(row.receipt) as Receipt;
  return {
    add(receipt) {
      journal.run(
        `INSERT INTO receipt(receipt_id, receipt) VALUES (?, ?)
         ON CONFLICT(receipt_id) DO UPDATE SET receipt = excluded.receipt`,
        [receipt.receiptId, JSON.stringify(receipt)],
      );
      emit({ kind: 'accounts' });
    },
    list: () => journal.all<ReceiptRow>('SELECT receipt FROM receipt ORDER BY position DESC').map(from),
    get(receiptId) {
      const row = journal.get<ReceiptRow>('SELECT receipt FROM receipt WHERE receipt_id = ?', [receiptId]);
      return row && from(row);
    },
  };
}
