/** Large stores take minutes to make: they are kept in the cache folder, one for each size, seed and schema. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_MIGRATIONS, MAIL_MIGRATIONS } from '../../src-main/store/migrations/all.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { MessageId } from '../../src-shared/model/ids.ts';
import { CORPUS_VERSION, createCorpus } from './corpus.mjs';
import { addBenchAccount, BENCH_ACCOUNT, emptyStore, fillEnvelopes, openBenchStore } from './store-world.ts';
import type { BenchContext } from './suite.ts';

/** The newest have their text indexed too. */
export const WITH_TEXT = 10_000;
const AT_ONCE = 100;

const schema = createHash('sha256')
  .update(JSON.stringify([JOURNAL_MIGRATIONS, MAIL_MIGRATIONS, WITH_TEXT]))
  .digest('hex')
  .slice(0, 12);

export function keptFolder({ cacheFolder, seed }: BenchContext, n: number): string {
  return join(cacheFolder, `store-${n}-${seed}-v${CORPUS_VERSION}-${schema}`);
}

/** The largest store that this run can afford: a million messages, or a tenth of it in a quick run that finds no million. */
export function affordable(context: BenchContext): number {
  return context.quick && !existsSync(keptFolder(context, 1_000_000)) ? 100_000 : 1_000_000;
}

/** Opens the kept store of `n` messages, made when it is missing. With `own` a copy that may be changed. */
export function openKeptStore(context: BenchContext, n: number, own = false): Store {
  const kept = keptFolder(context, n);
  if (!existsSync(kept)) {
    context.say(`making a store of ${n} messages, kept for the next time`);
    // Those of older schemas are of no use any more.
    for (const name of readdirSync(context.cacheFolder)) {
      if (name.startsWith(`store-${n}-`)) rmSync(join(context.cacheFolder, name), { recursive: true });
    }
    const half = `${kept}.half`;
    const store = emptyStore(half);
    fill(store, n, context.seed);
    store.close();
    renameSync(half, kept);
  }
  if (!own) return openBenchStore(kept);
  const copy = context.run.folder('copy');
  rmSync(copy, { recursive: true, force: true });
  cpSync(kept, copy, { recursive: true });
  return openBenchStore(copy);
}

function fill(store: Store, n: number, seed: number): void {
  const corpus = createCorpus({ n, seed });
  const { inbox } = addBenchAccount(store);
  fillEnvelopes(store, inbox, corpus, 500);
  const newest = store.bodies.missing(BENCH_ACCOUNT, { since: 0, limit: WITH_TEXT });
  for (let start = 0; start < newest.length; start += AT_ONCE) {
    const bodies = newest.slice(start, start + AT_ONCE).map(({ messageId, uid }) => ({
      messageId: messageId as MessageId,
      body: bodyOf(corpus.text(uid - 1)),
    }));
    while (bodies.length > 0) bodies.splice(0, store.bodies.putSome(bodies));
  }
}

const bodyOf = (text: string) => ({
  text,
  attachments: [],
  inlineImages: {},
  isSource: false,
  preview: text.slice(0, 100),
  searchText: text,
  source: Buffer.from(text),
});
