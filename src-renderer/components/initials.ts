const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

function firstLetter(word: string): string {
  return String.fromCodePoint(word.codePointAt(0) ?? 0x3f);
}

/** The first letters of the first and the last word, without an article; one character where characters are words. */
export function initialsOf(name: string): string {
  const words =
    name
      .slice(0, 200)
      .replace(/^the\s/iu, '')
      .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return '?';
  const letter = firstLetter(first);
  if (words.length < 2 || WIDE.test(letter)) return letter.toLocaleUpperCase();
  return (letter + firstLetter(last)).toLocaleUpperCase();
}
