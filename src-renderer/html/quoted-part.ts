/** As the programs mark what they quote; their `id`s are gone by the time that anybody looks. */
const QUOTES =
  'blockquote[type="cite"], .gmail_quote, .yahoo_quoted, .protonmail_quote, .zmail_extra, .moz-cite-prefix';

/**
 * The quotation at the end of a sanitised message: its elements, outermost ones, when something stands above them and nothing below.
 * Answers between the lines are no quotation at the end, and stay.
 */
export function quotedPartOf(body: HTMLElement): HTMLElement[] {
  const quotes = [...body.querySelectorAll<HTMLElement>(QUOTES)].filter(
    (one) => one.parentElement?.closest(QUOTES) === null,
  );
  if (quotes.length === 0) return [];
  const outside = textOutside(body, quotes);
  const isSomethingAbove = outside.above.trim() !== '';
  return isSomethingAbove && outside.below.trim() === '' ? quotes : [];
}

/** The words before the first of them, and those after it that belong to none. */
function textOutside(body: HTMLElement, quotes: readonly HTMLElement[]): { above: string; below: string } {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const first = quotes[0];
  const text = { above: '', below: '' };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (quotes.some((one) => one.contains(node))) continue;
    const isBefore = first && node.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING;
    text[isBefore ? 'above' : 'below'] += node.nodeValue ?? '';
  }
  return text;
}
