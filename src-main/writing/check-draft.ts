/** What a person may want to know before a message goes. */
import type { Draft } from '../../src-shared/model/draft.ts';
import type { Settings } from '../../src-shared/model/settings.ts';
import type { SendWarning } from '../../src-shared/model/writing.ts';

/** Words that speak of an attachment, each as it may stand in a text. Where words are not set apart none is asked for. */
const APART = [
  // English
  'attach(?:ed|ing|ments?)?|enclosed|enclosures?',
  // German
  'anhang|anhänge[ns]?|anhangs|angehängt(?:e[mnrs]?)?|anhängend(?:e[mnrs]?)?|anbei|beigefügt(?:e[mnrs]?)?|beiliegend(?:e[mnrs]?)?|(?:in der|als|siehe) anlage',
  // French
  'pi[eè]ces?[ -]jointes?|ci-joint(?:e?s?)|en annexe|p\\.j\\.',
  // Spanish
  'adjunt(?:o|a|os|as|ar|é|amos|ado|ando)|en anexo|anexad[oa]s?',
  // Arabic, with and without the article
  '(?:و|ب)?(?:ال)?مرفق(?:ا|ة|ات|ه)?|[أا]رفق(?:ت|نا)?|طيه',
];
const ANYWHERE = ['添付', '同封', '附件', '附上', '附檔', '附档', '附圖', '附图', '隨信附', '随信附'];
const WORDS = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:${APART.join('|')})(?![\\p{L}\\p{N}_])|${ANYWHERE.join('|')}`,
  'iu',
);
/** Arabic vowel signs and the stretched line do not make another word. */
const ARABIC_SIGNS = /[\u0640\u064b-\u0652]/g;
/** Beyond this nobody means it. */
const READ = 200_000;

/** `lookalikes` are found by who knows the contacts. */
export function checkDraft(
  draft: Pick<Draft, 'to' | 'cc' | 'bcc' | 'subject' | 'text' | 'attachments'>,
  { remindsOfAttachment, manyRecipients }: Pick<Settings, 'remindsOfAttachment' | 'manyRecipients'>,
): SendWarning[] {
  const warnings: SendWarning[] = [];
  if (draft.subject.trim() === '') warnings.push({ kind: 'no-subject' });
  const hasFile = draft.attachments.some(({ contentId }) => contentId === undefined);
  const word = remindsOfAttachment && !hasFile ? attachmentWordIn(draft.text) : undefined;
  if (word !== undefined) warnings.push({ kind: 'no-attachment', word });
  const count = addressesOf(draft).length;
  if (manyRecipients > 0 && count >= manyRecipients) warnings.push({ kind: 'many-recipients', count });
  return warnings;
}

/** Each once. */
export function addressesOf({ to, cc, bcc }: Pick<Draft, 'to' | 'cc' | 'bcc'>): string[] {
  const all = [...to, ...cc, ...bcc].map(({ address }) => address.trim()).filter((address) => address !== '');
  return [...new Map(all.map((address) => [address.toLowerCase(), address])).values()];
}

/** The first word that speaks of an attachment, as it was written: not in what is quoted, and not in the signature. */
export function attachmentWordIn(text: string): string | undefined {
  const [own = ''] = text.slice(0, READ).split(/^-- ?$/m);
  const written = own
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n');
  return WORDS.exec(written.normalize('NFC').replace(ARABIC_SIGNS, ''))?.[0];
}
