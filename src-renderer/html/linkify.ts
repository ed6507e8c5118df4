/** Finds addresses in plain text. The answer is data, never markup; every character is looked at a fixed number of times. */

export type TextSegment = { kind: 'text'; text: string } | { kind: 'link'; text: string; url: string };

const CANDIDATE =
  /https?:\/\/[^\s<>"'`{}|\\^\p{Cc}]{1,4000}|[^\s<>"'`()[\],;:@]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/giu;
const TRAILING = new Set(['.', ',', ';', ':', '!', '?', '…', '*', '_', '~']);
const CLOSING = new Map([
  [')', '('],
  [']', '['],
]);

/** Without the punctuation that belongs to the sentence: a full stop at the end, a bracket that was opened before. */
function trimUrl(text: string): string {
  let end = text.length;
  const balance = new Map<string, number>();
  for (const letter of text) balance.set(letter, (balance.get(letter) ?? 0) + 1);
  while (end > 0) {
    const last = text[end - 1] ?? '';
    const opening = CLOSING.get(last);
    if (opening !== undefined && (balance.get(last) ?? 0) > (balance.get(opening) ?? 0)) {
      balance.set(last, (balance.get(last) ?? 0) - 1);
    } else if (!TRAILING.has(last)) {
      break;
    }
    end -= 1;
  }
  return text.slice(0, end);
}

function linkOf(found: string): { text: string; url: string } | undefined {
  const isWeb = /^https?:\/\//iu.test(found);
  const text = isWeb ? trimUrl(found) : found;
  const url = isWeb ? text : `mailto:${text}`;
  return URL.canParse(url) && text.length > (isWeb ? 8 : 3) ? { text, url } : undefined;
}

/** Cuts text into plain stretches and links: http, https and mail addresses. Joined together it is the text that was given. */
export function linkify(text: string): TextSegment[] {
  const segments: TextSegment[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const link = linkOf(match[0]);
    if (!link) continue;
    if (match.index > from) segments.push({ kind: 'text', text: text.slice(from, match.index) });
    segments.push({ kind: 'link', ...link });
    from = match.index + link.text.length;
  }
  if (from < text.length) segments.push({ kind: 'text', text: text.slice(from) });
  return segments;
}
