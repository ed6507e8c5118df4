import { randomUUID } from 'node:crypto';
import type { DraftContent } from '../../src-shared/model/draft.ts';
import type { Identity } from '../../src-shared/model/identity.ts';
import type { AccountId, IdentityId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type { StoredServerAccount } from './account-records.ts';
import { appendAudit } from './audit-table.ts';
import type { Context } from './context.ts';

/** Beside what a window sees: the server of its own has offered SCRAM for its password. */
export type StoredIdentity = Identity & { knowsScram: boolean };

/** What a submission server said that it takes (EHLO). Bytes. */
export type SmtpOffer = { messageSize?: number; takesUtf8Addresses: boolean };

/**
 * Who one writes as. The account's own identity has the account's id and address and is always there; its row, when there is one,
 * holds only a server of its own. The passwords are in the vault.
 */
export type IdentityTable = {
  /** Account by account in their order, the own one first. */
  list(): Identity[];
  get(identityId: IdentityId): StoredIdentity | undefined;
  /** Who a draft is from: an identity that is gone is the account's own. Undefined when there is no such account with a server. */
  senderOf(draft: Pick<DraftContent, 'accountId' | 'identityId'>): StoredIdentity | undefined;
  /** Adds or changes it, with the entry in the audit log. The account's own keeps its address. */
  save(identity: Omit<Identity, 'identityId'> & { identityId?: IdentityId | undefined }): Identity;
  /** Whether something that waits to be sent names it. */
  isInUse(identityId: IdentityId): boolean;
  /** Drafts that named it are from the account's own then. Throws not-found, identity-in-use, and input-invalid for an account's own. */
  remove(identityId: IdentityId): void;
  noteScram(identityId: IdentityId): void;
  /** What the server at `host` told last of those through which an identity sends; the account's own server stands under its own identity. */
  smtpOffer(identityId: IdentityId, host: string): SmtpOffer | undefined;
  noteSmtpOffer(identityId: IdentityId, accountId: AccountId, host: string, offer: SmtpOffer): void;
};

/** An account's own identity, under the account's id. */
export const ownIdentityOf = (accountId: AccountId): IdentityId => accountId as string as IdentityId;

type Row = {
  identity_id: IdentityId;
  account_id: AccountId;
  address: string;
  display_name: string;
  submission: string | null;
  knows_scram: number;
  signature: string | null;
};

const COLUMNS = 'identity_id, account_id, address, display_name, submission, knows_scram, signature';

export function createIdentityTable(
  context: Context,
  accounts: { list(): StoredServerAccount[]; get(accountId: AccountId): StoredServerAccount | undefined },
): IdentityTable {
  const { journal, emit } = context;
  const rowOf = (identityId: IdentityId) =>
    journal.get<Row>(`SELECT ${COLUMNS} FROM identity WHERE identity_id = ?`, [identityId]);

  function ownOf({ accountId, address, displayName }: StoredServerAccount): StoredIdentity {
    const identityId = ownIdentityOf(accountId);
    const row = rowOf(identityId);
    return {
      ...(row ? identityFrom(row) : { identityId, accountId, knowsScram: false }),
      address,
      displayName,
    };
  }

  const isInUse = (identityId: IdentityId) =>
    journal.get(
      `SELECT 1 AS one FROM submission JOIN draft USING (draft_id)
       WHERE state <> 'sent' AND draft.content ->> 'identityId' = ?`,
      [identityId],
    ) !== undefined;

  function find(identityId: IdentityId): StoredIdentity | undefined {
    const owner = accounts.get(identityId as string as AccountId);
    if (owner) return ownOf(owner);
    const row = rowOf(identityId);
    return row && identityFrom(row);
  }

  return {
    list: () =>
      accounts.list().flatMap((account) => {
        const rows = journal.all<Row>(
          `SELECT ${COLUMNS} FROM identity WHERE account_id = ? AND identity_id <> account_id ORDER BY position`,
          [account.accountId],
        );
        return [ownOf(account), ...rows.map(identityFrom)].map(shown);
      }),
    get: find,
    senderOf({ accountId, identityId }) {
      const account = accounts.get(accountId);
      if (!account) return undefined;
      const named = identityId === undefined ? undefined : find(identityId);
      return named?.accountId === accountId ? named : ownOf(account);
    },
    save({
      identityId = randomUUID() as IdentityId,
      accountId,
      address,
      displayName,
      signature,
      submission,
    }) {
      const account = accounts.get(accountId);
      if (!account) throw new MailError('not-found');
      const before = find(identityId);
      const isOwn = identityId === ownIdentityOf(accountId);
      journal.transaction(() => {
        if (isOwn) {
          journal.run(
            "UPDATE account SET account = json_set(account, '$.displayName', ?) WHERE account_id = ?",
            [displayName, accountId],
          );
        }
        const isSameServer = submission?.smtp.host === before?.submission?.smtp.host;
        journal.run(
          `INSERT INTO identity(identity_id, account_id, position, address, display_name, submission, knows_scram, signature)
           VALUES (?, ?, (SELECT ifnull(max(position), 0) + 1 FROM identity), ?, ?, ?, ?, ?)
           ON CONFLICT(identity_id) DO UPDATE SET address = excluded.address, display_name = excluded.display_name,
             submission = excluded.submission, knows_scram = excluded.knows_scram, signature = excluded.signature`,
          [
            identityId,
            accountId,
            isOwn ? account.address : address,
            displayName,
            submission ? JSON.stringify(submission) : null,
            isSameServer && before?.knowsScram ? 1 : 0,
            signature ? JSON.stringify(signature) : null,
          ],
        );
        appendAudit(context, {
          accountId,
          kind: 'identity-changed',
          ...(submission && { host: submission.smtp.host }),
          detail: { identity: isOwn ? account.address : address, change: before ? 'changed' : 'added' },
        });
      });
      if (isOwn) emit({ kind: 'accounts' });
      emit({ kind: 'identities' });
      const saved = find(identityId);
      if (!saved) throw new MailError('internal');
      return shown(saved);
    },
    isInUse,
    remove(identityId) {
      const identity = find(identityId);
      if (!identity) throw new MailError('not-found');
      if (identityId === ownIdentityOf(identity.accountId)) throw new MailError('input-invalid');
      journal.transaction(() => {
        if (isInUse(identityId)) throw new MailError('identity-in-use');
        journal.run(
          "UPDATE draft SET content = json_remove(content, '$.identityId') WHERE content ->> 'identityId' = ?",
          [identityId],
        );
        journal.run('DELETE FROM identity WHERE identity_id = ?', [identityId]);
        journal.run('DELETE FROM smtp_offer WHERE identity_id = ?', [identityId]);
        appendAudit(context, {
          accountId: identity.accountId,
          kind: 'identity-changed',
          detail: { identity: identity.address, change: 'removed' },
        });
      });
      emit({ kind: 'identities' });
      emit({ kind: 'drafts' });
    },
    noteScram(identityId) {
      journal.run('UPDATE identity SET knows_scram = 1 WHERE identity_id = ?', [identityId]);
    },
    smtpOffer(identityId, host) {
      const row = journal.get<{ offer: string }>(
        'SELECT offer FROM smtp_offer WHERE identity_id = ? AND host = ?',
        [identityId, host],
      );
      return row && (JSON.parse(row.offer) as SmtpOffer);
    },
    noteSmtpOffer(identityId, accountId, host, offer) {
      journal.run(
        `INSERT INTO smtp_offer(identity_id, account_id, host, offer)
         SELECT ?, account_id, ?, ? FROM account WHERE account_id = ?
         ON CONFLICT(identity_id) DO UPDATE SET host = excluded.host, offer = excluded.offer
           WHERE host <> excluded.host OR offer <> excluded.offer`,
        [identityId, host, JSON.stringify(offer), accountId],
      );
    },
  };
}

function identityFrom(row: Row): StoredIdentity {
  return {
    identityId: row.identity_id,
    accountId: row.account_id,
    address: row.address,
    displayName: row.display_name,
    ...(row.submission !== null && {
      submission: JSON.parse(row.submission) as NonNullable<Identity['submission']>,
    }),
    ...(row.signature !== null && {
      signature: JSON.parse(row.signature) as NonNullable<Identity['signature']>,
    }),
    knowsScram: row.knows_scram === 1,
  };
}

function shown({ knowsScram: _knowsScram, ...identity }: StoredIdentity): Identity {
  return identity;
}
