/** Sync over a server that plays a script: one account, one store, and limits of time that a test can wait for. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { LIMITS } from '../../src-main/base/limits.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Change } from '../../src-main/store/change.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import type { MessageSummary } from '../../src-shared/model/message.ts';
import { localhost, passwordOf, rawMessage } from '../integration/imap-lab.ts';
import {
  addAccount,
  find,
  mailboxOf,
  messagesIn,
  openTestStore,
  startWorld,
  type World,
} from '../integration/sync-world.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder, type RunFolder } from '../servers/run-folder.mjs';
import { type ScriptedImap, startScriptedImap } from '../servers/scripted-imap.mjs';

export const USER = 'maya@lab.test';
export type Certificates = Awaited<ReturnType<typeof makeCertificates>>;

/** What a test of a scripted server has in its hands; filled anew for each test. */
export type Scripted = {
  run: RunFolder;
  certs: Certificates;
  server: ScriptedImap;
  store: Store;
  world: World;
  account: AccountId;
  /** "kind code" of every change that was taken back. */
  failures: string[];
  /** A plain message on the server. */
  deliver(subject: string, mailbox?: string): void;
  inbox(): MessageSummary[];
  idOf(subject: string): MessageId;
  /** Starts sync and waits until everything that is there is here. */
  settle(): Promise<void>;
  isIdle(): boolean;
  /** Sync anew over the same store, as after a restart of the program. */
  restart(): Promise<void>;
  flag(subject: string, flag: string): void;
  move(subject: string, to: string): void;
};

/** Makes such a world around each test of the file. */
export function scriptedWorld(options: { capabilities?: string } = {}): Scripted {
  const scripted = {} as Scripted;
  const shortened = shortenTimes();
  let distrust = () => {};
  let number = 0;
  let authentications: Map<AccountId, Authentication>;

  beforeAll(async () => {
    scripted.run = createRunFolder();
    scripted.certs = await makeCertificates(scripted.run.folder('certs'));
    distrust = trustAuthority(scripted.certs.ca);
  });
  afterAll(async () => {
    distrust();
    shortened.restore();
    await scripted.run?.remove();
  });
  beforeEach(async () => {
    number += 1;
    const server = await startScriptedImap({ certs: scripted.certs, ...options });
    const store = openTestStore(scripted.run.folder(`store${number}`));
    authentications = new Map();
    const account = addAccount(store, USER, localhost(server.port));
    authentications.set(account, passwordOf(USER, 'right'));
    const failures: string[] = [];
    store.feed.subscribe((change: Change) => {
      if (change.kind === 'operationFailed') failures.push(`${change.operationKind} ${change.code}`);
    });
    Object.assign(scripted, { server, store, account, failures, world: startWorld(store, authentications) });
  });
  afterEach(async () => {
    await scripted.world.sync.stop();
    scripted.store.close();
    await scripted.server.stop();
  });

  const inbox = () => messagesIn(scripted.store, scripted.account, 'INBOX');
  const isIdle = () =>
    scripted.world.sync.state(scripted.account) === 'online' &&
    scripted.world.sync.progress(scripted.account).phase === 'idle';
  const idOf = (subject: string) => {
    const message = find(inbox(), subject);
    if (!message) throw new Error(`no message ${subject}`);
    return message.messageId;
  };
  return Object.assign(scripted, {
    inbox,
    isIdle,
    idOf,
    deliver: (subject: string, mailbox = 'INBOX') =>
      void scripted.server.deliver(USER, mailbox, rawMessage({ id: `${subject}@lab.test`, subject })),
    async settle() {
      scripted.world.sync.start();
      const there = scripted.server.mailbox(USER, 'INBOX').messages.length;
      const isListed = () => scripted.store.mailboxes.list(scripted.account).length > 1;
      await scripted.world.until('everything here', () => inbox().length === there && isListed() && isIdle());
    },
    async restart() {
      await scripted.world.sync.stop();
      scripted.world = startWorld(scripted.store, authentications);
      scripted.world.sync.start();
    },
    flag: (subject: string, flag: string) =>
      void scripted.store.operations.enqueueFlags({ messageIds: [idOf(subject)], add: [flag], remove: [] }),
    move(subject: string, to: string) {
      const { store, account } = scripted;
      store.operations.enqueueMove({
        messageIds: [idOf(subject)],
        from: { kind: 'mailbox', mailboxId: mailboxOf(store, account, 'INBOX').mailboxId },
        to: mailboxOf(store, account, to).mailboxId,
      });
    },
  });
}

/** The limits of time for which a test would wait too long. They are read when they are needed. */
function shortenTimes() {
  const limits: { -readonly [name in keyof typeof LIMITS]: number } = LIMITS as never;
  const before = { ...limits };
  Object.assign(limits, { imapSilence: 1_500, greetingTimeout: 1_500, connectTimeout: 3_000 });
  return { restore: () => Object.assign(limits, before) };
}
