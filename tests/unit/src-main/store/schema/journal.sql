CREATE TABLE account (
  account_id TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  position INTEGER NOT NULL,
  sign_in TEXT NOT NULL,
  account TEXT NOT NULL -- the model's Account as JSON
) STRICT;

CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  account_id TEXT, -- no reference: it outlives the account
  address TEXT,
  host TEXT,
  facts TEXT NOT NULL,
  receipt_id TEXT,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE audit_checkpoint (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  number INTEGER NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  signature TEXT NOT NULL
) STRICT;

CREATE TABLE contact (
  contact_id TEXT PRIMARY KEY,
  name TEXT NOT NULL, -- in lower case
  content TEXT NOT NULL, -- the model's ContactContent as JSON
  is_collected INTEGER NOT NULL
) STRICT;

CREATE TABLE contact_address (
  address TEXT NOT NULL, -- in lower case
  contact_id TEXT NOT NULL REFERENCES contact(contact_id) ON DELETE CASCADE,
  PRIMARY KEY (address, contact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_group (
  group_id TEXT PRIMARY KEY,
  contact_group TEXT NOT NULL -- the model's ContactGroup as JSON
) STRICT;

CREATE TABLE debt (
  position INTEGER PRIMARY KEY,
  debt_id TEXT NOT NULL UNIQUE,
  debt TEXT NOT NULL -- the DebtRecord as JSON; the key to it is in the vault
) STRICT;

CREATE TABLE dictionary (
  id TEXT PRIMARY KEY,
  language TEXT NOT NULL,
  aff BLOB NOT NULL, -- deflated UTF-8
  dic BLOB NOT NULL -- deflated UTF-8
) STRICT;

CREATE TABLE dictionary_choice (
  id TEXT PRIMARY KEY,
  is_on INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
  draft_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  content TEXT NOT NULL, -- DraftContent as JSON
  in_reply_to INTEGER,
  in_reply_to_header TEXT, -- keys are others after a rebuild of the store
  saved_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1, -- one more with each change
  is_copy INTEGER NOT NULL DEFAULT 0, -- somebody changed it elsewhere too
  store_at INTEGER, -- from when on this version is to go to the server
  store_error TEXT, -- why the server did not take this version
  attachments INTEGER NOT NULL DEFAULT 0, -- how many there must be
  submission_id TEXT -- in the outbox: no longer shown among the drafts
) STRICT;

CREATE TABLE draft_attachment (
  draft_id TEXT NOT NULL REFERENCES draft(draft_id) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  content BLOB NOT NULL,
  content_id TEXT, -- of a picture in the text
  PRIMARY KEY (draft_id, part)
) STRICT;

CREATE TABLE draft_copy (
  copy_id INTEGER PRIMARY KEY,
  draft_id TEXT NOT NULL, -- no reference: it outlives the draft
  account_id TEXT NOT NULL,
  version INTEGER NOT NULL, -- of the draft that it holds
  message_id_header TEXT NOT NULL,
  is_old INTEGER NOT NULL DEFAULT 0,
  uid_validity INTEGER,
  uid INTEGER,
  stored_at INTEGER -- absent: it may be there, or not
) STRICT;

CREATE TABLE grant_entry (
  grant_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL UNIQUE REFERENCES account(account_id) ON DELETE CASCADE,
  grant_json TEXT NOT NULL
) STRICT;

CREATE TABLE identity (
  identity_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account(account_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  address TEXT NOT NULL,
  display_name TEXT NOT NULL,
  submission TEXT, -- a server of its own, as JSON; its password is in the vault
  knows_scram INTEGER NOT NULL DEFAULT 0, -- that server has offered SCRAM
  signature TEXT -- as JSON
) STRICT;

CREATE TABLE learned_word (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE local_mailbox (
  local_mailbox_id INTEGER PRIMARY KEY AUTOINCREMENT, -- its UIDVALIDITY too
  account_id TEXT NOT NULL,
  path TEXT NOT NULL,
  special_use TEXT,
  uid_next INTEGER NOT NULL DEFAULT 1,
  UNIQUE (account_id, path)
) STRICT;

CREATE TABLE local_message (
  local_mailbox_id INTEGER NOT NULL REFERENCES local_mailbox(local_mailbox_id),
  uid INTEGER NOT NULL,
  came_to INTEGER NOT NULL, -- the mailbox into which it was brought, wherever it stands now
  flags TEXT NOT NULL,
  internal_date INTEGER NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL, -- of the source
  PRIMARY KEY (local_mailbox_id, uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE local_source (
  sha256 BLOB NOT NULL,
  part INTEGER NOT NULL,
  content BLOB NOT NULL, -- deflated
  UNIQUE (sha256, part)
) STRICT;

CREATE TABLE local_unfinished (sha256 BLOB PRIMARY KEY) STRICT;

CREATE TABLE note (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE operation (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  operation_id TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL, -- pending | running | done | failed | undone
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at INTEGER,
  settled_at INTEGER,
  change TEXT NOT NULL, -- what to do, as JSON
  targets TEXT NOT NULL DEFAULT '[]',
  result TEXT, -- what the server answered: new UIDs
  binding INTEGER NOT NULL DEFAULT 0, -- after a rebuild of the store: 1 looks for its messages, 2 cannot be run before
  paths TEXT NOT NULL DEFAULT '{}' -- of the mailboxes that it names, by id
) STRICT;

CREATE TABLE operation_source (
  operation_id TEXT PRIMARY KEY REFERENCES operation(operation_id) ON DELETE CASCADE,
  source BLOB NOT NULL -- deflated
) STRICT;

CREATE TABLE picture_sender (
  address TEXT NOT NULL, -- in small letters
  account_id TEXT NOT NULL REFERENCES account(account_id) ON DELETE CASCADE,
  since INTEGER NOT NULL,
  PRIMARY KEY (address, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE read_receipt (
  account_id TEXT NOT NULL REFERENCES account(account_id) ON DELETE CASCADE,
  message_id_header TEXT NOT NULL,
  submission_id TEXT, -- while it can be taken back
  PRIMARY KEY (account_id, message_id_header)
) STRICT;

CREATE TABLE receipt (
  position INTEGER PRIMARY KEY,
  receipt_id TEXT NOT NULL UNIQUE,
  receipt TEXT NOT NULL
) STRICT;

CREATE TABLE removed_address (address TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE sign_out (
  grant_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  batch TEXT NOT NULL,
  finish_first INTEGER NOT NULL,
  mail TEXT NOT NULL
) STRICT;

CREATE TABLE smtp_offer (
  identity_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account(account_id) ON DELETE CASCADE,
  host TEXT NOT NULL, -- whose word it is: another server's counts for nothing
  offer TEXT NOT NULL -- as JSON
) STRICT;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE submission (
  position INTEGER PRIMARY KEY,
  submission_id TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL,
  draft_id TEXT NOT NULL REFERENCES draft(draft_id),
  state TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  send_at INTEGER, -- the time that the person chose
  looked_up_at INTEGER, -- when it was last looked for in Sent
  next_try_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  refused TEXT NOT NULL DEFAULT '[]',
  smtp_envelope TEXT NOT NULL,
  message_id_header TEXT NOT NULL,
  source BLOB NOT NULL, -- deflated
  purpose TEXT, -- made whole, and no draft of a person: redirect | receipt | invitation
  operations TEXT NOT NULL DEFAULT '[]' -- queued with it, and undone with it
) STRICT;

CREATE TABLE template (
  template_id TEXT PRIMARY KEY,
  template TEXT NOT NULL -- the model's Template as JSON
) STRICT;

CREATE TABLE web_contact (
  account_id TEXT NOT NULL REFERENCES account(account_id) ON DELETE CASCADE,
  reason TEXT NOT NULL, -- pictures | unsubscribe
  host TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account_id, reason, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE written_to (
  address TEXT PRIMARY KEY, -- in lower case
  times INTEGER NOT NULL,
  first_at INTEGER, -- from when on it is counted here
  last_at INTEGER NOT NULL,
  score REAL NOT NULL, -- often and lately (contact-table.ts)
  -- the same of what lies in Sent from before: set, never added to
  history_times INTEGER NOT NULL DEFAULT 0,
  history_last INTEGER NOT NULL DEFAULT 0,
  history_score REAL NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_address ON account(address) WHERE address <> '';

CREATE INDEX audit_account ON audit(account_id, number);

CREATE INDEX contact_address_contact ON contact_address(contact_id);

CREATE INDEX contact_name ON contact(name);

CREATE INDEX draft_account ON draft(account_id);

CREATE INDEX draft_copy_account ON draft_copy(account_id);

CREATE INDEX draft_copy_draft ON draft_copy(draft_id);

CREATE INDEX draft_saved ON draft(saved_at DESC) WHERE submission_id IS NULL;

CREATE INDEX identity_account ON identity(account_id, position);

CREATE INDEX local_message_source ON local_message(sha256, came_to);

CREATE INDEX operation_active ON operation(account_id, seq) WHERE state IN ('pending', 'running');

CREATE INDEX operation_settled ON operation(settled_at) WHERE settled_at IS NOT NULL;

CREATE INDEX operation_unbound ON operation(account_id) WHERE binding > 0;

CREATE INDEX picture_sender_account ON picture_sender(account_id);

CREATE INDEX submission_account ON submission(account_id)