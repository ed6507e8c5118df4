/** What a crash between the two files left: the journal says what is to be, the store is brought to it. Runs once when a store is opened. */
import type { AccountId, OperationId } from '../../src-shared/model/ids.ts';
import type { Context } from './context.ts';
import { eraseMail } from './erase-account.ts';
import { applyEffect, rollBackEffect, settleEffect } from './operation-effects.ts';
import { activeOperations, findOperation } from './operation-rows.ts';
import { forgetOldOperations } from './operation-table.ts';

export function recover(context: Context): void {
  const { journal, mail } = context;
  const accounts = new Set(
    journal.all<{ account_id: AccountId }>('SELECT account_id FROM account').map((row) => row.account_id),
  );
  const withMail = mail.all<{ account_id: AccountId }>('SELECT DISTINCT account_id FROM mailbox');
  for (const { account_id } of withMail) {
    if (accounts.has(account_id)) continue;
    for (const _ of eraseMail(mail, account_id)); // to its end: nobody waits for anything yet
  }
  // Whether the server heard of a running one is not known: operations are idempotent and checked again before they run.
  journal.run("UPDATE operation SET state = 'pending' WHERE state = 'running'");
  const applied = mail.all<{ operation_id: OperationId; account_id: AccountId }>(
    'SELECT operation_id, account_id FROM applied_operation ORDER BY seq DESC',
  );
  for (const { operation_id, account_id } of applied) {
    const operation = findOperation(journal, operation_id);
    if (operation?.state === 'pending') continue;
    if (operation?.state === 'done') settleEffect(context, operation, operation.result);
    else rollBackEffect(context, { operationId: operation_id, accountId: account_id });
  }
  const there = new Set(applied.map((row) => row.operation_id));
  for (const operation of activeOperations(journal)) {
    if (!there.has(operation.operationId)) applyEffect(context, operation);
  }
  forgetOldOperations(context);
}
