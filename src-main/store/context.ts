import type { AccountId, MailboxId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { Change } from './change.ts';
import type { Database } from './database.ts';
import { settleThreads } from './thread-summary.ts';

/** What every table works with. */
export type Context = {
  /** What exists only here. */
  journal: Database;
  /** What the server has too. */
  mail: Database;
  clock: Clock;
  emit(change: Change): void;
};

/** What a transaction over mail has touched: settled before it commits, told after. */
export type Touched = {
  threads: Map<MailboxId, Set<ThreadId>>;
  /** Threads that changed without a mailbox row of theirs changing. */
  otherThreads: Set<ThreadId>;
  added: MessageId[];
};

export function touchThread(touched: Touched, mailboxId: MailboxId, threadId: ThreadId): void {
  const there = touched.threads.get(mailboxId);
  if (there) there.add(threadId);
  else touched.threads.set(mailboxId, new Set([threadId]));
}

/** One transaction over the mail of an account; then thread rows and counters are brought up to date, then the feed is told. */
export function writeMail<T>(context: Context, accountId: AccountId, task: (touched: Touched) => T): T {
  const touched: Touched = { threads: new Map(), otherThreads: new Set(), added: [] };
  let countersChanged = false;
  const result = context.mail.transaction(() => {
    const value = task(touched);
    countersChanged = settleThreads(context.mail, touched.threads);
    return value;
  });
  if (touched.threads.size > 0 || touched.otherThreads.size > 0) {
    const threadIds = new Set([...touched.threads.values()].flatMap((ids) => [...ids]));
    for (const threadId of touched.otherThreads) threadIds.add(threadId);
    context.emit({
      kind: 'messages',
      accountId,
      mailboxIds: [...touched.threads.keys()],
      threadIds: [...threadIds],
      added: touched.added,
    });
  }
  if (countersChanged) context.emit({ kind: 'mailboxes', accountId });
  return result;
}
