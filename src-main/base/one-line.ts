/**
 * Text of others as one line: ends of lines and controls become a space, halves of characters U+FFFD. Of more than `most` UTF-16 units
 * the beginning.
 */
export function oneLine(text: string, most = text.length): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
