/**
 * Names and passwords as both ends must write them (RFC 4013, RFC 8265 §4.2): other spaces become the usual one, what is invisible
 * goes, and what looks the same is written the same.
 */

/** RFC 3454 B.1: commonly mapped to nothing. */
const TO_NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;
/** RFC 3454 C.1.2: spaces outside ASCII. */
const OTHER_SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;
/** RFC 3454 C.2 to C.9: controls, format characters, private use, what is no character; and what has no meaning yet. */
const PROHIBITED = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\ufffc\ufffd\u2ff0-\u2ffb]/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** The prepared text; ASCII stays what it is. Ask `isPreparable` first. */
export function prepare(text: string): string {
  return text.replaceAll(TO_NOTHING, '').replaceAll(OTHER_SPACES, ' ').normalize('NFKC');
}

/**
 * Whether it can be prepared so that both ends agree. Text from right to left is taken only where nothing is mixed into it (RFC 3454
 * §6 has a rule for mixtures that servers do not agree on).
 */
export function isPreparable(text: string): boolean {
  const prepared = prepare(text);
  if (prepared === '' || PROHIBITED.test(prepared)) return false;
  return !RIGHT_TO_LEFT.test(prepared) || !/\p{Script=Latin}/u.test(prepared);
}
