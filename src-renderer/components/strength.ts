/**
 * How hard a passphrase is to guess, by the lists and patterns that guessing programs use. The lists are large and are loaded
 * with the first question; nothing leaves the window.
 */
import type { ZxcvbnFactory, ZxcvbnResult } from '@zxcvbn-ts/core';
import type { MessageKey } from '../i18n/i18n.ts';

export type Strength = {
  /** 0 very weak, 4 strong. */
  level: 0 | 1 | 2 | 3 | 4;
  /** What makes it weak, the worst first; empty for a good one. */
  warnings: MessageKey[];
};

/** As in the engine, which refuses shorter ones. */
export const SHORTEST_PASSPHRASE = 12;
/** Fair and worse is not taken for keys to all of one's mail. */
export const LOWEST_LEVEL = 3;
/** Longer ones are strong by their length; measuring them would only take time. */
const LONGEST_MEASURED = 100;

let loading: Promise<ZxcvbnFactory> | undefined;

async function load(): Promise<ZxcvbnFactory> {
  const [core, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  });
}

/** `own`: what others know of the person, the address and the name. */
export async function measureStrength(passphrase: string, own: readonly string[]): Promise<Strength> {
  loading ??= load();
  const checker = await loading;
  const result = checker.check(passphrase.slice(0, LONGEST_MEASURED), [...own]);
  const strength = { level: result.score, warnings: warningsOf(result, passphrase) };
  // The checker keeps what it was asked last: nothing of a passphrase is to stay in the memory of the window.
  checker.check('', []);
  return strength;
}

const PATTERNS = new Set(['repeat', 'sequence', 'spatial', 'date', 'regex']);

function warningsOf({ score, sequence }: ZxcvbnResult, passphrase: string): MessageKey[] {
  const warnings: MessageKey[] = [];
  const isShort = [...passphrase].length < SHORTEST_PASSPHRASE;
  if (isShort) warnings.push('strength.short');
  if (score >= LOWEST_LEVEL) return warnings;
  const lists = sequence.flatMap((part) => ('dictionaryName' in part ? [String(part.dictionaryName)] : []));
  if (lists.includes('userInputs')) warnings.push('strength.own');
  if (lists.some((name) => name.startsWith('passwords'))) warnings.push('strength.common');
  if (sequence.some(({ pattern }) => PATTERNS.has(pattern))) warnings.push('strength.pattern');
  if (warnings.length === 0) warnings.push('strength.words');
  return warnings;
}
