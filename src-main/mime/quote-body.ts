/** The words of a message with what they answer or pass on below them: as plain text, and as HTML. */
import type { DraftQuote } from '../../src-shared/model/draft.ts';
import { escapeHtml } from '../base/html.ts';
import { type CleanedHtml, type CleanOptions, cleanHtml, textAsHtml } from './mail-html.ts';

export type QuotedMessage = Pick<DraftQuote, 'kind' | 'intro' | 'text' | 'html'>;

/** Lines end with LF. An answer quotes with `>` (RFC 3676 §4.5); what is passed on stands as it was. */
export function plainBody(text: string, quote: QuotedMessage | undefined): string {
  const written = lines(text);
  if (!quote) return written;
  const quoted = lines(quote.text).trimEnd();
  const below =
    quote.kind === 'forward'
      ? `${lines(quote.intro)}\n\n${quoted}`
      : `${lines(quote.intro)}\n${quoteLines(quoted)}`;
  return `${written.trimEnd()}\n\n${below}\n`;
}

/** A whole document, and the pictures that it names. */
export function htmlBody(
  html: string,
  quote: QuotedMessage | undefined,
  hasPart: CleanOptions['hasPart'],
): CleanedHtml {
  const options = { hasPart, keepsRemote: true };
  const written = cleanHtml(html, options);
  const quoted = quote?.html === undefined ? undefined : cleanHtml(quote.html, options);
  const content = quoted?.html ?? `<div>${textAsHtml(lines(quote?.text ?? '').trimEnd())}</div>`;
  const intro = quote && escapeHtml(lines(quote.intro)).replaceAll('\n', '<br>');
  const below =
    quote?.kind === 'forward'
      ? `<div>${intro}</div><br>${content}`
      : `<div>${intro}</div><blockquote type="cite" style="${QUOTE_STYLE}">${content}</blockquote>`;
  return {
    html: `${HEAD}${written.html}${quote ? `<br>${below}` : ''}</body></html>`,
    pictures: [...written.pictures, ...(quoted?.pictures ?? [])],
    contentIds: new Set([...written.contentIds, ...(quoted?.contentIds ?? [])]),
  };
}

const HEAD =
  '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>';
const QUOTE_STYLE = 'margin: 0 0 0 0.8ex; border-left: 2px solid #ccc; padding-left: 1ex';

export function quoteLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : line === '' ? '>' : `> ${line}`))
    .join('\n');
}

function lines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
