import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { type Context, type Touched, touchThread, writeMail } from './context.ts';
import type { Database } from './database.ts';
import type { FetchedEnvelope } from './mail-records.ts';
import { createKeys, firstKeyOf, lastKeyOf } from './message-key.ts';
import {
  insertPlacement,
  PLACEMENT_COLUMNS,
  type PlacementRow,
  placementsAt,
  touchPlacement,
  writeServerFlags,
} from './placement.ts';
import { type IndexedHead, indexHeads } from './search-index.ts';
import { noteSenders } from './sender-table.ts';
import { createThreads, type Threads } from './threading.ts';

type Destination = { accountId: AccountId; mailboxId: MailboxId };

/** What the envelopes of one transaction meet in the store: read once for all of them, kept true as they are stored. */
type Batch = {
  mail: Database;
  to: Destination;
  touched: Touched;
  keyOf(envelope: FetchedEnvelope): MessageId;
  threads: Threads;
  /** Placements by UID. */
  there: Map<number, PlacementRow>;
  /** Message-ID and size of messages that the account has. */
  twins: Set<string>;
  heads: Map<MessageId, IndexedHead>;
};

/** See MessageTable.addEnvelopes. */
export function addEnvelopes(
  context: Context,
  to: Destination,
  envelopes: FetchedEnvelope[],
): { added: MessageId[] } {
  const { mail } = context;
  // Ascending, so that messages of one second get keys in the order of their UIDs; a UID that is told twice is as it was told last.
  const inOrder = [...new Map(envelopes.map((one) => [one.uid, one])).values()].sort((a, b) => a.uid - b.uid);
  return writeMail(context, to.accountId, (touched) => {
    const there = placementsAt(
      mail,
      to.mailboxId,
      inOrder.map(({ uid }) => uid),
    );
    const others = inOrder.filter(({ uid }) => !there.has(uid));
    const batch: Batch = {
      mail,
      to,
      touched,
      keyOf: keysFor(mail, to.mailboxId, others),
      threads: createThreads(mail, to.accountId, others),
      there,
      twins: twinsOf(mail, to.accountId, others),
      heads: new Map(),
    };
    for (const envelope of inOrder) addEnvelope(batch, envelope);
    countAdded(mail, to.accountId, touched.added.length);
    indexHeads(mail, batch.heads);
    noteSenders(mail, to.accountId, batch.heads);
    return { added: touched.added };
  });
}

function countAdded(mail: Database, accountId: AccountId, count: number): void {
  if (count === 0) return;
  mail.run(
    `INSERT INTO account_size(account_id, messages) VALUES (?, ?)
     ON CONFLICT(account_id) DO UPDATE SET messages = messages + excluded.messages`,
    [accountId, count],
  );
}

/**
 * Keys in the order of UIDs also within one second: what has a lower UID than all that is here of its second goes below them, newest
 * first, so that each has room below it.
 */
function keysFor(
  mail: Database,
  mailboxId: MailboxId,
  envelopes: FetchedEnvelope[],
): (envelope: FetchedEnvelope) => MessageId {
  const keys = createKeys(
    mail,
    envelopes.map(({ internalDate }) => internalDate),
  );
  const lowestUids = new Map<MessageId, number>();
  const below = new Map<number, MessageId>();
  for (const { uid, internalDate } of envelopes.toReversed()) {
    if (!keys.isUsed(internalDate)) continue;
    const first = firstKeyOf(internalDate);
    const lowest = lowestUids.get(first) ?? lowestUid(mail, mailboxId, first);
    lowestUids.set(first, lowest);
    if (uid < lowest) below.set(uid, keys.below(internalDate));
  }
  return ({ uid, internalDate }) => below.get(uid) ?? keys.above(internalDate);
}

/** Of the messages of one second in this mailbox; 0 when there is none. */
function lowestUid(mail: Database, mailboxId: MailboxId, firstKey: MessageId): number {
  const row = mail.get<{ uid: number | null }>(
    'SELECT min(uid) AS uid FROM placement WHERE message_id BETWEEN ? AND ? AND +mailbox_id = ?',
    [firstKey, lastKeyOf(firstKey), mailboxId],
  );
  return row?.uid ?? 0;
}

function addEnvelope(batch: Batch, envelope: FetchedEnvelope): void {
  const { mail, to, touched, there, twins } = batch;
  const row = there.get(envelope.uid);
  if (row) {
    if (writeServerFlags(mail, row, envelope.flags, envelope.modseq)) touchPlacement(mail, row, touched);
    return;
  }
  if (envelope.messageIdHeader !== '' && !twins.has(twinKey(envelope))) {
    twins.add(twinKey(envelope));
    addMessage(batch, envelope);
    return;
  }
  const known = knownMessages(mail, to.accountId, envelope).map(
    ({ message_id: messageId, internal_date, email_id }) => ({
      isSameArrival:
        (email_id !== null && email_id === envelope.emailId) ||
        internal_date === (wholeTime(envelope.internalDate) ?? 0),
      messageId,
      here: mail.all<PlacementRow>(
        `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE message_id = ? AND mailbox_id = ?`,
        [messageId, to.mailboxId],
      ),
    }),
  );
  const waiting = known.flatMap(({ here }) => here).find((one) => one.uid === null);
  // Standing here under another UID, it was delivered twice: two messages, as on the server.
  const elsewhere = known.find(({ here, isSameArrival }) => here.length === 0 && isSameArrival);
  if (waiting) enterUid(mail, waiting, envelope, touched);
  else if (elsewhere) {
    const { messageId } = elsewhere;
    insertPlacement(mail, { ...placementOf(to, envelope), messageId });
    touchPlacement(mail, { mailbox_id: to.mailboxId, message_id: messageId }, touched);
  } else addMessage(batch, envelope);
}

const twinKey = ({ size, messageIdHeader }: { size: number; messageIdHeader: string }): string =>
  `${size} ${messageIdHeader}`;

/** Which of these the account may have already: only they are looked up one by one. */
function twinsOf(mail: Database, accountId: AccountId, envelopes: FetchedEnvelope[]): Set<string> {
  const headers = envelopes.map(({ messageIdHeader }) => messageIdHeader).filter((header) => header !== '');
  const rows = mail.all<{ messageIdHeader: string; size: number }>(TWINS_SQL, [
    JSON.stringify(headers),
    accountId,
  ]);
  return new Set(rows.map(twinKey));
}

/** See KNOWN_SQL of the plus sign. */
const TWINS_SQL = `SELECT message_id_header AS messageIdHeader, size FROM message
  WHERE message_id_header IN (SELECT value FROM json_each(?)) AND +account_id = ?`;

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
  'SELECT message_id, subject, from_list, date, internal_date, email_id FROM message WHERE message_id_header = ? AND +account_id = ? AND size = ? LIMIT 50';

type Known = {
  message_id: MessageId;
  subject: string;
  from_list: string;
  date: number;
  internal_date: number;
  /** RFC 8474: the server's own word for what is one message. */
  email_id: string | null;
};

/**
 * The same message in this account. Where the server names messages (RFC 8474 EMAILID, X-GM-MSGID) its word decides among those with
 * the same Message-ID and size; else the same Message-ID and size, or without a Message-ID same second and size; and in each case the same
 * subject, sender and date. A Message-ID can be copied by whoever has seen it, and a size be padded: alone they would show another's
 * mail in the place of this one.
 */
function knownMessages(mail: Database, accountId: AccountId, envelope: FetchedEnvelope): Known[] {
  const rows =
    envelope.messageIdHeader === ''
      ? mail.all<Known>(
          `SELECT message_id, subject, from_list, date, internal_date, email_id FROM message WHERE message_id BETWEEN ? AND ? AND +account_id = ?
             AND +message_id_header = '' AND size = ? AND subject = ? LIMIT 50`,
          [
            firstKeyOf(envelope.internalDate),
            lastKeyOf(firstKeyOf(envelope.internalDate)),
            accountId,
            envelope.size,
            envelope.subject,
          ],
        )
      : mail.all<Known>(KNOWN_SQL, [envelope.messageIdHeader, accountId, envelope.size]);
  const from = JSON.stringify(envelope.from);
  return rows.filter((row) =>
    row.email_id !== null && envelope.emailId !== undefined
      ? row.email_id === envelope.emailId
      : row.subject === envelope.subject && row.from_list === from && row.date === dateOf(envelope),
  );
}

const dateOf = (envelope: FetchedEnvelope): number =>
  wholeTime(envelope.date) ?? wholeTime(envelope.internalDate) ?? 0;

function addMessage({ mail, to, touched, keyOf, threads, heads }: Batch, envelope: FetchedEnvelope): void {
  const messageId = keyOf(envelope);
  const threadId = threads.assign({ ...envelope, messageId }, touched);
  const { to: toList, cc, bcc, replyTo } = envelope;
  mail.run(
    `INSERT INTO message (message_id, account_id, thread_id, message_id_header, in_reply_to, reference_list, subject,
       from_list, people, preview, date, internal_date, size, has_attachments, email_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      dateOf(envelope),
      wholeTime(envelope.internalDate) ?? 0,
      envelope.size,
      envelope.hasAttachments ? 1 : 0,
      envelope.emailId ?? null,
    ],
  );
  insertPlacement(mail, { ...placementOf(to, envelope), messageId });
  heads.set(messageId, { subject: envelope.subject, from: envelope.from, to: [...toList, ...bcc], cc });
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
