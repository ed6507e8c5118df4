import { COMMANDS, type CommandId } from './command-table.ts';

/** What of a keyboard event decides on a command. */
export type KeyStroke = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** How long the second key of a pair may take. */
export const PAIR_MS = 1500;

const BY_KEYS = new Map<string, CommandId>(
  (Object.keys(COMMANDS) as CommandId[]).flatMap((id) =>
    COMMANDS[id].keys.map((keys) => [keys, id] as const),
  ),
);
const FIRST_KEYS = new Set(
  [...BY_KEYS.keys()].filter((keys) => keys.includes(' ')).map((keys) => keys.split(' ')[0] ?? ''),
);

/** The written form of a key stroke, as in the command table; Shift is named only with letters and with Mod. */
export function writeStroke(stroke: KeyStroke): string {
  const hasMod = stroke.ctrlKey || stroke.metaKey;
  const isLetter = /^\p{L}$/u.test(stroke.key);
  const key = isLetter && hasMod ? stroke.key.toLowerCase() : stroke.key;
  return `${hasMod ? 'Mod+' : ''}${stroke.altKey ? 'Alt+' : ''}${stroke.shiftKey && isLetter ? 'Shift+' : ''}${key}`;
}

/** Reads key strokes one after the other; remembers the first of a pair for `PAIR_MS`. `now` in milliseconds. */
export function createKeyReader(): (stroke: KeyStroke, now: number) => CommandId | undefined {
  let first: { key: string; at: number } | undefined;
  return (stroke, now) => {
    const key = writeStroke(stroke);
    const before = first !== undefined && now - first.at <= PAIR_MS ? first.key : undefined;
    first = undefined;
    const pair = before === undefined ? undefined : BY_KEYS.get(`${before} ${key}`);
    if (pair !== undefined) return pair;
    if (FIRST_KEYS.has(key)) {
      first = { key, at: now };
      return undefined;
    }
    return BY_KEYS.get(key);
  };
}
