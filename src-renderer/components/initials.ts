const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The first letters of the first and the last word, at most `most`; one character where characters are words. */
export function initialsOf(name: string, most: 1 | 2 = 2): string {
  const words = name.slice(0, 200).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  const first = words[0];
  if (first === undefined) return '?';
  const letter = String.fromCodePoint(first.codePointAt(0) ?? 0x3f);
  const last = words.at(-1);
  if (most === 1 || words.length < 2 || last === undefined || WIDE.test(letter))
    return letter.toLocaleUpperCase();
  return (letter + String.fromCodePoint(last.codePointAt(0) ?? 0x3f)).toLocaleUpperCase();
}
