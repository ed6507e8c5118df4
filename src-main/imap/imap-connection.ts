/**
 * One logged-in IMAP connection: a thin, typed face of imapflow, which nobody else imports. Everything that comes in has been
 * cleaned, every error is a MailError. Commands run in the order in which they are called; who opens a mailbox keeps the
 * connection to himself until he is done with it (sync's lanes see to that).
 *
 * The same face stands before a connection of this thread (local-connection) and before one in the worker (imap-worker), where
 * the reading of answers costs the engine's thread nothing.
 */
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import type { Log } from '../base/log.ts';
import type { Authentication } from '../sasl/authentication.ts';
import type { CreatedUse } from './create-mailbox.ts';
import type {
  FetchedEnvelope,
  FetchedFlags,
  FetchedMessage,
  FetchedSource,
  SourceOptions,
} from './fetched.ts';
import type { ListedMailbox, MailboxStatus } from './mailbox-list.ts';
import type { ImapSearch } from './search.ts';

export type ImapCapabilities = {
  condstore: boolean;
  qresync: boolean;
  move: boolean;
  uidplus: boolean;
  /** RFC 5819: the list of mailboxes comes with their status; without it `listMailboxes` costs a STATUS each. */
  listStatus: boolean;
  /** RFC 5465: `notify` works. */
  notify: boolean;
  /** RFC 8508: `replace` works. */
  replace: boolean;
  /** RFC 8970: `fetchPreviews` works. */
  preview: boolean;
  /** RFC 8474: envelopes have an `emailId`, mailboxes an `objectId`. */
  objectId: boolean;
  /** X-GM-EXT-1: envelopes have an `emailId`. */
  gmail: boolean;
  /** RFC 9394: part of a mailbox is asked for by position, without sequence numbers. */
  partial: boolean;
  /** RFC 9738: most messages that one command may name. This room cuts its own commands; who calls need not. */
  messageLimit?: number;
  /** RFC 7889: bytes of the largest message that `append` may bring, for all mailboxes; absent: not told. */
  appendLimit?: number;
};

export type MailboxChanges = { changed: FetchedFlags[]; vanished: number[] };

export type OpenedMailbox = {
  exists: number;
  uidValidity: number;
  uidNext: number;
  /** Absent when the mailbox keeps no mod-sequences (RFC 7162 §3.1.2.2). */
  highestModseq?: bigint;
  /** RFC 8474 §4.1: stays the same when the mailbox is renamed. */
  objectId?: string;
  /** What changed since the state given to `openMailbox`; only when the server could tell (QRESYNC). */
  changes?: MailboxChanges;
};

/** `uidMap` is there when the server told it (COPYUID, RFC 4315 §3). */
export type MoveResult = { uidMap?: Map<number, number>; uidValidity?: number };

/** What NOTIFY tells of a mailbox; `overflow`: the server stopped telling (RFC 5465 §5.8), STATUS has to be asked for again. */
export type MailboxNews = { kind: 'status'; path: string; status: MailboxStatus } | { kind: 'overflow' };

export type ImapConnection = {
  readonly host: string;
  readonly capabilities: ImapCapabilities;
  isOpen(): boolean;
  /** Calls back once, when the connection is closed by whomever. */
  onClose(listener: () => void): void;
  /** Something changed in the open mailbox (IDLE, or beside another command's answer). */
  onNews(listener: () => void): void;
  /** Something changed in another mailbox; only after `notify` answered true. */
  onMailboxNews(listener: (news: MailboxNews) => void): void;
  /**
   * Asks to be told of changes in all of the person's mailboxes while this connection idles (RFC 5465). Open the mailbox to watch
   * first, then call `idle` as ever. Answers false where the server does not offer it or refuses.
   */
  notify(): Promise<boolean>;
  /** All mailboxes that a command can name, with their status where the server can add it to LIST (RFC 5819); else one STATUS for each. */
  listMailboxes(): Promise<ListedMailbox[]>;
  /** The state of one mailbox that is not open. Throws `mailbox-missing`. */
  mailboxStatus(path: string): Promise<MailboxStatus>;
  /** The path of the open mailbox. */
  openPath(): string | undefined;
  /** Opens for reading and writing; one that is open already costs nothing, and answers with what is known of it. */
  openMailbox(path: string): Promise<OpenedMailbox>;
  /** Asks the server for the state as it is now. With `since` QRESYNC tells the changes in the same answer. */
  selectMailbox(path: string, since?: { uidValidity: number; highestModseq: bigint }): Promise<OpenedMailbox>;
  /** The newest messages of the open mailbox, newest first. */
  fetchNewest(count: number): Promise<FetchedEnvelope[]>;
  /** Newest first; UIDs that do not exist are left out. */
  fetchEnvelopes(uids: readonly number[]): Promise<FetchedEnvelope[]>;
  /**
   * The same in batches (of ENVELOPE_BATCH, each newest first, the later one not always the older), as they come. The next are
   * read while `onBatch` works, and no further ahead than a few: memory stays bounded however many are asked for. An error of
   * `onBatch` ends it and is thrown.
   */
  streamEnvelopes(
    uids: readonly number[],
    onBatch: (batch: FetchedEnvelope[]) => void | Promise<void>,
  ): Promise<void>;
  /** The first words of messages, as the server made them (RFC 8970); empty where it does not offer that. */
  fetchPreviews(uids: readonly number[]): Promise<Map<number, string>>;
  fetchFlags(from: number, to: number): Promise<FetchedFlags[]>;
  /** The Message-ID headers of UIDs that exist; empty for a message without one. */
  fetchMessageIds(uids: readonly number[]): Promise<Map<number, string>>;
  /** Flags changed since a mod-sequence, and with QRESYNC what was expunged (RFC 7162 §3.1.4.1, §3.2.6). */
  fetchChanges(since: bigint): Promise<MailboxChanges>;
  /** UIDs from..to that exist, ascending. */
  existingUids(from: number, to: number): Promise<number[]>;
  /** Whole messages, without setting \Seen. */
  fetchSources(uids: readonly number[]): Promise<FetchedSource[]>;
  /**
   * One message, or one section of it, in pieces of at most 1 MB: however large it is, only a few pieces are in memory. `from`
   * goes on where an earlier try ended. Answers with the number of its bytes. Throws `message-gone`.
   */
  fetchSource(uid: number, options: SourceOptions): Promise<number>;
  /**
   * Messages without their attachments of more than `maxAttachment` bytes (as transferred): each a whole message to a parser, in
   * which those attachments are empty. `omitted` names them in the order in which they stand; `fetchSource` brings their content,
   * encoded as the part's header says. UIDs that do not exist are left out.
   */
  fetchParts(uids: readonly number[], options: { maxAttachment: number }): Promise<FetchedMessage[]>;
  /** Answers with the flags that the server now has, as far as it tells. */
  storeFlags(uids: readonly number[], change: { add: string[]; remove: string[] }): Promise<FetchedFlags[]>;
  /** MOVE; else COPY, \Deleted and UID EXPUNGE. Without UIDPLUS the originals stay, marked \Deleted: a bare EXPUNGE takes others along. */
  moveMessages(uids: readonly number[], toPath: string): Promise<MoveResult>;
  /** Marks \Deleted and, with UIDPLUS, expunges these and no others. */
  deleteMessages(uids: readonly number[]): Promise<void>;
  /** Throws `message-too-large` before anything is sent where the server told its limit (RFC 7889). */
  append(
    path: string,
    message: { source: Uint8Array; flags: string[]; internalDate: number },
  ): Promise<{ uid?: number; uidValidity?: number }>;
  /**
   * Puts a message in the place of one of the open mailbox, both at once or neither (RFC 8508). `path` is the open mailbox. Throws as
   * `append` does, and `change-refused` or `message-gone` when the old one is not there (any more).
   */
  replace(
    path: string,
    uid: number,
    message: { source: Uint8Array; flags: string[]; internalDate: number },
  ): Promise<{ uid?: number; uidValidity?: number }>;
  /** Makes the mailbox for this use where there is none, in the personal namespace, and subscribes it. */
  createMailbox(use: CreatedUse): Promise<void>;
  /** Makes a mailbox and subscribes it. Throws `mailbox-exists`, `mailbox-name-refused`. */
  makeMailbox(path: string): Promise<void>;
  /** Throws `mailbox-missing`, `mailbox-exists`, `mailbox-name-refused`. */
  renameMailbox(path: string, toPath: string): Promise<void>;
  /** Removes the mailbox with all that is in it. Throws `mailbox-missing`. */
  removeMailbox(path: string): Promise<void>;
  setSubscribed(path: string, isSubscribed: boolean): Promise<void>;
  /** Messages of the open mailbox with this Message-ID. */
  searchMessageId(messageIdHeader: string): Promise<number[]>;
  /** UIDs of the open mailbox that fit, ascending. Throws `change-refused` for what the server does not understand. */
  search(search: ImapSearch): Promise<number[]>;
  /** Waits for news in the open mailbox, in the background, until the next command. */
  idle(): void;
  /** Asks for a sign of life; closes the connection when none comes in time (milliseconds). */
  probe(timeout: number): Promise<boolean>;
  /** What went over the wire so far, in bytes, and how many commands were sent (one at a time: a round trip each). */
  traffic(): Promise<Traffic>;
  close(): void;
};

export type Traffic = { sent: number; received: number; commands: number };

export type LoginOptions = {
  settings: ServerSettings;
  authentication: Authentication;
  signal: AbortSignal;
  log: Log;
  /** COMPRESS=DEFLATE (RFC 4978) where offered: a round trip more, worth it for much mail over a slow line. */
  compress?: boolean;
};
