/** One account of a lab server in a store of its own, with sync running over it: what the tests of sync start from. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { createConnectionRegistry } from '../../src-main/base/connection-registry.ts';
import { createLog } from '../../src-main/base/log.ts';
import { attachmentOf, parseSource } from '../../src-main/mime/parse-source.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Store } from '../../src-main/store/store.ts';
import { openStore } from '../../src-main/store/store.ts';
import { createSync, type Sync } from '../../src-main/sync/sync.ts';
import { composeCopy } from '../../src-main/writing/compose-copy.ts';
import { type AccountId, accountId, grantId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import type { MessageSummary } from '../../src-shared/model/message.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { passwordOf } from './imap-lab.ts';

const KEY = randomBytes(32);
export const openTestStore = (directory: string): Store =>
  openStore({ directory, key: KEY, clock: systemClock });

/** Adds an account that signs in with a password; nothing is asked of the server. */
export function addAccount(store: Store, user: string, imap: ServerSettings, bodyMonths = 12): AccountId {
  const id = accountId.parse(randomUUID());
  store.accounts.add({
    account: {
      accountId: id,
      address: user,
      displayName: user,
      providerId: 'lab',
      providerName: 'Lab Mail',
      userName: user,
      auth: 'password',
      imap,
      smtp: imap,
      sendSavesCopy: false,
      bodyMonths,
      addedAt: Date.now(),
    },
    grant: {
      grantId: grantId.parse(randomUUID()),
      accountId: id,
      kind: 'password',
      scopes: [],
      grantedAt: Date.now(),
      state: 'active',
    },
    audit: { accountId: id, kind: 'signed-in', host: imap.host },
  });
  return id;
}

export type World = ReturnType<typeof startWorld>;

/** A wait ends when it is so; this is only when to give up. */
const PATIENCE_MS = 60_000;

/** Starts sync over a store. `authentications` stands in for the vault. */
export function startWorld(
  store: Store,
  authentications: Map<AccountId, Authentication>,
  { clock = systemClock }: { clock?: Clock } = {},
) {
  const lines: string[] = [];
  const registry = createConnectionRegistry();
  let parsed = 0;
  const sync: Sync = createSync({
    store,
    registry,
    clock,
    log: createLog((line) => lines.push(line)),
    authenticationFor: (id) => authentications.get(id) ?? passwordOf('nobody', 'nothing'),
    parseMessage: async (source) => {
      parsed++;
      return parseSource(source);
    },
    composeCopy: (draft) => composeCopy(store, draft, clock.now()),
    readAttachment: async (source, part) => {
      const attachment = await attachmentOf(source, part);
      if (!attachment) throw new Error('no such attachment');
      return attachment;
    },
  });

  /** Waits until it is so; looks at every change that the store or sync tells. */
  function until(what: string, isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        end();
        reject(new Error(`waited in vain for: ${what}\n${lines.slice(-15).join('\n')}`));
      }, PATIENCE_MS);
      const check = () => {
        if (!isSo()) return;
        end();
        resolve();
      };
      const stop = [store.feed.subscribe(check), sync.subscribe(check)];
      const end = () => {
        clearTimeout(timer);
        for (const one of stop) one();
      };
      check();
    });
  }

  return { store, sync, registry, lines, until, parsedCount: () => parsed };
}

export function mailboxOf(store: Store, account: AccountId, path: string): Mailbox {
  const mailbox = store.mailboxes.list(account).find((one) => one.path === path);
  if (!mailbox) throw new Error(`no mailbox ${path}`);
  return mailbox;
}

/** The messages of a mailbox as the person sees them, newest thread first. */
export function messagesIn(store: Store, account: AccountId, path: string): MessageSummary[] {
  const mailbox = store.mailboxes.list(account).find((one) => one.path === path);
  if (!mailbox) return [];
  const { mailboxId } = mailbox;
  const page = store.threads.page({ kind: 'mailbox', mailboxId }, 0, 100);
  return page.rows.flatMap(({ threadId }) =>
    store.threads.messages(threadId).filter(({ mailboxIds }) => mailboxIds.includes(mailboxId)),
  );
}

export const find = (list: MessageSummary[], subject: string): MessageSummary | undefined =>
  list.find((message) => message.subject === subject);

/** A clock that can be put forward, and on which time can pass quicker. */
export function movableClock(speed = 1): Clock & { forward(ms: number): void } {
  const start = Date.now();
  let offset = 0;
  return {
    now: () => Math.round(start + (Date.now() - start) * speed + offset),
    after: (ms, callback) => systemClock.after(ms / speed, callback),
    forward(ms) {
      offset += ms;
    },
  };
}
