import type { MessageId } from '../../src-shared/model/ids.ts';
import { FLAGGED, SEEN } from '../../src-shared/model/message.ts';
import { openKeptStore } from './kept-store.ts';
import { percentile, timed } from './measure.ts';
import { BENCH_ACCOUNT } from './store-world.ts';
import type { Suite } from './suite.ts';

const TIMES = 100;

/** From the request to its effect in the store, the journal's commit on disk included. */
export const suite: Suite = {
  name: 'store-operations',
  figures: ['operation'],
  async *run(context) {
    const n = 100_000;
    const store = openKeptStore(context, n, true);
    try {
      const inbox = store.mailboxes.bySpecialUse(BENCH_ACCOUNT, 'inbox');
      const archive = store.mailboxes.bySpecialUse(BENCH_ACCOUNT, 'archive');
      if (!inbox || !archive) throw new Error('no mailboxes');
      const view = { kind: 'mailbox' as const, mailboxId: inbox.mailboxId };
      const rows = store.threads.page(view, 0, TIMES * 3).rows;
      const messages = rows.map((row): MessageId => row.messageId);
      const part = (from: number) => messages.slice(from * TIMES, (from + 1) * TIMES);
      const times = {
        mark: part(0).map((messageId) =>
          timed(
            () => void store.operations.enqueueFlags({ messageIds: [messageId], add: [SEEN], remove: [] }),
          ),
        ),
        star: part(1).map((messageId) =>
          timed(
            () => void store.operations.enqueueFlags({ messageIds: [messageId], add: [FLAGGED], remove: [] }),
          ),
        ),
        archive: part(2).map((messageId) =>
          timed(
            () =>
              void store.operations.enqueueMove({
                messageIds: [messageId],
                from: view,
                to: archive.mailboxId,
              }),
          ),
        ),
      };
      for (const [kind, values] of Object.entries(times)) {
        yield { name: `operation.${kind}`, value: percentile(values, 0.95), unit: 'ms', note: 'p95' };
      }
      yield {
        name: 'operation',
        value: percentile(Object.values(times).flat(), 0.95),
        unit: 'ms',
        target: { of: 'value', bound: 'at most', number: 5 },
        note: `p95 of mark, star, archive of one in ${n.toLocaleString('en-US')} messages; the journal's commit included`,
      };
    } finally {
      store.close();
    }
  },
};
