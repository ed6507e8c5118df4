/**
 * What a crash left. Between the two files: the journal says what is to be, the store is brought to it. Between a grant and its
 * account: the account follows the grant. Runs once when a store is opened.
 */
import type { AccountId, OperationId } from '../../src-shared/model/ids.ts';
import type { Context } from './context.ts';
import { eraseMail } from './erase-account.ts';
import { eraseLocalMail, removedLocalAccounts } from './local-rows.ts';
import { dropUnfinished } from './local-source.ts';
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
  dropUnfinished(journal);
  for (const accountId of removedLocalAccounts(journal)) for (const _ of eraseLocalMail(journal, accountId));
  // A sign-out that was cut off, or the end of a grant: without this the account would look as if it were merely offline. A grant
  // that is still `revoking` stays it: nobody knows what the provider heard, and only a person signs out again, or in.
  journal.run(
    `UPDATE account SET sign_in = CASE grant_state.state WHEN 'revoked' THEN 'signed-out' ELSE 'needs-sign-in' END
     FROM (SELECT account_id, grant_json ->> 'state' AS state FROM grant_entry) AS grant_state
     WHERE grant_state.account_id = account.account_id AND grant_state.state <> 'active' AND sign_in = 'active'`,
  );
  // Whether the server heard of a running one is not known: it counts as tried, so that it is neither merged nor dropped but checked and
  // run again.
  journal.run("UPDATE operation SET state = 'pending', attempts = attempts + 1 WHERE state = 'running'");
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
