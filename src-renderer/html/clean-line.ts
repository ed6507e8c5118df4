// Controls, format characters and blanks that look like nothing; the joiners stay, because Persian and emoji are written with them.
const UNSEEN = /[\p{Cc}\u115f\u1160\u2028\u2029\u2800\u3164\uffa0]|(?![\u200c\u200d])\p{Cf}/gu;
const STACKED = /(\p{M}{4})\p{M}+/gu;

/**
 * One line of other people's text as it may stand in the interface: without characters that cannot be seen or that turn
 * the direction of what follows, without towers of accents, white space as single blanks.
 */
export function cleanLine(text: string): string {
  return text
    .slice(0, 2000)
    .replace(UNSEEN, (found) => (/\s/u.test(found) ? ' ' : ''))
    .replace(STACKED, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
}
