/**
 * From (RFC 5322 §3.6.2), read strictly: what can be read in one way only is read, and everything that two programs read as two
 * different senders is told as it stands. What is shown and answered comes from elsewhere; this says whether it can be believed.
 */
import type { Address } from '../../src-shared/model/message.ts';

export type FromReading =
  | { kind: 'one'; address: string }
  | { kind: 'several'; addresses: string[] }
  /** `raw`: what stands there, at most 500 characters, with what cannot be seen made visible. */
  | { kind: 'malformed'; raw: string };

const LONGEST = 10_000;
const RAW_SHOWN = 500;
const MOST_AUTHORS = 50;

type Token = {
  kind: 'atom' | 'quoted' | 'literal' | 'special';
  text: string;
  /** Space or a comment stands before it. */
  isApart: boolean;
};

/** `raw`: the values of all From fields; `shown`: the addresses that the program shows and answers. */
export function readFrom(raw: readonly string[], shown: readonly Address[]): FromReading {
  const malformed: FromReading = { kind: 'malformed', raw: visible(raw.join('\n')) };
  const [only = ''] = raw;
  const tokens = raw.length === 1 && only.length <= LONGEST ? tokensOf(only) : undefined;
  const addresses = tokens && mailboxesOf(tokens);
  if (!addresses || addresses.length > MOST_AUTHORS) return malformed;
  const isAsShown =
    shown.length === addresses.length &&
    addresses.every((one, index) => one.toLowerCase() === shown[index]?.address.toLowerCase());
  if (!isAsShown) return malformed;
  const [first = ''] = addresses;
  return addresses.length === 1 ? { kind: 'one', address: first } : { kind: 'several', addresses };
}

/** Controls and what turns or hides text, as their code points. */
function visible(text: string): string {
  return text
    .slice(0, RAW_SHOWN)
    .replace(
      /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu,
      (sign) => `[U+${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .slice(0, RAW_SHOWN);
}

const ATOM = /[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u00a1-\u{10ffff}]+/uy;
const QUOTED = /"((?:[^"\\\p{Cc}]|\\[^\p{Cc}])*)"/uy;
const LITERAL = /\[[^[\]\\\p{Cc}]*\]/uy;
const SPACE = /[ \t\r\n]+/y;

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let isApart = false;
  for (let at = 0; at < text.length; ) {
    const next = (pattern: RegExp) => {
      pattern.lastIndex = at;
      return pattern.exec(text);
    };
    const space = next(SPACE);
    if (space) {
      isApart = true;
      at += space[0].length;
      continue;
    }
    if (text[at] === '(') {
      const end = endOfComment(text, at);
      if (end === undefined) return undefined;
      isApart = true;
      at = end;
      continue;
    }
    const [atom, quoted, literal] = [next(ATOM), next(QUOTED), next(LITERAL)];
    const found = atom ?? quoted ?? literal;
    const sign = text.charAt(at);
    if (atom) tokens.push({ kind: 'atom', text: atom[0], isApart });
    else if (quoted)
      tokens.push({ kind: 'quoted', text: (quoted[1] ?? '').replace(/\\(.)/gu, '$1'), isApart });
    else if (literal) tokens.push({ kind: 'literal', text: literal[0], isApart });
    else if ('<>@,:;.'.includes(sign)) tokens.push({ kind: 'special', text: sign, isApart });
    else return undefined;
    at += found?.[0].length ?? 1;
    isApart = false;
  }
  return tokens;
}

function endOfComment(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\\') at += 1;
    else if (sign === '(') depth += 1;
    else if (sign === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** The addresses of a list without groups (RFC 6854 would allow them: who of them wrote it nobody knows). */
function mailboxesOf(tokens: Token[]): string[] | undefined {
  const addresses: string[] = [];
  let current: Token[] = [];
  for (const token of [...tokens, undefined]) {
    if (token !== undefined && !(token.kind === 'special' && token.text === ',')) {
      current.push(token);
      continue;
    }
    const address = mailboxOf(current);
    if (address === undefined) return undefined;
    addresses.push(address);
    current = [];
  }
  return addresses;
}

const isSpecial = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'special' && token.text === text;

/** `phrase <addr-spec>` or `addr-spec` (RFC 5322 §3.4). */
function mailboxOf(tokens: Token[]): string | undefined {
  const open = tokens.findIndex((token) => isSpecial(token, '<'));
  if (open < 0) return addrSpecOf(tokens);
  if (!isSpecial(tokens.at(-1), '>')) return undefined;
  const address = addrSpecOf(tokens.slice(open + 1, -1));
  const phrase = tokens.slice(0, open);
  const isName = phrase.every((token) => token.kind !== 'special' || token.text === '.');
  // Many programs write the address where a name belongs; another one there is a second sender.
  const isTheSame = phrase.map(({ text }) => text).join('') === address;
  return address !== undefined && (isName || isTheSame) ? address : undefined;
}

/** `local@domain`, with nothing in between; a quoted or encoded local part that is more than its letters hides something. */
function addrSpecOf(tokens: Token[]): string | undefined {
  if (tokens.slice(1).some((token) => token.isApart)) return undefined;
  const at = tokens.findIndex((token) => isSpecial(token, '@'));
  const local = dotted(tokens.slice(0, at));
  const last = tokens.slice(at + 1);
  if (last.some(({ kind }) => kind === 'quoted')) return undefined;
  const domain = last.length === 1 && last[0]?.kind === 'literal' ? last[0].text : dotted(last);
  if (at < 1 || local === undefined || domain === undefined) return undefined;
  if (/=\?.*\?=/.test(`${local}@${domain}`)) return undefined;
  return `${local}@${domain}`;
}

/** Atoms with a dot between each two. */
function dotted(tokens: Token[]): string | undefined {
  const [only] = tokens;
  if (tokens.length === 1 && only?.kind === 'quoted')
    return /^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*$/.test(only.text) ? only.text : undefined;
  const isSo =
    tokens.length % 2 === 1 &&
    tokens.every((token, index) => (index % 2 === 0 ? token.kind === 'atom' : isSpecial(token, '.')));
  return isSo ? tokens.map(({ text }) => text).join('') : undefined;
}
