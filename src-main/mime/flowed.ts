/**
 * Lines of format=flowed (RFC 3676) made whole again: a line that ends with a space goes on in the next one of the same quote depth.
 * The depth stays in front of each as `>`; with `delsp` the space itself was put there only to break the line.
 */
export function unflow(text: string, { delsp }: { delsp: boolean }): string {
  const out: string[] = [];
  /** Depth of the line that goes on; -1 when none does. */
  let open = -1;
  for (const raw of text.split('\n')) {
    const depth = /^>*/.exec(raw)?.[0].length ?? 0;
    const isStuffed = raw.charAt(depth) === ' ';
    const line = raw.slice(isStuffed ? depth + 1 : depth);
    // §4.3: the signature separator flows nowhere.
    const isSeparator = line === '-- ';
    const isFlowing = line.endsWith(' ') && !isSeparator;
    const content = isFlowing && delsp ? line.slice(0, -1) : line;
    if (open === depth && !isSeparator) {
      out.push(content);
    } else {
      if (out.length > 0) out.push('\n');
      // §4.5: what follows the depth stands apart from it, so that another `>` in the text is no depth.
      out.push('>'.repeat(depth), depth > 0 && content !== '' ? ' ' : '', content);
    }
    open = isFlowing ? depth : -1;
  }
  return out.join('');
}
