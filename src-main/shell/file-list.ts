/** Paths for a message box, one a line: nothing in a name may break a line, turn its direction or be invisible. */
export function fileList(paths: readonly string[]): string {
  return paths.map((path) => `• ${path.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}')}`).join('\n');
}
