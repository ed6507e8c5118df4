/** The spelling of one window: the dictionaries that the person chose, in a worker that lives as long as somebody writes. */
import type { Backend } from '../backend/backend.ts';
import { openWorker } from '../open-worker.ts';
import type { SpellAnswer, SpellRequest } from './spell-wire.ts';
import workerUrl from './spelling-worker.ts?worker&url';

export type Speller = {
  /** Those of the words that are misspelled. Empty once it is closed. */
  check(words: readonly string[]): Promise<ReadonlySet<string>>;
  /** What may be meant by a misspelled word, the likely first. */
  suggest(word: string): Promise<string[]>;
  /** Teaches the program a word, for good; whoever shows marks is told. */
  learn(word: string): Promise<void>;
  /** Calls `listener` when words may be judged otherwise than before, until the answer is called. */
  subscribe(listener: () => void): () => void;
  close(): void;
};

type Asked = SpellRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

/** A word that is looked at for longer than that has no suggestions: a dictionary may be made to be slow. */
const SUGGEST_MS = 3_000;

/** Starts the worker and gives it what was chosen; words wait until it has read that. `start` is for tests. */
export function createSpeller(
  backend: Pick<Backend, 'request'>,
  start: () => Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'> = () => openWorker(workerUrl),
): Speller {
  const worker = start();
  const waiting = new Map<number, (words: string[]) => void>();
  const listeners = new Set<() => void>();
  let lastId = 0;
  let isClosed = false;

  worker.addEventListener('message', (event) => {
    const { id, words } = (event as MessageEvent<SpellAnswer>).data;
    waiting.get(id)?.(words);
    waiting.delete(id);
  });

  function ask(request: Asked): Promise<string[]> {
    if (isClosed) return Promise.resolve([]);
    const id = ++lastId;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ ...request, id });
    });
  }

  async function load(): Promise<void> {
    const [listed, learned] = await Promise.all([
      backend.request('spelling.list', {}),
      backend.request('spelling.words', {}),
    ]);
    if (learned.ok) void ask({ kind: 'learned', words: learned.value.words });
    if (!listed.ok) return;
    for (const { id, from } of listed.value.filter((one) => one.isOn)) {
      if (from === 'bundled') {
        void ask({ kind: 'add' });
        continue;
      }
      const loaded = await backend.request('spelling.load', { id });
      if (loaded.ok) void ask({ kind: 'add', dictionary: loaded.value });
    }
  }
  const loaded = load();

  return {
    async check(words) {
      await loaded;
      return new Set(await ask({ kind: 'check', words: [...words] }));
    },
    async suggest(word) {
      await loaded;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLong = new Promise<string[]>((resolve) => {
        timer = setTimeout(() => resolve([]), SUGGEST_MS);
      });
      const words = await Promise.race([ask({ kind: 'suggest', word }), tooLong]);
      clearTimeout(timer);
      return words;
    },
    async learn(word) {
      const result = await backend.request('spelling.learn', { word, isKnown: true });
      if (!result.ok) return;
      await ask({ kind: 'learned', words: result.value.words });
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      isClosed = true;
      worker.terminate();
      for (const answer of waiting.values()) answer([]);
      waiting.clear();
      listeners.clear();
    },
  };
}
