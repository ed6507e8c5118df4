/** A connection over imapflow, read in the thread in which it was opened. */
import { systemClock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { createBoundedReader } from './bounded-reader.ts';
import { capabilitiesOf } from './capabilities.ts';
import { cleanText } from './clean.ts';
import { createMailbox } from './create-mailbox.ts';
import { envelopeItems, envelopeOf, flagsOf, hasModseq } from './envelope.ts';
import { fetchParts, fetchSource } from './fetch-source.ts';
import type { FetchedEnvelope, FetchedFlags } from './fetched.ts';
import { gather } from './gather-changes.ts';
import { headerFieldsOf } from './header-fields.ts';
import type { ImapConnection, MailboxNews, MoveResult, OpenedMailbox } from './imap-connection.ts';
import { translateImapError } from './imap-errors.ts';
import type { LoggedIn } from './imap-login.ts';
import * as mailboxes from './mailbox-commands.ts';
import { hearNotify, setNotify } from './notify.ts';
import { bytesOf, listOf, rawOf, textOf } from './raw-command.ts';
import { uidOf } from './raw-fetch.ts';
import { replaceMessage } from './replace.ts';
import { searchMailbox } from './search.ts';
import { withinEarshot } from './silence.ts';
import { chunksOf, formatUidSet, HIGHEST_UID, parseUidSet } from './uid-set.ts';

/** Envelopes that are handed on together: few enough that one transaction with them is short. */
export const ENVELOPE_BATCH = 200;

/** A server says nothing while a message is on its way up; that something moves is then the socket's own time limit to see. */
const APPEND_SILENCE = 10 * 60_000;

/** RFC 8970 §3.1: at most 256 characters. */
const LONGEST_PREVIEW = 256;

/** The face of a client that has logged in. `auth` says of what a refusal is one: the token or the password. */
export function connectionOf(
  { client, notes, askNamespace }: LoggedIn,
  host: string,
  auth: 'oauth' | 'password',
): ImapConnection {
  const newsListeners = new Set<() => void>();
  const tellNews = () => {
    for (const listener of newsListeners) listener();
  };
  client.on('exists', tellNews);
  client.on('expunge', tellNews);
  client.on('flags', tellNews);
  const mailboxListeners = new Set<(news: MailboxNews) => void>();
  hearNotify(client, (news) => {
    for (const listener of mailboxListeners) listener(news);
  });

  const reader = createBoundedReader(client, host);
  const capabilities = capabilitiesOf(client);

  /** Runs commands, gives the connection up when it falls silent meanwhile, and translates what they throw. */
  async function run<T>(task: () => Promise<T>, limit: number = LIMITS.imapSilence): Promise<T> {
    notes.refusal = undefined;
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

  /** imapflow answers `false` for a refused STORE, COPY or MOVE; why stands in the error of the command only. */
  function refused(): MailError {
    if (!client.usable) return new MailError('connection-lost', { retry: 'later', detail: { host } });
    if (notes.refusal === undefined) return new MailError('change-refused', { detail: { host } });
    return translateImapError(notes.refusal, { host, auth });
  }

  function openedMailbox(): OpenedMailbox {
    const mailbox = client.mailbox;
    if (mailbox === false) throw new MailError('connection-lost', { retry: 'later', detail: { host } });
    const { exists, uidValidity, uidNext, highestModseq, noModseq, mailboxId } = mailbox;
    return {
      exists: exists ?? 0,
      uidValidity: Number(uidValidity ?? 0),
      uidNext: uidNext ?? 0,
      ...(highestModseq !== undefined && !noModseq && { highestModseq }),
      ...(typeof mailboxId === 'string' && { objectId: mailboxId }),
    };
  }

  /** imapflow asks for the mailbox by LIST before it opens one that it has not listed: a round trip that tells nothing new. */
  async function open(path: string, options?: { changedSince: bigint; uidValidity: number }): Promise<void> {
    mailboxes.checkName(path, 'mailbox-missing');
    const { folders } = rawOf(client);
    if (!folders.has(path)) folders.set(path, { path });
    await client.mailboxOpen(path, options);
  }

  const gatherChanges = (task: () => Promise<unknown>) => gather(client, { host, tellNews }, task);

  async function streamEnvelopes(
    uids: readonly number[],
    onBatch: (batch: FetchedEnvelope[]) => void | Promise<void>,
  ): Promise<void> {
    let batch: FetchedEnvelope[] = [];
    let working: Promise<void> | undefined;
    const handOn = async () => {
      // One batch is stored while the next is read; the server waits when that is full as well.
      await working;
      const full = batch.sort(newestFirst);
      batch = [];
      working = full.length === 0 ? undefined : Promise.resolve(onBatch(full));
      // It is thrown where it is waited for.
      working?.catch(() => undefined);
    };
    await reader.fetchUids(uids, envelopeItems(client), (items) => {
      const envelope = envelopeOf(items, Date.now());
      if (envelope) batch.push(envelope);
      return batch.length >= ENVELOPE_BATCH ? handOn() : undefined;
    });
    await handOn();
    await working;
  }

  /** Runs a change in as many commands as the server's limit demands (RFC 9738). */
  async function inParts<T>(uids: readonly number[], change: (range: string) => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    const size = Math.max(1, capabilities.messageLimit ?? uids.length);
    for (const part of chunksOf(uids, size)) results.push(await change(formatUidSet(part)));
    return results;
  }

  async function deleteRange(range: string): Promise<void> {
    const isGone = capabilities.uidplus
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
    capabilities,
    isOpen: () => client.usable,
    onClose: (listener) => {
      if (client.usable) client.once('close', listener);
      else queueMicrotask(listener);
    },
    onNews: (listener) => void newsListeners.add(listener),
    onMailboxNews: (listener) => void mailboxListeners.add(listener),
    notify: () => run(() => setNotify(client)),

    listMailboxes: () =>
      run(async () => {
        await askNamespace();
        return mailboxes.listMailboxes(client, reader);
      }),
    mailboxStatus: (path) =>
      run(async () => {
        const status = await mailboxes.mailboxStatus(client, path);
        if (!status) throw refused();
        return status;
      }),

    openPath: () => (client.mailbox === false ? undefined : client.mailbox.path),

    openMailbox: (path) =>
      run(async () => {
        if (client.mailbox === false || client.mailbox.path !== path) await open(path);
        return openedMailbox();
      }),

    selectMailbox: (path, since) =>
      run(async () => {
        const options = since && { changedSince: since.highestModseq, uidValidity: since.uidValidity };
        // A new count is part of the answer, no news.
        client.off('exists', tellNews);
        const changes = await gatherChanges(() => open(path, options)).finally(() =>
          client.on('exists', tellNews),
        );
        const opened = openedMailbox();
        const isResynced =
          since !== undefined &&
          capabilities.qresync &&
          opened.uidValidity === since.uidValidity &&
          opened.highestModseq !== undefined;
        return { ...opened, ...(isResynced && { changes }) };
      }),

    fetchNewest: (count) =>
      run(async () => {
        const { exists } = openedMailbox();
        if (exists === 0 || count <= 0) return [];
        const envelopes: FetchedEnvelope[] = [];
        const place = capabilities.partial
          ? { set: '1:*', modifiers: `PARTIAL -1:-${count}` } // RFC 9394 §3.4
          : { set: `${Math.max(1, exists - count + 1)}:${exists}`, byUid: false };
        await reader.fetch({ ...place, items: envelopeItems(client), expected: count }, (items) => {
          const envelope = envelopeOf(items, Date.now());
          if (envelope) envelopes.push(envelope);
        });
        return envelopes.sort(newestFirst);
      }),

    fetchEnvelopes: (uids) =>
      run(async () => {
        const envelopes: FetchedEnvelope[] = [];
        await streamEnvelopes(uids, (batch) => void envelopes.push(...batch));
        return envelopes.sort(newestFirst);
      }),
    streamEnvelopes: (uids, onBatch) => run(() => streamEnvelopes(uids, onBatch)),

    fetchPreviews: (uids) =>
      run(async () => {
        const found = new Map<number, string>();
        if (!capabilities.preview) return found;
        await reader.fetchUids(uids, 'UID PREVIEW', (items) => {
          const uid = uidOf(items);
          const token = items.get('PREVIEW');
          // Before it was an RFC the answer was a list with the algorithm in front.
          const preview = cleanText(textOf(token) ?? textOf(listOf(token)[1]), LONGEST_PREVIEW);
          if (uid !== undefined && preview !== '') found.set(uid, preview);
        });
        return found;
      }),

    fetchFlags: (from, to) =>
      run(async () => {
        const found: FetchedFlags[] = [];
        const items = hasModseq(client) ? 'UID FLAGS MODSEQ' : 'UID FLAGS';
        await reader.fetchRange({ from, to }, { items }, (answer) => {
          const uid = uidOf(answer);
          // "5:9" and "9:5" are the same (RFC 9051 §9): a server may answer with the last message although it is older.
          if (uid !== undefined && uid >= from && uid <= to) found.push(flagsOf(uid, answer));
        });
        return found;
      }),

    fetchMessageIds: (uids) =>
      run(async () => {
        const found = new Map<number, string>();
        await reader.fetchUids(uids, 'UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]', (items) => {
          const uid = uidOf(items);
          const header = items.get('BODY[HEADER.FIELDS');
          if (uid !== undefined && header !== undefined) {
            found.set(uid, headerFieldsOf(bytesOf(header)).messageIdHeader);
          }
        });
        return found;
      }),

    fetchChanges: (since) =>
      run(async () => {
        const changed: FetchedFlags[] = [];
        const modifiers = `CHANGEDSINCE ${since}${capabilities.qresync ? ' VANISHED' : ''}`;
        const gathered = await gatherChanges(() =>
          reader.fetchRange(
            { from: 1, to: HIGHEST_UID },
            { items: 'UID FLAGS MODSEQ', modifiers },
            (items) => {
              const uid = uidOf(items);
              if (uid !== undefined) changed.push(flagsOf(uid, items));
            },
          ),
        );
        return { changed, vanished: gathered.vanished };
      }),

    existingUids: (from, to) =>
      run(async () => {
        if (openedMailbox().exists === 0 || to < from) return [];
        const uids = await uidsOf({ uid: `${from}:${to}` });
        return uids.filter((uid) => uid >= from && uid <= to);
      }),

    fetchSources: (uids) => run(() => reader.fetchSources(uids)),
    fetchSource: (uid, options) => run(() => fetchSource(reader, uid, options)),
    fetchParts: (uids, { maxAttachment }) => run(() => fetchParts(reader, uids, maxAttachment)),

    storeFlags: (uids, { add, remove }) =>
      run(async () => {
        const options = { uid: true };
        const { changed } = await gatherChanges(() =>
          inParts(uids, async (range) => {
            if (add.length > 0 && !(await client.messageFlagsAdd(range, add, options))) throw refused();
            if (remove.length > 0 && !(await client.messageFlagsRemove(range, remove, options)))
              throw refused();
          }),
        );
        return changed;
      }),

    moveMessages: (uids, toPath) =>
      run(async () => {
        mailboxes.checkName(toPath, 'mailbox-missing');
        const moves = await inParts(uids, async (range) => {
          if (capabilities.move) {
            const moved = await client.messageMove(range, toPath, { uid: true });
            if (!moved) throw refused();
            return moved;
          }
          const copied = await client.messageCopy(range, toPath, { uid: true });
          if (!copied) throw refused();
          await deleteRange(range);
          return copied;
        });
        return moveResult(moves);
      }),

    deleteMessages: (uids) => run(async () => void (await inParts(uids, deleteRange))),

    append: (path, { source, flags, internalDate }) =>
      run(async () => {
        mailboxes.checkName(path, 'mailbox-missing');
        const appended = await client.append(path, source, flags, new Date(internalDate));
        if (!appended) throw refused();
        const { uid, uidValidity } = appended;
        return {
          ...(uid !== undefined && { uid }),
          ...(uidValidity !== undefined && { uidValidity: Number(uidValidity) }),
        };
      }, APPEND_SILENCE),

    replace: (path, uid, message) =>
      run(async () => {
        mailboxes.checkName(path, 'mailbox-missing');
        return replaceMessage(client, { uid, path, appendLimit: capabilities.appendLimit }, message);
      }, APPEND_SILENCE),

    createMailbox: (use) =>
      run(async () => {
        await askNamespace();
        await createMailbox(client, use);
      }),
    makeMailbox: (path) => run(() => mailboxes.makeMailbox(client, path)),
    renameMailbox: (path, toPath) => run(() => mailboxes.renameMailbox(client, path, toPath)),
    removeMailbox: (path) => run(() => mailboxes.removeMailbox(client, path)),
    setSubscribed: (path, isSubscribed) => run(() => mailboxes.setSubscribed(client, path, isSubscribed)),

    searchMessageId: (messageIdHeader) =>
      run(async () => {
        if (messageIdHeader === '' || openedMailbox().exists === 0) return [];
        return uidsOf({ header: { 'message-id': messageIdHeader } });
      }),

    search: (search) =>
      run(async () => {
        if (openedMailbox().exists === 0) return [];
        const found = await searchMailbox(client, search);
        if (!found) throw refused();
        return found;
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

    traffic: async () => ({ ...client.stats(), commands: notes.commands }),
    close: () => client.close(),
  };
}

const newestFirst = (a: FetchedEnvelope, b: FetchedEnvelope) => b.uid - a.uid;

function moveResult(
  moves: readonly { uidMap?: Map<number, number> | undefined; uidValidity?: bigint | undefined }[],
): MoveResult {
  const uidMap = new Map(moves.flatMap((move) => [...(move.uidMap ?? [])]));
  const uidValidity = moves.find((move) => move.uidValidity !== undefined)?.uidValidity;
  const isTold = moves.length > 0 && moves.every((move) => move.uidMap !== undefined);
  return {
    ...(isTold && { uidMap }),
    ...(uidValidity !== undefined && { uidValidity: Number(uidValidity) }),
  };
}
