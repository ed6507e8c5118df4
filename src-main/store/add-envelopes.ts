import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { type Context, type Touched, touchThread, writeMail } from './context.ts';
import type { Database } from './database.ts';
import type { FetchedEnvelope } from './mail-records.ts';
import { allocateKey, firstKeyOf, lastKeyOf } from './message-key.ts';
import {
  insertPlacement,
  PLACEMENT_COLUMNS,
  type PlacementRow,
  placementAt,
  touchPlacement,
  writeServerFlags,
} from './placement.ts';
import { indexMessage } from './search-index.ts';
import { assignThread } from './threading.ts';

type Destination = { accountId: AccountId; mailboxId: MailboxId };

/** See MessageTable.addEnvelopes. */
export function addEnvelopes(
  context: Context,
  to: Destination,
  envelopes: FetchedEnvelope[],
): { added: MessageId[] } {
  // Ascending, so that messages of one second get keys in the order of their UIDs.
  const inOrder = [...envelopes].sort((a, b) => a.uid - b.uid);
  return writeMail(context, to.accountId, (touched) => {
    for (const envelope of inOrder) addEnvelope(context.mail, to, envelope, touched);
    return { added: touched.added };
  });
}

function addEnvelope(mail: Database, to: Destination, envelope: FetchedEnvelope, touched: Touched): void {
  const there = placementAt(mail, to.mailboxId, envelope.uid);
  if (there) {
    if (writeServerFlags(mail, there, envelope.flags, envelope.modseq)) touchPlacement(mail, there, touched);
    return;
  }
  const known = knownMessages(mail, to.accountId, envelope).map((messageId) => ({
    messageId,
    here: mail.all<PlacementRow>(
      `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE message_id = ? AND mailbox_id = ?`,
      [messageId, to.mailboxId],
    ),
  }));
  const waiting = known.flatMap(({ here }) => here).find((row) => row.uid === null);
  // Standing here under another UID, it was delivered twice: two messages, as on the server.
  const elsewhere = known.find(({ here }) => here.length === 0);
  if (waiting) enterUid(mail, waiting, envelope, touched);
  else if (elsewhere) {
    const { messageId } = elsewhere;
    insertPlacement(mail, { ...placementOf(to, envelope), messageId });
    touchPlacement(mail, { mailbox_id: to.mailboxId, message_id: messageId }, touched);
  } else addMessage(mail, to, envelope, touched);
}

/** The placement that a move made or a lost UIDVALIDITY left gets its UID. */
function enterUid(mail: Database, row: PlacementRow, envelope: FetchedEnvelope, touched: Touched): void {
  mail.run('UPDATE placement SET uid = ?, is_stale = 0 WHERE placement_id = ?', [
    envelope.uid,
    row.placement_id,
  ]);
  writeServerFlags(mail, row, envelope.flags, envelope.modseq);
  touchPlacement(mail, row, touched);
}

/** Without the plus signs SQLite, which knows no statistics here, goes through all messages of the account. */
export const KNOWN_SQL =
  'SELECT message_id FROM message WHERE message_id_header = ? AND +account_id = ? AND size = ? LIMIT 50';

/** The same message in this account: same Message-ID and size; without a Message-ID same date, size and subject. */
function knownMessages(mail: Database, accountId: AccountId, envelope: FetchedEnvelope): MessageId[] {
  const rows =
    envelope.messageIdHeader === ''
      ? mail.all<{ message_id: MessageId }>(
          `SELECT message_id FROM message WHERE message_id BETWEEN ? AND ? AND +account_id = ?
             AND +message_id_header = '' AND size = ? AND subject = ? LIMIT 50`,
          [
            firstKeyOf(envelope.internalDate),
            lastKeyOf(firstKeyOf(envelope.internalDate)),
            accountId,
            envelope.size,
            envelope.subject,
          ],
        )
      : mail.all<{ message_id: MessageId }>(KNOWN_SQL, [envelope.messageIdHeader, accountId, envelope.size]);
  return rows.map((row) => row.message_id);
}

function addMessage(mail: Database, to: Destination, envelope: FetchedEnvelope, touched: Touched): void {
  const messageId = allocateKey(mail, envelope.internalDate);
  const threadId = assignThread(mail, to.accountId, { ...envelope, messageId }, touched);
  const { to: toList, cc, bcc, replyTo } = envelope;
  mail.run(
    `INSERT INTO message (message_id, account_id, thread_id, message_id_header, in_reply_to, reference_list, subject,
       from_list, people, preview, date, internal_date, size, has_attachments)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      messageId,
      to.accountId,
      threadId,
      envelope.messageIdHeader,
      envelope.inReplyTo.join(' '),
      envelope.references.join(' '),
      envelope.subject,
      JSON.stringify(envelope.from),
      JSON.stringify({ to: toList, cc, bcc, replyTo }),
      envelope.preview ?? '',
      wholeTime(envelope.date) ?? wholeTime(envelope.internalDate) ?? 0,
      wholeTime(envelope.internalDate) ?? 0,
      envelope.size,
      envelope.hasAttachments ? 1 : 0,
    ],
  );
  insertPlacement(mail, { ...placementOf(to, envelope), messageId });
  indexMessage(mail, messageId, {
    subject: envelope.subject,
    from: envelope.from,
    to: [...toList, ...bcc],
    cc,
  });
  touchThread(touched, to.mailboxId, threadId);
  touched.added.push(messageId);
}

function placementOf(to: Destination, envelope: FetchedEnvelope) {
  return {
    mailboxId: to.mailboxId,
    uid: envelope.uid,
    serverFlags: envelope.flags,
    ...(envelope.modseq !== undefined && { modseq: envelope.modseq }),
  };
}

/** Undefined for a date that could not be read. */
function wholeTime(time: number | undefined): number | undefined {
  return time !== undefined && Number.isFinite(time) ? Math.trunc(time) : undefined;
}
