import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { type Database, openDatabase } from '../../../../src-main/store/database.ts';
import { openStore } from '../../../../src-main/store/store.ts';
import type { MailboxId, MessageId, OperationId } from '../../../../src-shared/model/ids.ts';
import { FLAGGED, SEEN } from '../../../../src-shared/model/message.ts';
import { ACCOUNT, addMailboxes, envelope, KEY, temporaryFolder } from './test-store.ts';

/** Counters and thread rows as the placements make them, by the plainest SQL. */
function recount(mail: Database) {
  return {
    threads: mail.all(
      `SELECT p.mailbox_id, m.thread_id, max(m.message_id) AS last_message_id, count(*) AS count,
         sum(p.is_unread) AS unread, sum(p.is_starred) AS starred, sum(m.has_attachments) AS attachments
       FROM placement p JOIN message m USING (message_id) WHERE p.hidden_by IS NULL
       GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
    mailboxes: mail.all(
      `SELECT mailbox_id, count(message_id) AS total, ifnull(sum(is_unread), 0) AS unread,
         count(DISTINCT thread_id) AS threads, count(DISTINCT iif(is_unread = 1, thread_id, NULL)) AS unread_threads
       FROM mailbox LEFT JOIN (SELECT p.mailbox_id, p.message_id, p.is_unread, m.thread_id
         FROM placement p JOIN message m USING (message_id) WHERE p.hidden_by IS NULL) USING (mailbox_id)
       GROUP BY 1 ORDER BY 1`,
    ),
  };
}

function kept(mail: Database) {
  return {
    threads: mail.all(
      `SELECT mailbox_id, thread_id, last_message_id, count, unread, starred, attachments
       FROM thread_mailbox ORDER BY 1, 2`,
    ),
    mailboxes: mail.all('SELECT mailbox_id, total, unread, threads, unread_threads FROM mailbox ORDER BY 1'),
  };
}

const number = fc.nat({ max: 9 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('add' as const), box: number, n: number, parent: number }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copy' as const), box: number, n: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('server-flags' as const), box: number, n: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), box: number, n: number }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('flag' as const), n: number, more: number }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('move' as const), box: number, n: number, to: number }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), n: number, how: number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), n: number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), box: number, n: number }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('counters and thread rows', () => {
  it('equal a recount after any sequence of additions, flags, moves, removals, failures and undos', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const directory = temporaryFolder();
        const store = openStore({ directory, key: KEY, clock: systemClock });
        try {
          const boxes = Object.values(addMailboxes(store)) as MailboxId[];
          const run = runner(store, boxes);
          for (const one of steps) run(one);
        } finally {
          store.close();
        }
        const mail = openDatabase({ path: `${directory}/store.db`, key: KEY, synchronous: 'NORMAL' });
        try {
          expect(kept(mail)).toEqual(recount(mail));
          expect(mail.all('PRAGMA foreign_key_check')).toEqual([]);
          // Nobody stands twice in view of one mailbox, and nothing stands nowhere.
          expect(
            mail.all(
              'SELECT 1 FROM placement WHERE hidden_by IS NULL GROUP BY mailbox_id, message_id HAVING count(*) > 1',
            ),
          ).toEqual([]);
          expect(
            mail.all('SELECT 1 FROM message WHERE message_id NOT IN (SELECT message_id FROM placement)'),
          ).toEqual([]);
          expect(
            mail.all('SELECT 1 FROM thread WHERE thread_id NOT IN (SELECT thread_id FROM message)'),
          ).toEqual([]);
        } finally {
          mail.close();
        }
      }),
      { numRuns: 40, interruptAfterTimeLimit: 10_000 },
    );
  }, 30_000);
});

function runner(store: ReturnType<typeof openStore>, boxes: MailboxId[]): (step: Step) => void {
  const operations: OperationId[] = [];
  const messages: MessageId[] = [];
  let uid = 0;
  const box = (n: number) => boxes[n % boxes.length] as MailboxId;
  const pick = <T>(list: T[], n: number): T[] => (list.length === 0 ? [] : [list[n % list.length] as T]);
  const uidsIn = (mailboxId: MailboxId) =>
    store.messages.knownUids(mailboxId, { from: 1, to: 1e6 }).map((one) => one.uid);
  const put = (mailboxId: MailboxId, n: number, parent: number) => {
    uid++;
    const { added } = store.messages.addEnvelopes(mailboxId, [
      envelope(n, {
        uid,
        ...(parent % 3 > 0 && { references: [`<m${parent}@example.org>`] }),
        flags: n % 2 === 0 ? [SEEN] : [],
        hasAttachments: n % 3 === 0,
      }),
    ]);
    messages.push(...added);
  };
  return (one) => {
    switch (one.do) {
      case 'add':
        put(box(one.box), one.n, one.parent);
        break;
      case 'copy':
        put(box(one.box), one.n, 0);
        break;
      case 'server-flags':
        store.messages.setServerFlags(
          box(one.box),
          pick(uidsIn(box(one.box)), one.n).map((at) => ({ uid: at, flags: one.n > 4 ? [SEEN] : [FLAGGED] })),
        );
        break;
      case 'remove':
        store.messages.removeUids(box(one.box), pick(uidsIn(box(one.box)), one.n));
        break;
      case 'flag':
        operations.push(
          ...store.operations.enqueueFlags({
            messageIds: [...pick(messages, one.n), ...pick(messages, one.more)],
            add: one.n > 4 ? [SEEN] : [FLAGGED],
            remove: one.n > 7 ? [FLAGGED] : [],
          }),
        );
        break;
      case 'move':
        operations.push(
          ...store.operations.enqueueMove({
            messageIds: pick(messages, one.n),
            from: { kind: 'mailbox', mailboxId: box(one.box) },
            to: box(one.to),
          }),
        );
        break;
      case 'settle': {
        const [due] = pick(store.operations.due(ACCOUNT), one.n);
        if (!due) break;
        store.operations.setRunning(due.operationId);
        if (one.how < 2) store.operations.fail(due.operationId, 'change-refused');
        else if (one.how < 5 || due.kind !== 'move') store.operations.finish(due.operationId, {});
        else {
          const newUids = new Map(due.targets.map((target) => [target.uid, ++uid]));
          store.operations.finish(due.operationId, { newUids, uidValidity: 1000 });
        }
        break;
      }
      case 'undo':
        operations.push(...store.operations.undo(pick(operations, one.n)));
        break;
      case 'reset':
        store.mailboxes.reset(box(one.box));
        if (one.n > 4) store.mailboxes.setSyncState(box(one.box), { uidValidity: 1000, backfilledTo: 1 });
        break;
    }
  };
}
