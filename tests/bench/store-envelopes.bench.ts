import { join } from 'node:path';
import { createCorpus } from './corpus.mjs';
import { bareInsert } from './floors.ts';
import { percentile } from './measure.ts';
import { addBenchAccount, emptyStore, fillEnvelopes } from './store-world.ts';
import { againstFloor, type Suite } from './suite.ts';

/** As many as come over the wire at once: on a quiet machine a step of sync takes all of them. */
const STORED_AT_ONCE = 200;

export const suite: Suite = {
  name: 'store-envelopes',
  figures: ['envelope-sync'],
  async *run(context) {
    const n = context.quick ? 20_000 : 100_000;
    const corpus = createCorpus({ n, seed: context.seed });
    const rows = Array.from({ length: n }, (_, index) => rowText(corpus.envelope(index)));
    const floor = bareInsert(`${context.run.folder('floor')}/bare.db`, rows);
    const store = emptyStore(context.run.folder('store'));
    try {
      store.checkpointIn(join(context.builtFolder, 'checkpoint-worker.js'));
      const { inbox } = addBenchAccount(store);
      const { total, pieces } = fillEnvelopes(store, inbox, corpus, STORED_AT_ONCE);
      const note = `${n.toLocaleString('en-US')} seeded envelopes, ${STORED_AT_ONCE} a transaction; floor: a bare insert of as much text`;
      yield againstFloor(
        {
          name: 'envelope-sync.store',
          value: total / n,
          unit: 'ms/msg',
          target: { of: 'value', bound: 'at most', number: 0.12 },
          note,
        },
        floor / n,
      );
      yield {
        name: 'envelope-sync.transaction',
        value: percentile(pieces, 0.99),
        unit: 'ms',
        target: { of: 'value', bound: 'at most', number: 35 },
        note: `p99; longest ${percentile(pieces, 1).toFixed(0)} ms`,
      };
    } finally {
      store.close();
    }
  },
};

function rowText(envelope: unknown): string {
  return JSON.stringify(envelope, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
