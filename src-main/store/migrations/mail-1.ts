/** What the server has too. */
export const MAIL_1 = `
CREATE TABLE mailbox (
  mailbox_id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  path TEXT NOT NULL,
  delimiter TEXT NOT NULL,
  name TEXT NOT NULL,
  special_use TEXT,
  is_selectable INTEGER NOT NULL,
  is_subscribed INTEGER NOT NULL DEFAULT 1,
  object_id TEXT, -- MAILBOXID (RFC 8474)
  created_by TEXT, -- pending operation that makes it on the server
  -- kept counters: visible placements, and threads that have one
  total INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  threads INTEGER NOT NULL DEFAULT 0,
  unread_threads INTEGER NOT NULL DEFAULT 0,
  uid_validity INTEGER,
  uid_next INTEGER,
  highest_modseq INTEGER,
  backfilled_to INTEGER,
  compared_at INTEGER, -- when all of it was last compared with the server
  collected_total INTEGER NOT NULL DEFAULT 0, -- what total was when the recipients of its messages were last noted
  UNIQUE (account_id, path)
) STRICT;

CREATE TABLE account_size (
  account_id TEXT PRIMARY KEY,
  messages INTEGER NOT NULL DEFAULT 0,
  bodies INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE thread (
  thread_id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  base_subject TEXT NOT NULL,
  -- began with an answer that names no message: what it answers may still come
  awaits_original INTEGER NOT NULL
) STRICT;
CREATE INDEX thread_subject ON thread(account_id, base_subject, thread_id);

-- Every Message-ID that is known or was referred to, and the thread that it belongs to.
CREATE TABLE thread_link (
  message_id_header TEXT NOT NULL,
  account_id TEXT NOT NULL,
  thread_id INTEGER NOT NULL,
  PRIMARY KEY (message_id_header, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_link_thread ON thread_link(thread_id);

CREATE TABLE message (
  message_id INTEGER PRIMARY KEY, -- seconds of the INTERNALDATE * 64 + n: see message-key.ts
  account_id TEXT NOT NULL,
  thread_id INTEGER NOT NULL,
  message_id_header TEXT NOT NULL,
  in_reply_to TEXT NOT NULL, -- Message-IDs, space between
  reference_list TEXT NOT NULL,
  subject TEXT NOT NULL,
  from_list TEXT NOT NULL, -- addresses as JSON
  people TEXT NOT NULL, -- to, cc, bcc, replyTo as JSON
  preview TEXT NOT NULL,
  date INTEGER NOT NULL,
  internal_date INTEGER NOT NULL,
  size INTEGER NOT NULL,
  has_attachments INTEGER NOT NULL,
  has_body INTEGER NOT NULL DEFAULT 0,
  email_id TEXT -- RFC 8474, X-GM-MSGID
) STRICT;
CREATE INDEX message_header ON message(message_id_header);
CREATE INDEX message_thread ON message(thread_id, message_id);
CREATE INDEX message_without_body ON message(account_id, message_id) WHERE has_body = 0;
CREATE INDEX message_account ON message(account_id, message_id);

-- Seconds whose 64 keys are taken, with the key to try next.
CREATE TABLE full_second (
  second INTEGER PRIMARY KEY,
  next_key INTEGER, -- above
  prev_key INTEGER -- below
) STRICT;

CREATE TABLE placement (
  placement_id INTEGER PRIMARY KEY,
  mailbox_id INTEGER NOT NULL REFERENCES mailbox(mailbox_id),
  uid INTEGER, -- NULL until the server's UID is known
  message_id INTEGER NOT NULL REFERENCES message(message_id),
  modseq INTEGER,
  flags TEXT NOT NULL, -- as shown: the server's with the pending changes on top
  server_flags TEXT NOT NULL,
  is_unread INTEGER NOT NULL,
  is_starred INTEGER NOT NULL,
  is_stale INTEGER NOT NULL DEFAULT 0, -- its UID was lost with a UIDVALIDITY
  created_by TEXT, -- pending move that put it here
  hidden_by TEXT -- pending move that took it away, or 'deleted'
) STRICT;
CREATE UNIQUE INDEX placement_uid ON placement(mailbox_id, uid);
CREATE INDEX placement_message ON placement(message_id, mailbox_id);
CREATE INDEX placement_unread ON placement(message_id) WHERE is_unread = 1;
CREATE INDEX placement_starred ON placement(message_id) WHERE is_starred = 1;
CREATE INDEX placement_created ON placement(created_by) WHERE created_by IS NOT NULL;
CREATE INDEX placement_hidden ON placement(hidden_by) WHERE hidden_by IS NOT NULL;

-- Threads as they stand in a mailbox.
CREATE TABLE thread_mailbox (
  mailbox_id INTEGER NOT NULL,
  thread_id INTEGER NOT NULL,
  last_message_id INTEGER NOT NULL,
  count INTEGER NOT NULL,
  unread INTEGER NOT NULL,
  starred INTEGER NOT NULL,
  attachments INTEGER NOT NULL,
  people TEXT, -- who wrote, oldest first; NULL with one message
  is_inbox INTEGER NOT NULL,
  PRIMARY KEY (thread_id, mailbox_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_mailbox_page ON thread_mailbox(mailbox_id, last_message_id DESC, thread_id);
CREATE INDEX thread_mailbox_inboxes ON thread_mailbox(last_message_id DESC, thread_id, mailbox_id) WHERE is_inbox = 1;

CREATE TABLE source (
  source_id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  content BLOB NOT NULL -- deflated
) STRICT;

CREATE TABLE body (
  message_id INTEGER PRIMARY KEY REFERENCES message(message_id),
  source_id INTEGER NOT NULL REFERENCES source(source_id),
  stored_bytes INTEGER NOT NULL,
  omitted TEXT, -- attachments that were left on the server, as JSON: then the source is without them
  content BLOB NOT NULL -- parsed parts as JSON, deflated
) STRICT;
CREATE INDEX body_source ON body(source_id);

-- Who has written to an account, and with which message for the first time. It stays when that message goes.
CREATE TABLE sender (
  account_id TEXT NOT NULL,
  address TEXT NOT NULL, -- in small letters
  first_message_id INTEGER NOT NULL,
  PRIMARY KEY (account_id, address)
) STRICT, WITHOUT ROWID;

-- What was found when the person had the signature of a message checked.
CREATE TABLE signature (
  message_id INTEGER PRIMARY KEY REFERENCES message(message_id) ON DELETE CASCADE,
  verdict TEXT NOT NULL, -- verified | failed | unknown
  domain TEXT
) STRICT;

-- Remote pictures that the person had loaded.
CREATE TABLE picture (
  message_id INTEGER NOT NULL REFERENCES message(message_id) ON DELETE CASCADE,
  address TEXT NOT NULL, -- as it was asked for
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  loaded_at INTEGER NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (message_id, address)
) STRICT;
CREATE INDEX picture_age ON picture(loaded_at, size);

-- Half-years that have an index of words, words_N: made when their first message comes (search-index.ts).
CREATE TABLE word_part (
  part INTEGER PRIMARY KEY
) STRICT;
-- Three letters each of subject and names, for what is inside words. Folded before it goes in; the exact test is made on the row.
CREATE VIRTUAL TABLE inside_index USING fts5(
  text,
  content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);

-- Operations of the journal whose effect is in this file.
CREATE TABLE applied_operation (
  operation_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  add_flags TEXT NOT NULL,
  remove_flags TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Pending flag changes on a placement.
CREATE TABLE flag_overlay (
  placement_id INTEGER NOT NULL REFERENCES placement(placement_id) ON DELETE CASCADE,
  operation_id TEXT NOT NULL REFERENCES applied_operation(operation_id) ON DELETE CASCADE,
  PRIMARY KEY (placement_id, operation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX flag_overlay_operation ON flag_overlay(operation_id);

CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
  UPDATE account_size SET messages = messages - 1 WHERE account_id = old.account_id;
END;
CREATE TRIGGER body_added AFTER INSERT ON body BEGIN
  UPDATE account_size SET bodies = bodies + 1, bytes = bytes + new.stored_bytes
    WHERE account_id = (SELECT account_id FROM message WHERE message_id = new.message_id);
END;
CREATE TRIGGER body_removed AFTER DELETE ON body BEGIN
  UPDATE account_size SET bodies = bodies - 1, bytes = bytes - old.stored_bytes
    WHERE account_id = (SELECT account_id FROM message WHERE message_id = old.message_id);
END;
`;
