import type { Account } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { AccountId, GrantId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type {
  AccountTable,
  GrantTable,
  SignInState,
  StoredAccount,
  StoredServerAccount,
} from './account-records.ts';
import { appendAudit } from './audit-table.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { eraseAccount } from './erase-account.ts';

type AccountRow = { account: string; sign_in: SignInState };
type GrantRow = { grant_json: string };

export function createAccountTable(context: Context): AccountTable {
  const { journal, mail, emit } = context;
  const one = (row: AccountRow | undefined) => row && accountFrom(row);
  return {
    list: () =>
      journal.all<AccountRow>('SELECT account, sign_in FROM account ORDER BY position').map(accountFrom),
    get: (accountId) =>
      one(journal.get<AccountRow>('SELECT account, sign_in FROM account WHERE account_id = ?', [accountId])),
    server: (accountId) =>
      withServer(
        one(
          journal.get<AccountRow>('SELECT account, sign_in FROM account WHERE account_id = ?', [accountId]),
        ),
      ),
    byAddress: (address) =>
      withServer(
        one(
          journal.get<AccountRow>('SELECT account, sign_in FROM account WHERE address = ?', [
            address.toLowerCase(),
          ]),
        ),
      ),
    add({ account, grant, audit }) {
      journal.transaction(() => {
        insertAccount(journal, account);
        writeGrant(journal, grant);
        appendAudit(context, { accountId: account.accountId, ...audit });
      });
      emit({ kind: 'accounts' });
      emit({ kind: 'grant', accountId: account.accountId, grantId: grant.grantId, state: grant.state });
    },
    renew({ accountId, grant, audit, account }) {
      journal.transaction(() => {
        requireAccount(journal, accountId);
        if (account) writeAccount(journal, account);
        journal.run("UPDATE account SET sign_in = 'active' WHERE account_id = ?", [accountId]);
        journal.run('DELETE FROM grant_entry WHERE account_id = ?', [accountId]);
        writeGrant(journal, grant);
        appendAudit(context, { accountId, ...audit });
      });
      emit({ kind: 'accounts' });
      emit({ kind: 'grant', accountId, grantId: grant.grantId, state: grant.state });
    },
    addLocal(account) {
      insertAccount(journal, account);
      emit({ kind: 'accounts' });
    },
    setBodyMonths(accountId, months) {
      const changed = journal.run(
        "UPDATE account SET account = json_set(account, '$.bodyMonths', ?) WHERE account_id = ?",
        [months, accountId],
      );
      if (changed === 0) throw new MailError('not-found');
      emit({ kind: 'accounts' });
    },
    setSignIn(accountId, state, audit) {
      const changed = journal.transaction(() => {
        if (audit) appendAudit(context, { accountId, ...audit });
        return journal.run('UPDATE account SET sign_in = ? WHERE account_id = ? AND sign_in <> ?', [
          state,
          accountId,
          state,
        ]);
      });
      if (changed > 0) emit({ kind: 'accounts' });
    },
    erase: (accountId) => eraseAccount(context, accountId),
    size: (accountId) =>
      mail.get<{ messages: number; bytes: number }>(
        'SELECT messages, bytes FROM account_size WHERE account_id = ?',
        [accountId],
      ) ?? { messages: 0, bytes: 0 },
  };
}

export function createGrantTable({ journal, emit }: Context): GrantTable {
  const one = (column: 'grant_id' | 'account_id', value: string) => {
    const row = journal.get<GrantRow>(`SELECT grant_json FROM grant_entry WHERE ${column} = ?`, [value]);
    return row && (JSON.parse(row.grant_json) as Grant);
  };
  return {
    list: () =>
      journal
        .all<GrantRow>(
          'SELECT grant_json FROM account JOIN grant_entry USING (account_id) ORDER BY account.position',
        )
        .map((row) => JSON.parse(row.grant_json) as Grant),
    get: (grantId: GrantId) => one('grant_id', grantId),
    byAccount: (accountId) => one('account_id', accountId),
    update(grantId, change) {
      const before = one('grant_id', grantId);
      if (!before) return;
      const after: Grant = { ...before, ...change };
      writeGrant(journal, after);
      if (after.state === before.state) emit({ kind: 'accounts' });
      else emit({ kind: 'grant', accountId: after.accountId, grantId, state: after.state });
    },
  };
}

function accountFrom(row: AccountRow): StoredAccount {
  return { ...(JSON.parse(row.account) as Account), signIn: row.sign_in };
}

function withServer(account: StoredAccount | undefined): StoredServerAccount | undefined {
  return account?.auth === 'none' ? undefined : account;
}

function insertAccount(journal: Database, account: Account): void {
  journal.run(
    `INSERT INTO account(account_id, address, position, sign_in, account)
     VALUES (?, ?, (SELECT ifnull(max(position), 0) + 1 FROM account), 'active', ?)`,
    [account.accountId, account.address.toLowerCase(), JSON.stringify(account)],
  );
}

function writeAccount(journal: Database, account: Account): void {
  journal.run('UPDATE account SET address = ?, account = ? WHERE account_id = ?', [
    account.address.toLowerCase(),
    JSON.stringify(account),
    account.accountId,
  ]);
}

function writeGrant(journal: Database, grant: Grant): void {
  journal.run(
    `INSERT INTO grant_entry(grant_id, account_id, grant_json) VALUES (?, ?, ?)
     ON CONFLICT(grant_id) DO UPDATE SET grant_json = excluded.grant_json`,
    [grant.grantId, grant.accountId, JSON.stringify(grant)],
  );
}

function requireAccount(journal: Database, accountId: AccountId): void {
  if (!journal.get('SELECT 1 AS one FROM account WHERE account_id = ?', [accountId])) {
    throw new MailError('not-found');
  }
}
