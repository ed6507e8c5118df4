/** What stands in a draft before anybody has written in it: a text that was asked for, and the signature. */
import type { Identity } from '../../src-shared/model/identity.ts';
import { escapeHtml } from '../base/html.ts';

export type Written = { text: string; html?: string };

/**
 * `text` with the signature below it (RFC 3676 §4.3); with `isRich` also as HTML, in paragraphs, the signature in an element of its own, so
 * that an editor can exchange it.
 */
export function beginText(
  { text, html }: { text: string; html?: string | undefined },
  signature: Identity['signature'],
  isRich: boolean,
): Written {
  const plain = signature ? `${text}\n\n-- \n${signature.text}` : text;
  if (!isRich) return { text: plain };
  const body = html ?? paragraphs(text);
  if (!signature) return { text: plain, html: body };
  const shown = signature.html ?? lineBreaks(signature.text);
  return { text: plain, html: `${body || '<p></p>'}<div data-signature="">${shown}</div>` };
}

/** Empty for no text: an editor makes its own first paragraph. */
function paragraphs(text: string): string {
  if (text === '') return '';
  return text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${lineBreaks(paragraph)}</p>`)
    .join('');
}

function lineBreaks(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>');
}
