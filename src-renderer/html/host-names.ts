import { isDisguisedLabel } from '../../src-shared/text/disguise.ts';

/** The part of a host that somebody registered, or the host where that is not known. */
type DomainReader = (host: string) => string;

let registrable: DomainReader = (host) => host;

/** Loads the list of public suffixes. Until then hosts of one domain count as strangers: there is more doubt, not less. */
export async function loadDomains(): Promise<void> {
  const { getDomain } = await import('tldts');
  // Of `one.github.io` and `two.github.io` each is somebody else's.
  registrable = (host) => getDomain(host, { allowPrivateDomains: true }) ?? host;
}

/** Whether two hosts belong to the same owner: the same domain was registered for both. */
export function belongTogether(one: string, other: string): boolean {
  return one === other || registrable(one) === registrable(other);
}

/** Whether a label of this ASCII host (RFC 5890) can be taken for another. */
export function isDisguisedHost(host: string): boolean {
  return host
    .split('.')
    .filter((label) => label.startsWith('xn--'))
    .some((label) => {
      const letters = decodeLabel(label.slice(4));
      // What cannot be read is shown as it is, and is no name that anybody knows.
      return letters === undefined || isDisguisedLabel(letters);
    });
}

/** RFC 3492 §6.2: the letters of a label, without its `xn--`. */
export function decodeLabel(text: string): string | undefined {
  const split = text.lastIndexOf('-');
  const letters = split > 0 ? [...text.slice(0, split)] : [];
  let code = 128;
  let at = 0;
  let bias = 72;
  for (let from = split > 0 ? split + 1 : 0; from < text.length; ) {
    const before = at;
    let weight = 1;
    for (let k = 36; ; k += 36) {
      const digit = digitOf(text[from++]);
      if (digit === undefined) return undefined;
      at += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
      if (weight > 2 ** 26) return undefined;
    }
    bias = adapt(at - before, letters.length + 1, before === 0);
    code += Math.floor(at / (letters.length + 1));
    at %= letters.length + 1;
    if (code > 0x10ffff) return undefined;
    letters.splice(at++, 0, String.fromCodePoint(code));
  }
  return letters.join('');
}

function digitOf(letter: string | undefined): number | undefined {
  if (letter === undefined || !/^[a-z0-9]$/iu.test(letter)) return undefined;
  return /\d/u.test(letter) ? Number(letter) + 26 : letter.toLowerCase().charCodeAt(0) - 97;
}

/** RFC 3492 §6.1. */
function adapt(delta: number, count: number, isFirst: boolean): number {
  let left = Math.floor(delta / (isFirst ? 700 : 2));
  left += Math.floor(left / count);
  let k = 0;
  for (; left > 455; k += 36) left = Math.floor(left / 35);
  return k + Math.floor((36 * left) / (left + 38));
}
