// Controls, format characters, tags and blanks that look like nothing. The joiners too: in an address they are never meant.
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]/gu;
const STACKED = /(\p{M}{3})\p{M}+/gu;
const MOST = 500;

/**
 * Other people's text with every sign that cannot be seen, or that turns the direction of what follows, written out as `[U+202E]`:
 * for addresses and for what is quoted as evidence. At most 500 characters of it.
 */
export function showSigns(text: string): string {
  return text
    .slice(0, MOST)
    .replace(STACKED, '$1')
    .replace(
      UNSEEN,
      (sign) => `[U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .trim();
}

/** The same as part of a sentence of ours: its direction stays its own (UAX #9 FSI, PDI). */
export function isolate(text: string): string {
  return `\u2068${showSigns(text)}\u2069`;
}
