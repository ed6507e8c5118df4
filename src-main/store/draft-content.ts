import type { DraftContent } from '../../src-shared/model/draft.ts';

/** Nobody has written anything into it: a signature is no text. Such a draft is nowhere but here, and is not missed. */
export function isEmptyDraft(
  draft: Pick<DraftContent, 'to' | 'cc' | 'bcc' | 'subject' | 'text' | 'html' | 'quote'> & {
    attachments: readonly unknown[];
  },
): boolean {
  if (draft.attachments.length > 0 || draft.quote || draft.subject.trim() !== '') return false;
  const people = [...draft.to, ...draft.cc, ...draft.bcc];
  if (people.some(({ name, address }) => name.trim() !== '' || address.trim() !== '')) return false;
  return isBlank(draft);
}

/** RFC 3676 §4.3: behind this line is the signature; in HTML it has an element of its own, which is the last. */
function isBlank({ text, html }: Pick<DraftContent, 'text' | 'html'>): boolean {
  if (html === undefined) return text.replace(/(^|\n)-- ?\r?\n[\s\S]*$/, '').trim() === '';
  const written = html.replace(/<div\b[^>]*\bdata-signature\b[\s\S]*$/i, '');
  return !/<(img|hr|table)\b/i.test(written) && written.replace(/<[^>]*>|&nbsp;|\s/gi, '') === '';
}
