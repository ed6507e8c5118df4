/**
 * Texts that a reader takes for one another. Pure. A small cut of Unicode's confusables (UTS #39): the letters of other scripts that look
 * like Latin ones in the type that mail programs use, and the slips of Latin itself. It warns people; nothing is decided by it alone.
 */

/** What looks like each Latin letter, in lower case; of the letters that differ only in capitals their capitals are below. */
const LOOK_ALIKE: Readonly<Record<string, string>> = {
  a: 'аɑαᴀ⍺',
  b: 'ьƅЬᖯ',
  c: 'сϲᴄⅽ',
  d: 'ԁɗⅾ',
  e: 'еєҽ℮ẹ',
  f: 'ſƒք',
  g: 'ɡԍցᶃ',
  h: 'һհ',
  i: 'ıіⅰɩι',
  l: '1|ӏוןاⅼǀᛁ!',
  j: 'јϳ',
  k: 'κкᴋ',
  m: 'мⅿ',
  n: 'ոռпղ',
  o: '0οоօᴏסهഠ๐໐०০௦',
  p: 'рρⲣ',
  q: 'ԛգզ',
  r: 'гᴦⲅ',
  s: 'ѕꜱƽ',
  t: 'тτᴛ',
  u: 'υսᴜʋ',
  v: 'νѵᴠⅴ',
  w: 'ԝաѡᴡ',
  x: 'хχ×ⅹ',
  y: 'уүγỿ',
  z: 'ᴢʐ',
};

/** Capitals that look like a Latin capital although their small letters look like another, or like none. */
const CAPITALS: Readonly<Record<string, string>> = {
  a: 'ΑАᎪ',
  b: 'ΒВᏴ',
  c: 'СᏟ',
  e: 'ΕЕᎬ',
  h: 'ΗНᎻ',
  l: 'IΙІӀ',
  j: 'ЈᎫ',
  k: 'ΚКᏦ',
  m: 'ΜМᎷ',
  n: 'Ν',
  o: 'ΟО',
  p: 'ΡРᏢ',
  s: 'ЅᏚ',
  t: 'ΤТᎢ',
  x: 'ΧХ',
  y: 'ΥҮ',
  z: 'ΖᏃ',
};

const LETTERS = new Map(
  [LOOK_ALIKE, CAPITALS].flatMap((table) =>
    Object.entries(table).flatMap(([letter, others]) => [...others].map((other) => [other, letter] as const)),
  ),
);

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{M}\u2800]+/gu;

/** What a text looks like: equal skeletons are confusable. Not for showing. */
export function skeletonOf(text: string): string {
  let out = '';
  for (const char of text.normalize('NFKD').replace(INVISIBLE, '')) {
    const small = char.toLowerCase();
    out += LETTERS.get(char) ?? LETTERS.get(small) ?? small;
  }
  // Two letters that stand close look like one; then i is one stroke as well as l.
  return out.replaceAll('rn', 'm').replaceAll('vv', 'w').replaceAll('cl', 'd').replaceAll('i', 'l');
}

/** Shorter ones differ by one letter without anybody's ill will. */
const SHORTEST = 5;

/**
 * Whether two different texts can be taken for one another: they look alike, or one letter was changed, added, left out, or swapped with
 * its neighbour. Case does not count as different; neither do numbers in a row (`host1`, `host2`) count as near.
 */
export function isNear(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a === b) return false;
  if (Math.abs(a.length - b.length) > 2 * SHORTEST) return false;
  const [seen, known] = [skeletonOf(one), skeletonOf(other)];
  if (seen === known) return !isNumbered(a, b);
  if (Math.min(seen.length, known.length) < SHORTEST || isNumbered(a, b)) return false;
  return isOneSlip(seen, known) || isOneSlip(a, b);
}

const isNumbered = (a: string, b: string): boolean => a.replace(/\d+/gu, '#') === b.replace(/\d+/gu, '#');

/** Damerau's distance is 1. */
function isOneSlip(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let from = 0;
  while (from < short.length && short[from] === long[from]) from++;
  const rest = (text: string, skip: number) => text.slice(from + skip);
  if (long.length > short.length) return rest(short, 0) === rest(long, 1);
  if (rest(short, 1) === rest(long, 1)) return true;
  return short[from] === long[from + 1] && short[from + 1] === long[from] && rest(short, 2) === rest(long, 2);
}

/**
 * Whether an address can be taken for a known one and is another: the same name at a domain that is near, or a name that is near at the
 * same domain. Domains are to be in their Unicode form: `xn--` resembles nothing.
 */
export function resembles(address: string, known: string): boolean {
  const [local, domain] = partsOf(address);
  const [knownLocal, knownDomain] = partsOf(known);
  if (domain === '' || knownDomain === '') return false;
  if (domain.toLowerCase() === knownDomain.toLowerCase()) return isNear(local, knownLocal);
  return isNear(domain, knownDomain) && skeletonOf(local) === skeletonOf(knownLocal);
}

function partsOf(address: string): [string, string] {
  const at = address.lastIndexOf('@');
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
}
