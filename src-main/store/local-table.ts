/**
 * Mail of accounts without a server. It exists only here, so it is kept where nothing is given up: in the journal, with its sources.
 * The store shows it like all mail, and is filled from the journal, never the other way: a message is in the journal before it is shown,
 * an operation is done there in the transaction that settles it. A mailbox of the store is filled up to its `uid_next`; what the journal
 * has beyond is missing (a crash, a store made anew) and is filled by who can read messages: sync/local-runner.
 */
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { addEnvelopes } from './add-envelopes.ts';
import type { Context } from './context.ts';
import { readFlags } from './flags.ts';
import { carryOutLocally } from './local-operations.ts';
import type { FilledMessage, LocalTable, NewLocalMessage } from './local-records.ts';
import {
  insertLocalMessage,
  type LocalMailboxRow,
  type LocalMessageRow,
  localMailboxesOf,
  localMessageAt,
  MESSAGE_COLUMNS,
  putLocalMailbox,
  requireLocalMailbox,
  showLocalMailbox,
} from './local-rows.ts';
import { readLocalSource, writeLargeSource } from './local-source.ts';
import type { BodyTable } from './mail-records.ts';
import { accountOfMailbox } from './mailbox-rows.ts';
import { placementAt } from './placement.ts';

const LOOKED_AT_ONCE = 200;
/** Of sources read at once. */
const BYTES_AT_ONCE = 2_000_000;

export function createLocalTable(
  context: Context,
  bodies: BodyTable,
  /** Mail has come into the store of which queued operations may have waited. */
  onFilled: (accountId: AccountId) => void,
): LocalTable {
  const { journal, mail, emit } = context;
  return {
    open(accountId) {
      const rows = localMailboxesOf(journal, accountId);
      mail.transaction(() => rows.forEach((row) => void showLocalMailbox(context, accountId, row)));
      emit({ kind: 'mailboxes', accountId });
    },
    addMailbox(accountId, path, specialUse) {
      if (!journal.get('SELECT 1 AS one FROM account WHERE account_id = ?', [accountId])) {
        throw new MailError('not-found');
      }
      const row = putLocalMailbox(journal, accountId, path, specialUse);
      const mailboxId = mail.transaction(() => showLocalMailbox(context, accountId, row));
      emit({ kind: 'mailboxes', accountId });
      return mailboxId;
    },
    isKnown(mailboxId, sha256) {
      const { local_mailbox_id: key } = requireLocalMailbox(context, mailboxId);
      const known = 'SELECT 1 AS one FROM local_message WHERE sha256 = ? AND came_to = ? LIMIT 1';
      return journal.get(known, [sha256, key]) !== undefined;
    },
    keepSource: (sha256, source) => writeLargeSource(journal, sha256, source),
    append(mailboxId, messages) {
      const { local_mailbox_id: key } = requireLocalMailbox(context, mailboxId);
      return journal.transaction(() => messages.map((message) => insertLocalMessage(journal, key, message)));
    },
    fill: (mailboxId, messages) => fill(context, { bodies, onFilled }, mailboxId, messages),
    missing(accountId) {
      const next = nextMissing(context, accountId);
      if (next.messages.length === 0) onFilled(accountId);
      return next;
    },
    source(mailboxId, uid) {
      const { local_mailbox_id: key } = requireLocalMailbox(context, mailboxId);
      const row = localMessageAt(journal, key, uid);
      return row && readLocalSource(journal, row.sha256);
    },
    sourceOf: (messageId) => sourceOf(context, messageId),
    carryOut: (operation) => carryOutLocally(context, operation),
    count: () => journal.get<{ n: number }>('SELECT count(*) AS n FROM local_message')?.n ?? 0,
  };
}

function* fill(
  context: Context,
  { bodies, onFilled }: { bodies: BodyTable; onFilled: (accountId: AccountId) => void },
  mailboxId: MailboxId,
  messages: FilledMessage[],
): Generator<void> {
  const { journal, mail } = context;
  const accountId = accountOfMailbox(mail, mailboxId);
  if (accountId === undefined) return;
  const { local_mailbox_id: key } = requireLocalMailbox(context, mailboxId);
  // Moved or deleted while it was being read: then it is not to be shown here.
  const there = messages.flatMap((message) => {
    const row = localMessageAt(journal, key, message.uid);
    return row ? [{ ...message, row }] : [];
  });
  addEnvelopes(
    context,
    { accountId, mailboxId },
    there.map(({ envelope, body, uid, row }) => ({
      ...envelope,
      hasAttachments: body.attachments.length > 0,
      uid,
      flags: readFlags(row.flags),
      internalDate: row.internal_date,
      size: row.size,
    })),
  );
  onFilled(accountId);
  for (const { uid, body, source, sha256 } of there) {
    yield;
    const placement = placementAt(mail, mailboxId, uid);
    if (placement && !bodies.has(placement.message_id)) {
      bodies.put(placement.message_id, { ...body, source, sha256 });
    }
  }
  const [first, last] = [messages[0], messages.at(-1)];
  // Only without a gap before: what is missing there is found by it.
  if (first && last) advance(context, mailboxId, first.uid, last.uid + 1);
}

function advance({ mail }: Context, mailboxId: MailboxId, from: number, to: number): void {
  mail.run('UPDATE mailbox SET uid_next = ? WHERE mailbox_id = ? AND uid_next BETWEEN ? AND ?', [
    to,
    mailboxId,
    from,
    to - 1,
  ]);
}

function nextMissing(
  context: Context,
  accountId: AccountId,
): { mailboxId: MailboxId; messages: (NewLocalMessage & { uid: number })[] } {
  const { journal, mail } = context;
  let mailboxId = 0 as MailboxId;
  for (const mailbox of localMailboxesOf(journal, accountId)) {
    const shown = mail.get<{ mailbox_id: MailboxId; uid_next: number | null }>(
      'SELECT mailbox_id, uid_next FROM mailbox WHERE account_id = ? AND uid_validity = ?',
      [accountId, mailbox.local_mailbox_id],
    );
    if (!shown) continue;
    mailboxId = shown.mailbox_id;
    const messages = missingIn(context, mailbox, mailboxId, shown.uid_next ?? 1);
    if (messages.length > 0) return { mailboxId, messages };
  }
  return { mailboxId, messages: [] };
}

function missingIn(
  context: Context,
  mailbox: LocalMailboxRow,
  mailboxId: MailboxId,
  shownTo: number,
): (NewLocalMessage & { uid: number })[] {
  const { journal, mail } = context;
  for (let from = shownTo; from < mailbox.uid_next; ) {
    const rows = journal.all<LocalMessageRow>(
      `SELECT ${MESSAGE_COLUMNS} FROM local_message WHERE local_mailbox_id = ? AND uid >= ? ORDER BY uid LIMIT ${LOOKED_AT_ONCE}`,
      [mailbox.local_mailbox_id, from],
    );
    const lacking = rows.filter(({ uid }) => !isWhole(context, mailboxId, uid));
    const [first] = lacking;
    const end =
      first?.uid ?? (rows.length < LOOKED_AT_ONCE ? mailbox.uid_next : (rows.at(-1)?.uid ?? from) + 1);
    const isEnd = end >= mailbox.uid_next;
    const reached =
      'UPDATE mailbox SET uid_next = ?, backfilled_to = iif(?, 1, backfilled_to) WHERE mailbox_id = ?';
    mail.run(reached, [end, isEnd ? 1 : 0, mailboxId]);
    if (first) return readSome(context, lacking);
    from = end;
  }
  return [];
}

function isWhole({ mail }: Context, mailboxId: MailboxId, uid: number): boolean {
  const whole = `SELECT 1 AS one FROM placement p JOIN message m ON m.message_id = p.message_id
    WHERE p.mailbox_id = ? AND p.uid = ? AND m.has_body = 1`;
  return mail.get(whole, [mailboxId, uid]) !== undefined;
}

/** The first of these messages with their sources, as many as are read at once; one at least. */
function readSome({ journal }: Context, rows: LocalMessageRow[]): (NewLocalMessage & { uid: number })[] {
  const messages: (NewLocalMessage & { uid: number })[] = [];
  let bytes = 0;
  for (const { uid, flags, internal_date: internalDate, sha256, size } of rows) {
    if (messages.length > 0 && bytes + size > BYTES_AT_ONCE) break;
    bytes += size;
    const source = readLocalSource(journal, sha256) ?? new Uint8Array();
    messages.push({ uid, flags: readFlags(flags), internalDate, source, sha256 });
  }
  return messages;
}

function sourceOf(context: Context, messageId: MessageId): Uint8Array | undefined {
  const places = context.mail.all<{ uid: number; uid_validity: number }>(
    `SELECT p.uid, b.uid_validity FROM placement p JOIN mailbox b ON b.mailbox_id = p.mailbox_id
     WHERE p.message_id = ? AND p.uid IS NOT NULL AND b.uid_validity IS NOT NULL`,
    [messageId],
  );
  for (const { uid, uid_validity } of places) {
    const row = localMessageAt(context.journal, uid_validity, uid);
    if (row) return readLocalSource(context.journal, row.sha256);
  }
  return undefined;
}
