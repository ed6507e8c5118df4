import type { Store } from '../../src-main/store/store.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { RARE_WORD } from './corpus.mjs';
import { COMMON_WORD } from './corpus-words.mjs';
import { affordable, openKeptStore, WITH_TEXT } from './kept-store.ts';
import { percentile, timed } from './measure.ts';
import { seededRandom } from './seeded-random.mjs';
import { BENCH_ACCOUNT } from './store-world.ts';
import type { Figure, Suite } from './suite.ts';

const PAGE = 50;
const TIMES = 200;
const SEARCHES = { rare: RARE_WORD, common: COMMON_WORD, prefix: 'br', words: 'the meeting', none: 'qqqqqq' };

export const suite: Suite = {
  name: 'store-reads',
  figures: ['list-page', 'search'],
  async *run(context) {
    const n = affordable(context);
    const store = openKeptStore(context, n);
    const size = `${n.toLocaleString('en-US')} messages, after a start`;
    try {
      const inbox = store.mailboxes.bySpecialUse(BENCH_ACCOUNT, 'inbox');
      if (!inbox) throw new Error('no inbox');
      yield* pages(store, inbox.mailboxId, context.seed, size);
      yield* searches(store, `${size}; text of the newest ${WITH_TEXT.toLocaleString('en-US')}`);
    } finally {
      store.close();
    }
  },
};

function* pages(store: Store, mailboxId: MailboxId, seed: number, note: string): Generator<Figure> {
  const view = { kind: 'mailbox' as const, mailboxId };
  const random = seededRandom(seed);
  const { total } = store.threads.page(view, 0, 1);
  const page = (start: number) => timed(() => void store.threads.page(view, start, PAGE));
  const anywhere = Array.from({ length: TIMES }, () => page(Math.floor(random() * (total - PAGE))));
  yield {
    name: 'list-page',
    value: percentile(anywhere, 0.95),
    unit: 'ms',
    target: { of: 'value', bound: 'at most', number: 5 },
    note: `p95 of ${TIMES} pages anywhere among ${total.toLocaleString('en-US')} threads; p50 ${percentile(anywhere, 0.5).toFixed(2)} ms; ${note}`,
  };
  const top = Array.from({ length: TIMES }, () => page(0));
  yield {
    name: 'list-page.top',
    value: percentile(top, 0.95),
    unit: 'ms',
    note: `the first page, p95; ${note}`,
  };
}

function* searches(store: Store, note: string): Generator<Figure> {
  const all: number[] = [];
  for (const [kind, text] of Object.entries(SEARCHES)) {
    const clauses = text.split(' ').map((word) => [
      {
        test: { kind: 'text' as const, field: 'any' as const, text: word, isPhrase: false },
        isNegated: false,
      },
    ]);
    let hits = 0;
    const times = Array.from({ length: 40 }, () =>
      timed(() => {
        hits = store.search.find({ clauses, outside: [], limit: PAGE }).messageIds.length;
      }),
    );
    all.push(percentile(times, 0.95));
    yield {
      name: `search.${kind}`,
      value: percentile(times, 0.95),
      unit: 'ms',
      target: { of: 'value', bound: 'at most', number: 10 },
      note: `first ${PAGE}, p95; p50 ${percentile(times, 0.5).toFixed(2)} ms; ${hits} hits; ${note}`,
    };
  }
  yield {
    name: 'search',
    value: Math.max(...all),
    unit: 'ms',
    target: { of: 'value', bound: 'at most', number: 10 },
    note: 'the slowest of these',
  };
}
