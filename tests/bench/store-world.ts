/** A store of a profile with one account, filled from a corpus. */
import { rmSync } from 'node:fs';
import { systemClock } from '../../src-main/base/clock.ts';
import type { FetchedEnvelope } from '../../src-main/store/mail-records.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import type { Account } from '../../src-shared/model/account.ts';
import type { AccountId, GrantId, MailboxId } from '../../src-shared/model/ids.ts';
import type { createCorpus } from './corpus.mjs';
import { timed } from './measure.ts';

export type Corpus = ReturnType<typeof createCorpus>;

export const BENCH_KEY = new Uint8Array(32).fill(7);
export const BENCH_ACCOUNT = 'bench' as AccountId;

/** As many as sync asks a server for at once. */
const BATCH = 500;

export function openBenchStore(directory: string): Store {
  return openStore({ directory, key: BENCH_KEY, clock: systemClock });
}

export function emptyStore(directory: string): Store {
  rmSync(directory, { recursive: true, force: true });
  return openBenchStore(directory);
}

/** An account with INBOX, Archive and Trash; answers with their keys. */
export function addBenchAccount(store: Store): { inbox: MailboxId; archive: MailboxId } {
  const server = { host: 'mail.bench.test', port: 993, security: 'tls' as const };
  const account: Account = {
    accountId: BENCH_ACCOUNT,
    address: 'user@bench.test',
    displayName: 'Bench User',
    providerId: 'bench',
    providerName: 'Bench',
    userName: 'user@bench.test',
    auth: 'password',
    imap: server,
    smtp: server,
    sendSavesCopy: false,
    addedAt: 0,
    bodyMonths: 12,
  };
  store.accounts.add({
    account,
    grant: {
      grantId: 'bench' as GrantId,
      accountId: BENCH_ACCOUNT,
      kind: 'password',
      scopes: [],
      grantedAt: 0,
      state: 'active',
    },
    audit: { kind: 'signed-in', host: server.host },
  });
  store.mailboxes.replaceList(BENCH_ACCOUNT, [
    { path: 'INBOX', delimiter: '/', name: 'Inbox', specialUse: 'inbox', selectable: true },
    { path: 'Archive', delimiter: '/', name: 'Archive', specialUse: 'archive', selectable: true },
    { path: 'Trash', delimiter: '/', name: 'Trash', specialUse: 'trash', selectable: true },
  ]);
  const idOf = (use: 'inbox' | 'archive') => {
    const mailbox = store.mailboxes.bySpecialUse(BENCH_ACCOUNT, use);
    if (!mailbox) throw new Error(`no ${use}`);
    store.mailboxes.setSyncState(mailbox.mailboxId, { uidValidity: 1 });
    return mailbox.mailboxId;
  };
  return { inbox: idOf('inbox'), archive: idOf('archive') };
}

/** Batches of envelopes as a back-fill stores them: newest first. */
export function* envelopeBatches(corpus: Corpus): Generator<FetchedEnvelope[]> {
  for (let end = corpus.n; end > 0; end -= BATCH) {
    const start = Math.max(0, end - BATCH);
    yield Array.from({ length: end - start }, (_, k) => corpus.envelope(start + k));
  }
}

/** Stores all of a corpus; only the store's own time counts. */
export function fillEnvelopes(
  store: Store,
  mailboxId: MailboxId,
  corpus: Corpus,
  atOnce: number,
): { total: number; pieces: number[] } {
  const pieces: number[] = [];
  for (const batch of envelopeBatches(corpus)) {
    for (let start = 0; start < batch.length; start += atOnce) {
      const part = batch.slice(start, start + atOnce);
      pieces.push(timed(() => void store.messages.addEnvelopes(mailboxId, part)));
    }
  }
  return { total: pieces.reduce((sum, piece) => sum + piece, 0), pieces };
}
