/**
 * News of the store: to the windows as events, in their words; to the shell, what it shows without a window. What comes in bursts is told
 * once, a moment later.
 */
import type { Clock } from '../base/clock.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { Change } from '../store/change.ts';
import { isEmptyDraft } from '../store/draft-content.ts';
import type { Store } from '../store/store.ts';
import type { Router } from './router.ts';
import type { ShellClient } from './shell-client.ts';

/** Long enough for one sync of a mailbox, and too short for anybody to wait for it. */
const BURST_MS = 500;

export type NewsOptions = {
  store: Store;
  /** Its drafts and outbox go with the program: the shell has to know before it ends. */
  isTemporary: boolean;
  publish: Router['publish'];
  shell: Pick<ShellClient, 'request'>;
  clock: Clock;
  log: Log;
};

/** So many are named when the program is about to end. */
const ONLY_HERE_NAMED = 10;

/** Passes the news of a store on until the answer is called. */
export function passNewsOn({ store, isTemporary, publish, shell, clock, log }: NewsOptions): () => void {
  const note = (name: string) => (error: unknown) => log.warn(name, errorFacts(error));
  const badge = createBurst(clock, () => {
    const inboxes = store.mailboxes.list().filter(({ specialUse }) => specialUse === 'inbox');
    const count = inboxes.reduce((sum, { unread }) => sum + unread, 0);
    shell.request('setBadge', { count }).catch(note('setBadge'));
  });
  function tellOnlyHere(): void {
    const drafts = store.drafts.list().filter((one) => one.storedAt === undefined && !isEmptyDraft(one));
    const all = [...drafts, ...store.outbox.list()].map(({ subject }) => subject.slice(0, 200));
    const what = { count: all.length, subjects: all.slice(0, ONLY_HERE_NAMED) };
    shell.request('setOnlyHere', what).catch(note('setOnlyHere'));
  }
  const activity = createBurst(clock, () => publish('activityChanged', {}));

  const stopHearing = store.feed.subscribe((change) => {
    publishChange(publish, change);
    if (change.kind === 'mailboxes' || change.kind === 'messages') badge.begin();
    if (change.kind === 'activity') activity.begin();
    if (isTemporary && (change.kind === 'drafts' || change.kind === 'outbox')) tellOnlyHere();
  });
  return () => {
    stopHearing();
    badge.cancel();
    activity.cancel();
  };
}

/** Runs the task once for everything that begins it within a moment. */
function createBurst(clock: Clock, task: () => void): { begin(): void; cancel(): void } {
  let cancel: (() => void) | undefined;
  return {
    begin() {
      cancel ??= clock.after(BURST_MS, () => {
        cancel = undefined;
        task();
      });
    },
    cancel: () => cancel?.(),
  };
}

/** News of the store in the words of the windows. */
function publishChange(publish: Router['publish'], change: Change): void {
  switch (change.kind) {
    case 'accounts':
    case 'grant':
      publish('accountsChanged', {});
      break;
    case 'identities':
      publish('identitiesChanged', {});
      break;
    case 'mailboxes':
      publish('mailboxesChanged', { accountId: change.accountId });
      break;
    case 'messages':
      publish('messagesChanged', { mailboxIds: change.mailboxIds, threadIds: change.threadIds });
      break;
    case 'debts':
      publish('debtsChanged', {});
      break;
    case 'drafts':
      publish('draftsChanged', {});
      break;
    case 'contacts':
      publish('contactsChanged', {});
      break;
    case 'templates':
      publish('templatesChanged', {});
      break;
    case 'outbox':
      publish('outboxChanged', {});
      break;
    case 'settings':
      publish('settingsChanged', change.settings);
      break;
    case 'operationFailed': {
      const { accountId, operationIds, operationKind, count, code } = change;
      publish('operationFailed', { accountId, operationIds, kind: operationKind, count, code });
      break;
    }
    case 'activity': // told once for many
    case 'operations':
    case 'profile':
      break;
  }
}
