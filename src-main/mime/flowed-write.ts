/** Longest line with the space that makes it flow (RFC 3676 §4.2 asks for 78 at most); beyond 76 it would have to be encoded. */
const WIDTH = 76;
const SIGNATURE = '-- ';

/**
 * Plain text as format=flowed (RFC 3676 §4.2, with lines of LF): long paragraphs and long quotations flow, so that a narrow window and a wide
 * one both show them well; what begins like a quotation, a `From ` line or a space is stuffed. A line that begins with `>` is a quotation.
 */
export function writeFlowed(text: string): string {
  return text.split('\n').flatMap(flowLine).join('\n');
}

function flowLine(line: string): string[] {
  const { depth, content } = quoteOf(line);
  if (content === SIGNATURE) return [depth === 0 ? SIGNATURE : `${'>'.repeat(depth)} ${SIGNATURE}`];
  // A space at the end of a line that a person ended would make it flow into the next.
  const fixed = content.replace(/ +$/, '');
  if (depth > 0) {
    const marks = '>'.repeat(depth);
    return breakLine(fixed, WIDTH - depth - 1).map((piece) => (piece === '' ? marks : `${marks} ${piece}`));
  }
  return breakLine(fixed, WIDTH - 1).map((piece) => (/^(?: |>|From )/.test(piece) ? ` ${piece}` : piece));
}

/** The depth of a quotation and what is quoted: `> > text` and `>> text` are the same. */
function quoteOf(line: string): { depth: number; content: string } {
  const marks = /^>(?: ?>)*/.exec(line)?.[0] ?? '';
  const content = line.slice(marks.length);
  return {
    depth: marks.replaceAll(' ', '').length,
    content: marks !== '' && content.startsWith(' ') ? content.slice(1) : content,
  };
}

/** Pieces that end with a space, but for the last one. A word that is longer than a line stays whole. */
function breakLine(text: string, width: number): string[] {
  const pieces: string[] = [];
  const most = Math.max(20, width);
  let start = 0;
  let end = 0;
  while (text.length - start > most) {
    end = text.lastIndexOf(' ', start + most - 1) + 1;
    // No space, or it would look like the line above a signature: the next one then.
    if (end <= start || text.slice(start, end) === SIGNATURE) {
      end = text.indexOf(' ', Math.max(start + most, end)) + 1;
    }
    if (end <= start) break;
    pieces.push(text.slice(start, end));
    start = end;
  }
  pieces.push(text.slice(start));
  return pieces;
}
