import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../../src-main/base/clock.ts';
import type { Change } from '../../../../src-main/store/change.ts';
import type { FetchedEnvelope, ListedMailbox } from '../../../../src-main/store/mail-records.ts';
import { openStore, type Store } from '../../../../src-main/store/store.ts';
import type { ServerAccount } from '../../../../src-shared/model/account.ts';
import type { Grant } from '../../../../src-shared/model/grant.ts';
import type { AccountId, GrantId, MailboxId } from '../../../../src-shared/model/ids.ts';

export const KEY = new Uint8Array(32).fill(7);
export const ACCOUNT = 'account-1' as AccountId;
/** 2026-01-01T00:00:00Z */
export const START = 1_767_225_600_000;

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock that moves when it is told to. */
export function handClock(): Clock & { time: number } {
  return {
    time: START,
    now() {
      return this.time;
    },
    after: () => () => undefined,
  };
}

export type TestStore = {
  store: Store;
  clock: Clock & { time: number };
  directory: string;
  changes: Change[];
  /** Closes and opens again, as after a restart. */
  reopen(): Store;
};

export function openTestStore(): TestStore {
  const directory = temporaryFolder();
  const clock = handClock();
  const changes: Change[] = [];
  const open = () => {
    const store = openStore({ directory, key: KEY, clock });
    store.feed.subscribe((change) => changes.push(change));
    return store;
  };
  const test: TestStore = {
    store: open(),
    clock,
    directory,
    changes,
    reopen() {
      test.store.close();
      test.store = open();
      return test.store;
    },
  };
  onTestFinished(() => test.store.close());
  return test;
}

export function testAccount(accountId: AccountId = ACCOUNT): ServerAccount {
  const server = { host: 'mail.example.org', port: 993, security: 'tls' as const };
  return {
    accountId,
    address: `${accountId}@Example.org`,
    displayName: 'Ada',
    providerId: 'example',
    providerName: 'Example',
    userName: `${accountId}@example.org`,
    auth: 'oauth',
    imap: server,
    smtp: { ...server, port: 465 },
    sendSavesCopy: false,
    bodyMonths: 12,
    addedAt: START,
  };
}

export function testGrant(accountId: AccountId = ACCOUNT): Grant {
  return {
    grantId: `grant-${accountId}` as GrantId,
    accountId,
    kind: 'oauth',
    scopes: ['mail'],
    grantedAt: START,
    state: 'active',
  };
}

export function addAccount(store: Store, accountId: AccountId = ACCOUNT): void {
  store.accounts.add({
    account: testAccount(accountId),
    grant: testGrant(accountId),
    audit: { kind: 'signed-in', host: 'mail.example.org' },
  });
}

export const LISTED: ListedMailbox[] = [
  { path: 'INBOX', delimiter: '/', name: 'Inbox', specialUse: 'inbox', selectable: true },
  { path: 'Archive', delimiter: '/', name: 'Archive', specialUse: 'archive', selectable: true },
  { path: 'Sent', delimiter: '/', name: 'Sent', specialUse: 'sent', selectable: true },
  { path: 'Trash', delimiter: '/', name: 'Trash', specialUse: 'trash', selectable: true },
];

export type Mailboxes = { inbox: MailboxId; archive: MailboxId; sent: MailboxId; trash: MailboxId };

/** An account with four mailboxes that have a UIDVALIDITY. */
export function addMailboxes(store: Store, accountId: AccountId = ACCOUNT): Mailboxes {
  addAccount(store, accountId);
  store.mailboxes.replaceList(accountId, LISTED);
  const idOf = (use: 'inbox' | 'archive' | 'sent' | 'trash') => {
    const mailbox = store.mailboxes.bySpecialUse(accountId, use);
    if (!mailbox) throw new Error(`no ${use}`);
    store.mailboxes.setSyncState(mailbox.mailboxId, { uidValidity: 1000 });
    return mailbox.mailboxId;
  };
  return { inbox: idOf('inbox'), archive: idOf('archive'), sent: idOf('sent'), trash: idOf('trash') };
}

/** An envelope that differs from others by its UID and by what is given. */
export function envelope(uid: number, change: Partial<FetchedEnvelope> = {}): FetchedEnvelope {
  return {
    uid,
    flags: [],
    internalDate: START + uid * 60_000,
    size: 1000 + uid,
    messageIdHeader: `<m${uid}@example.org>`,
    inReplyTo: [],
    references: [],
    subject: `Subject ${uid}`,
    date: START + uid * 60_000 - 5_000,
    from: [{ name: 'Bob', address: 'bob@example.org' }],
    to: [{ name: 'Ada', address: 'ada@example.org' }],
    cc: [],
    bcc: [],
    replyTo: [],
    hasAttachments: false,
    ...change,
  };
}

/** The only one of a list. */
export function only<T>(list: readonly T[]): T {
  const [first, ...more] = list;
  if (first === undefined || more.length > 0) throw new Error(`not one but ${list.length}`);
  return first;
}
