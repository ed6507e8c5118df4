import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pack } from '../../src-main/base/packed.ts';
import { createMessageParser } from '../../src-main/mime/parse-message.ts';
import type { NewBody } from '../../src-main/store/mail-records.ts';
import type { MessageId } from '../../src-shared/model/ids.ts';
import { createCorpus } from './corpus.mjs';
import { bareInsert } from './floors.ts';
import { longestStall, percentile, timed, timedAsync } from './measure.ts';
import { addBenchAccount, BENCH_ACCOUNT, emptyStore, fillEnvelopes } from './store-world.ts';
import { againstFloor, type Suite } from './suite.ts';

const AT_ONCE = 25;
const LARGE = 60_000_000;

type Entry = { messageId: MessageId; body: NewBody };

/** What becomes of sources once they are fetched: parsed and packed in the worker, stored with their text indexed. */
export const suite: Suite = {
  name: 'store-bodies',
  figures: ['body-sync', 'disk'],
  async *run(context) {
    const n = context.quick ? 3_000 : 20_000;
    const corpus = createCorpus({ n, seed: context.seed });
    const sources = Array.from({ length: n }, (_, index) => corpus.source(index));
    const raw = sources.reduce((sum, source) => sum + source.length, 0);
    let packed: Uint8Array[] = [];
    const packing = timed(() => {
      packed = sources.map(pack);
    });
    const floor = packing + bareInsert(`${context.run.folder('floor')}/bare.db`, packed);
    const directory = context.run.folder('store');
    const store = emptyStore(directory);
    const parser = createMessageParser({ workerPath: join(context.builtFolder, 'parse-worker.js') });
    const note = `${n.toLocaleString('en-US')} messages, ${(raw / n / 1000).toFixed(1)} kB on average`;
    try {
      store.checkpointIn(join(context.builtFolder, 'checkpoint-worker.js'));
      const { inbox } = addBenchAccount(store);
      fillEnvelopes(store, inbox, corpus, 100);
      const missing = store.bodies.missing(BENCH_ACCOUNT, { since: 0, limit: n });
      const steps: number[] = [];
      const storeAll = async (wanted: typeof missing) => {
        const ready: Entry[] = await Promise.all(
          wanted.map(async ({ messageId, uid }) => {
            const source = sources[uid - 1] ?? new Uint8Array();
            return { messageId, body: { ...(await parser.parse(source)), source } };
          }),
        );
        while (ready.length > 0) steps.push(timed(() => void ready.splice(0, store.bodies.putSome(ready))));
      };
      const taken = await timedAsync(async () => {
        // One batch is parsed while the one before is stored.
        let before: Promise<void> = Promise.resolve();
        for (let start = 0; start < missing.length; start += AT_ONCE) {
          const batch = storeAll(missing.slice(start, start + AT_ONCE));
          await before;
          before = batch;
        }
        await before;
      });
      yield againstFloor(
        {
          name: 'body-sync.store',
          value: (n / taken) * 1000,
          unit: 'msg/s',
          target: { of: 'value', bound: 'at least', number: 600 },
          note: `parsed, packed, stored, not fetched; floor: packed and inserted, no more; ${note}`,
        },
        (n / floor) * 1000,
      );
      yield {
        name: 'body-sync.transaction',
        value: percentile(steps, 0.99),
        unit: 'ms',
        target: { of: 'value', bound: 'at most', number: 35 },
        note: `p99; longest ${percentile(steps, 1).toFixed(0)} ms`,
      };
      const large = missing[0];
      if (large) {
        const source = largeSource();
        const { stalls } = await longestStall(async () => {
          const body = { ...(await parser.parse(source)), source };
          store.bodies.put(large.messageId, body);
        });
        yield {
          name: 'body-sync.large-stall',
          value: percentile(stalls, 1),
          unit: 'ms',
          note: `the engine's longest stop while a message of ${LARGE / 1_000_000} MB is parsed and stored`,
        };
        // The large one is taken out of the count of bytes again.
        store.bodies.put(large.messageId, {
          ...(await parser.parse(sources[large.uid - 1] ?? source)),
          source: sources[large.uid - 1] ?? source,
        });
      }
    } finally {
      await parser.close();
      store.close();
    }
    // Closing has brought everything into the files.
    const bytes = ['store.db', 'journal.db'].reduce(
      (sum, name) => sum + statSync(join(directory, name)).size,
      0,
    );
    yield {
      ...againstFloor(
        { name: 'disk', value: bytes / 1e6, unit: 'MB', note: `floor: the raw mail; ${note}` },
        raw / 1e6,
      ),
      target: { of: 'ratio', bound: 'at most', number: 1 },
    };
  },
};

function largeSource(): Uint8Array {
  const head =
    'Subject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n';
  const line = Buffer.from(
    `${createCorpus({ n: 1, seed: 9 }).source(0).toString('base64').slice(0, 76)}\r\n`,
  );
  const content = Buffer.alloc(LARGE - head.length - 9, line);
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--b--\r\n')]);
}
