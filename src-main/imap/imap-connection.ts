/**
 * One logged-in IMAP connection: a thin, typed face of imapflow, which nobody else imports. Everything that comes in has been
 * cleaned, every error is a MailError. Commands run in the order in which they are called; who opens a mailbox keeps the
 * connection to himself until he is done with it (sync's lanes see to that).
 */
import type { ImapFlow, MessageRange } from 'imapflow';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { systemClock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import type { Authentication } from '../sasl/authentication.ts';
import { createBoundedReader } from './bounded-reader.ts';
import { cleanFlags, cleanMessageId } from './clean.ts';
import { type CreatedUse, createMailbox } from './create-mailbox.ts';
import { ENVELOPE_QUERY, envelopeOf } from './envelope.ts';
import type { FetchedEnvelope, FetchedFlags, FetchedSource } from './fetched.ts';
import { refusalError, translateImapError } from './imap-errors.ts';
import { logIn } from './imap-login.ts';
import { canBeNamed, type ListedMailbox, listedMailbox } from './mailbox-list.ts';
import { withinEarshot } from './silence.ts';
import { formatUidSet, parseUidSet } from './uid-set.ts';

export type ImapCapabilities = { condstore: boolean; qresync: boolean; move: boolean; uidplus: boolean };

export type MailboxChanges = { changed: FetchedFlags[]; vanished: number[] };

export type OpenedMailbox = {
  exists: number;
  uidValidity: number;
  uidNext: number;
  /** Absent when the mailbox keeps no mod-sequences (RFC 7162 §3.1.2.2). */
  highestModseq?: bigint;
  /** What changed since the state given to `openMailbox`; only when the server could tell (QRESYNC). */
  changes?: MailboxChanges;
};

/** `uidMap` is there when the server told it (COPYUID, RFC 4315 §3). */
export type MoveResult = { uidMap?: Map<number, number>; uidValidity?: number };

export type ImapConnection = {
  readonly host: string;
  readonly capabilities: ImapCapabilities;
  isOpen(): boolean;
  /** Calls back once, when the connection is closed by whomever. */
  onClose(listener: () => void): void;
  /** Something changed in the open mailbox (IDLE, or beside another command's answer). */
  onNews(listener: () => void): void;
  /** All mailboxes that a command can name, with their status where the server can add it to LIST (RFC 5819); else one STATUS for each. */
  listMailboxes(): Promise<ListedMailbox[]>;
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
  fetchFlags(from: number, to: number): Promise<FetchedFlags[]>;
  /** The Message-ID headers of UIDs that exist; empty for a message without one. */
  fetchMessageIds(uids: readonly number[]): Promise<Map<number, string>>;
  /** Flags changed since a mod-sequence, and with QRESYNC what was expunged (RFC 7162 §3.1.4.1, §3.2.6). */
  fetchChanges(since: bigint): Promise<MailboxChanges>;
  /** UIDs from..to that exist, ascending. */
  existingUids(from: number, to: number): Promise<number[]>;
  /** Whole messages, without setting \Seen. */
  fetchSources(uids: readonly number[]): Promise<FetchedSource[]>;
  /** Answers with the flags that the server now has, as far as it tells. */
  storeFlags(uids: readonly number[], change: { add: string[]; remove: string[] }): Promise<FetchedFlags[]>;
  /** MOVE; else COPY, \Deleted and UID EXPUNGE. Without UIDPLUS the originals stay, marked \Deleted: a bare EXPUNGE takes others along. */
  moveMessages(uids: readonly number[], toPath: string): Promise<MoveResult>;
  /** Marks \Deleted and, with UIDPLUS, expunges these and no others. */
  deleteMessages(uids: readonly number[]): Promise<void>;
  append(
    path: string,
    message: { source: Uint8Array; flags: string[]; internalDate: number },
  ): Promise<{ uid?: number; uidValidity?: number }>;
  /** Makes the mailbox for this use where there is none, in the personal namespace, and subscribes it. */
  createMailbox(use: CreatedUse): Promise<void>;
  /** Messages of the open mailbox with this Message-ID. */
  searchMessageId(messageIdHeader: string): Promise<number[]>;
  /** Waits for news in the open mailbox, in the background, until the next command. */
  idle(): void;
  /** Asks for a sign of life; closes the connection when none comes in time (milliseconds). */
  probe(timeout: number): Promise<boolean>;
  close(): void;
};

export type OpenImapOptions = {
  settings: ServerSettings;
  authentication: Authentication;
  signal: AbortSignal;
  log: Log;
};

/** Opens a connection and logs in. Throws MailError, or the signal's reason; the signal has no say afterwards. */
export async function openImap({
  settings,
  authentication,
  signal,
  log,
}: OpenImapOptions): Promise<ImapConnection> {
  const client = await logIn(settings, authentication, signal);
  log.info('imap.opened', { host: settings.host, tls: client.tls ? client.tls.version : 'none' });
  return connectionOf(client, settings.host, authentication.kind);
}

/** A server says nothing while a message is on its way up; that something moves is then the socket's own time limit to see. */
const APPEND_SILENCE = 10 * 60_000;

/** One line of a server can name billions of UIDs as gone. */
const MOST_VANISHED = 2_000_000;

function connectionOf(client: ImapFlow, host: string, auth: 'oauth' | 'password'): ImapConnection {
  const newsListeners = new Set<() => void>();
  const tellNews = () => {
    for (const listener of newsListeners) listener();
  };
  client.on('exists', tellNews);
  client.on('expunge', tellNews);
  client.on('flags', tellNews);

  // imapflow answers `false` for a refused STORE, COPY or MOVE; why stands in the tagged response only.
  let lastResponseCode: string | undefined;
  client.on('response', ({ response, code }) => {
    if (response !== 'OK') lastResponseCode = code?.toUpperCase();
  });

  /** Runs commands, gives the connection up when it falls silent meanwhile, and translates what they throw. */
  async function run<T>(task: () => Promise<T>, limit: number = LIMITS.imapSilence): Promise<T> {
    lastResponseCode = undefined;
    try {
      return await withinEarshot(task, {
        heard: () => client.stats().received,
        limit,
        clock: systemClock,
        onSilence: () => client.close(),
      });
    } catch (error) {
      throw translateImapError(error, { host, auth });
    }
  }

  function refused(): MailError {
    if (!client.usable) return new MailError('connection-lost', { retry: 'later', detail: { host } });
    return refusalError(lastResponseCode, host);
  }

  function openedMailbox(): OpenedMailbox {
    const mailbox = client.mailbox;
    if (mailbox === false) throw new MailError('connection-lost', { retry: 'later', detail: { host } });
    const { exists, uidValidity, uidNext, highestModseq, noModseq } = mailbox;
    return {
      exists: exists ?? 0,
      uidValidity: Number(uidValidity ?? 0),
      uidNext: uidNext ?? 0,
      ...(highestModseq !== undefined && !noModseq && { highestModseq }),
    };
  }

  /** Gathers what imapflow tells by events while a command runs. */
  async function gatherChanges(task: () => Promise<unknown>): Promise<MailboxChanges> {
    const changes: MailboxChanges = { changed: [], vanished: [] };
    let isTooMuch = false;
    const onFlags = (event: {
      uid?: number | undefined;
      flags: Set<string>;
      modseq?: bigint | undefined;
    }) => {
      if (event.uid !== undefined) changes.changed.push(flagsOf({ ...event, uid: event.uid }));
    };
    const onExpunge = (event: { uid?: number | undefined }) => {
      if (event.uid === undefined) return;
      if (changes.vanished.length < MOST_VANISHED) changes.vanished.push(event.uid);
      else isTooMuch = true;
    };
    client.on('flags', onFlags);
    client.on('expunge', onExpunge);
    // What was asked for is no news.
    client.off('flags', tellNews);
    client.off('expunge', tellNews);
    try {
      await task();
      if (isTooMuch) throw new MailError('protocol-error', { retry: 'later', detail: { host } });
      return changes;
    } finally {
      client.off('flags', onFlags);
      client.off('expunge', onExpunge);
      client.on('flags', tellNews);
      client.on('expunge', tellNews);
    }
  }

  const { fetch, fetchSources, list } = createBoundedReader(client, host);

  async function fetchEnvelopes(
    range: MessageRange,
    expected: number,
    byUid: boolean,
  ): Promise<FetchedEnvelope[]> {
    const envelopes: FetchedEnvelope[] = [];
    for await (const message of fetch(range, ENVELOPE_QUERY, { uid: byUid }, expected)) {
      // Without an envelope it is news of flags, told in between.
      const envelope = message.envelope && envelopeOf(message, Date.now());
      if (envelope) envelopes.push(envelope);
    }
    return envelopes.sort((a, b) => b.uid - a.uid);
  }

  async function deleteRange(range: string): Promise<void> {
    const isGone = client.capabilities.has('UIDPLUS')
      ? await client.messageDelete(range, { uid: true })
      : await client.messageFlagsAdd(range, ['\\Deleted'], { uid: true, silent: true });
    if (!isGone) throw refused();
  }

  async function uidsOf(query: { uid: string } | { header: Record<string, string> }): Promise<number[]> {
    // ESEARCH (RFC 4731 §3.1) answers with ranges: a whole mailbox is a few bytes.
    const found = await client.search(query, { uid: true, returnOptions: ['ALL'] });
    if (found === false || found === undefined) throw refused();
    return Array.isArray(found) ? found.sort((a, b) => a - b) : parseUidSet(found.all ?? '');
  }

  return {
    host,
    capabilities: {
      condstore: client.enabled.has('CONDSTORE'),
      qresync: client.enabled.has('QRESYNC'),
      move: client.capabilities.has('MOVE'),
      uidplus: client.capabilities.has('UIDPLUS'),
    },
    isOpen: () => client.usable,
    onClose: (listener) => {
      if (client.usable) client.once('close', listener);
      else queueMicrotask(listener);
    },
    onNews: (listener) => void newsListeners.add(listener),

    listMailboxes: () =>
      run(async () => {
        const query = { messages: true, uidNext: true, uidValidity: true, highestModseq: true };
        return (await list({ statusQuery: query })).filter(canBeNamed).map(listedMailbox);
      }),

    openPath: () => (client.mailbox === false ? undefined : client.mailbox.path),

    openMailbox: (path) =>
      run(async () => {
        if (client.mailbox === false || client.mailbox.path !== path) await client.mailboxOpen(path);
        return openedMailbox();
      }),

    selectMailbox: (path, since) =>
      run(async () => {
        const options = since && { changedSince: since.highestModseq, uidValidity: since.uidValidity };
        // A new count is part of the answer, no news.
        client.off('exists', tellNews);
        const changes = await gatherChanges(() => client.mailboxOpen(path, options)).finally(() =>
          client.on('exists', tellNews),
        );
        const opened = openedMailbox();
        const isResynced =
          since !== undefined &&
          client.enabled.has('QRESYNC') &&
          opened.uidValidity === since.uidValidity &&
          opened.highestModseq !== undefined;
        return { ...opened, ...(isResynced && { changes }) };
      }),

    fetchNewest: (count) =>
      run(async () => {
        const { exists } = openedMailbox();
        if (exists === 0) return [];
        return fetchEnvelopes(`${Math.max(1, exists - count + 1)}:${exists}`, count, false);
      }),

    fetchEnvelopes: (uids) =>
      run(async () => (uids.length === 0 ? [] : fetchEnvelopes(formatUidSet(uids), uids.length, true))),

    fetchFlags: (from, to) =>
      run(async () => {
        const found: FetchedFlags[] = [];
        for await (const one of fetch(`${from}:${to}`, { uid: true, flags: true }, { uid: true })) {
          // "5:9" and "9:5" are the same (RFC 9051 §9): a server may answer with the last message although it is older.
          if (one.uid >= from && one.uid <= to) found.push(flagsOf(one));
        }
        return found;
      }),

    fetchMessageIds: (uids) =>
      run(async () => {
        const found = new Map<number, string>();
        const query = { uid: true, envelope: true };
        for await (const { uid, envelope } of fetch(formatUidSet(uids), query, { uid: true }, uids.length)) {
          if (envelope) found.set(uid, cleanMessageId(envelope.messageId));
        }
        return found;
      }),

    fetchChanges: (since) =>
      run(async () => {
        const changed: FetchedFlags[] = [];
        const gathered = await gatherChanges(async () => {
          const query = { uid: true, flags: true };
          for await (const one of fetch('1:*', query, { uid: true, changedSince: since })) {
            changed.push(flagsOf(one));
          }
        });
        return { changed, vanished: gathered.vanished };
      }),

    existingUids: (from, to) =>
      run(async () => {
        if (openedMailbox().exists === 0 || to < from) return [];
        const uids = await uidsOf({ uid: `${from}:${to}` });
        return uids.filter((uid) => uid >= from && uid <= to);
      }),

    fetchSources: (uids) => run(() => fetchSources(uids)),

    storeFlags: (uids, { add, remove }) =>
      run(async () => {
        const range = formatUidSet(uids);
        const options = { uid: true };
        const { changed } = await gatherChanges(async () => {
          if (add.length > 0 && !(await client.messageFlagsAdd(range, add, options))) throw refused();
          if (remove.length > 0 && !(await client.messageFlagsRemove(range, remove, options)))
            throw refused();
        });
        return changed;
      }),

    moveMessages: (uids, toPath) =>
      run(async () => {
        const range = formatUidSet(uids);
        if (client.capabilities.has('MOVE')) {
          const moved = await client.messageMove(range, toPath, { uid: true });
          if (!moved) throw refused();
          return moveResult(moved);
        }
        const copied = await client.messageCopy(range, toPath, { uid: true });
        if (!copied) throw refused();
        await deleteRange(range);
        return moveResult(copied);
      }),

    deleteMessages: (uids) => run(() => deleteRange(formatUidSet(uids))),

    append: (path, { source, flags, internalDate }) =>
      run(async () => {
        const appended = await client.append(path, source, flags, new Date(internalDate));
        if (!appended) throw refused();
        const { uid, uidValidity } = appended;
        return {
          ...(uid !== undefined && { uid }),
          ...(uidValidity !== undefined && { uidValidity: Number(uidValidity) }),
        };
      }, APPEND_SILENCE),

    createMailbox: (use) => run(() => createMailbox(client, use)),

    searchMessageId: (messageIdHeader) =>
      run(async () => {
        if (messageIdHeader === '' || openedMailbox().exists === 0) return [];
        return uidsOf({ header: { 'message-id': messageIdHeader } });
      }),

    idle: () => void client.idle().catch(() => undefined),

    probe: async (timeout) => {
      const timer = setTimeout(() => client.close(), timeout);
      try {
        await client.noop();
      } catch {
        client.close();
      } finally {
        clearTimeout(timer);
      }
      return client.usable;
    },

    close: () => client.close(),
  };
}

function flagsOf(message: {
  uid: number;
  flags?: Set<string> | undefined;
  modseq?: bigint | undefined;
}): FetchedFlags {
  return {
    uid: message.uid,
    flags: cleanFlags(message.flags),
    ...(message.modseq !== undefined && { modseq: message.modseq }),
  };
}

function moveResult(result: {
  uidMap?: Map<number, number> | undefined;
  uidValidity?: bigint | undefined;
}): MoveResult {
  return {
    ...(result.uidMap && { uidMap: result.uidMap }),
    ...(result.uidValidity !== undefined && { uidValidity: Number(result.uidValidity) }),
  };
}
