/** What a suite of figures is, and what it gets. A file `NAME.bench.ts` in this folder exports one as `suite`; nothing else lists it. */
import type { RunFolder } from '../servers/run-folder.mjs';

export type Bound = 'at most' | 'at least';

/** Ratios are to a floor that was measured in the same run: the machine is never quiet, both feel the same noise. */
export type Figure = {
  /** As in docs/performance.md; a dot and a word more for a part of it ("search.rare"). */
  name: string;
  value: number;
  unit: string;
  /** In the same unit as the value. */
  floor?: number;
  /** Better is above 1 for what should be large, below 1 for what should be small: value / floor. */
  ratio?: number;
  target?: { of: 'value' | 'ratio'; bound: Bound; number: number };
  /** Which size it is for, and whatever else one has to know to believe it. */
  note?: string;
};

export type BenchContext = {
  /** Small corpora: all suites together take less than five minutes. */
  quick: boolean;
  seed: number;
  /** Kept between runs: what takes long to make. Every name in it says what it was made from. */
  cacheFolder: string;
  /** Own folder of the suite, with a short path, gone afterwards whatever happens. */
  run: RunFolder;
  /** Where the built workers are (`parse-worker.js`, …). */
  builtFolder: string;
  /** A line for who waits. */
  say(line: string): void;
};

export type Suite = {
  name: string;
  /** The names of PERF figures that it yields: what `--only` can ask for beside the suite's name. */
  figures: string[];
  /** It starts the built program (`app/dist`, with a display and Electron's folder in the environment). */
  usesProgram?: boolean;
  /** Left out of a run that does not ask for it by name. */
  onlyByName?: boolean;
  run(context: BenchContext): AsyncIterable<Figure>;
};

/** A figure with its floor and what it makes of it. */
export function againstFloor(figure: Figure, floor: number): Figure {
  return { ...figure, floor, ratio: figure.value / floor };
}

/** What a suite's process is told, and what it answers. */
export type SuiteOptions = Pick<BenchContext, 'quick' | 'seed' | 'cacheFolder' | 'builtFolder'>;

export type SuiteMessage =
  | { kind: 'suite'; name: string; figures: string[]; usesProgram: boolean; onlyByName: boolean }
  | { kind: 'say'; line: string }
  | { kind: 'figure'; figure: Figure };
