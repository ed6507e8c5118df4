export type TextBlock = { kind: 'own' | 'quoted' | 'signature'; text: string };

const QUOTED = /^\s{0,3}>/u;

/**
 * Cuts plain text where quoting begins and ends (lines with `>`, RFC 3676 §4.5) and at the signature (`-- `, §4.3).
 * The line that introduces a quotation ("On Tuesday, X wrote:") goes with it when it stands directly above.
 */
export function splitQuoted(text: string): TextBlock[] {
  const blocks: { kind: TextBlock['kind']; lines: string[] }[] = [];
  for (const line of text.replace(/\r\n?/gu, '\n').split('\n')) {
    const last = blocks.at(-1);
    let kind: TextBlock['kind'] = QUOTED.test(line) ? 'quoted' : 'own';
    if (kind === 'own' && (line === '-- ' || last?.kind === 'signature')) kind = 'signature';
    if (last?.kind === kind) {
      last.lines.push(line);
      continue;
    }
    const block = { kind, lines: [line] };
    if (kind === 'quoted' && last?.kind === 'own') moveIntroduction(last.lines, block.lines);
    blocks.push(block);
  }
  return (
    blocks
      // trimEnd, not /\s+$/: that one looks at a long run of blanks inside the text once for each of its characters.
      .map(({ kind, lines }) => ({ kind, text: lines.join('\n').trimEnd().replace(/^\n+/u, '') }))
      .filter((block) => block.text !== '')
  );
}

/** At most two lines, the last of which ends with a colon. */
function moveIntroduction(from: string[], to: string[]): void {
  let end = from.length;
  while (end > 0 && (from[end - 1] ?? '').trim() === '') end -= 1;
  const last = from[end - 1];
  if (last === undefined || !/[:：]\s*$/u.test(last) || last.length > 300) return;
  const before = from[end - 2];
  const start =
    before !== undefined && before.trim() !== '' && (from[end - 3] ?? '').trim() === '' ? end - 2 : end - 1;
  to.unshift(...from.splice(start));
}
