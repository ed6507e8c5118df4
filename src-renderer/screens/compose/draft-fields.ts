/** The fields of the compose screen and how they become a draft. Half-typed recipients are part of it: they are saved too. */
import type { Draft, DraftContent } from '../../../src-shared/model/draft.ts';
import type { Address } from '../../../src-shared/model/message.ts';
import { isAddress, parseTypedAddress } from '../../../src-shared/text/address.ts';

export const RECIPIENT_FIELDS = ['to', 'cc', 'bcc'] as const;
export type RecipientField = (typeof RECIPIENT_FIELDS)[number];

/** `typing` is what stands in the recipient fields and is not a chip yet. */
export type DraftFields = DraftContent & { typing: Record<RecipientField, string> };

export function fieldsOf(draft: Draft): DraftFields {
  const {
    draftId: _id,
    inReplyTo: _of,
    attachments: _files,
    savedAt: _at,
    storedAt: _stored,
    ...rest
  } = draft;
  const { isCopy: _copy, ...content } = rest;
  return { ...content, typing: { to: '', cc: '', bcc: '' } };
}

/**
 * Reads typed or pasted recipients: separated by comma, semicolon or line break, except inside quotation marks and
 * angle brackets (RFC 5322 §3.4 lets a quoted name hold a comma).
 */
export function splitRecipients(text: string): Address[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  let isAngled = false;
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && letter === '<') isAngled = true;
    else if (!isQuoted && letter === '>') isAngled = false;
    if (/[,;\n\r]/.test(letter) && !isQuoted && !isAngled) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  parts.push(part);
  return parts.filter((each) => each.trim() !== '').map(parseTypedAddress);
}

/** Somebody as one would type them, so that they can be changed. */
export function writeRecipient({ name, address }: Address): string {
  if (name.trim() === '' || name === address) return address;
  return /[,;<>"]/.test(name) ? `"${name.replaceAll('"', '')}" <${address}>` : `${name} <${address}>`;
}

/** Adds people to one line, each once; what was being typed there is done with. */
export function addRecipients(
  fields: DraftFields,
  field: RecipientField,
  people: readonly Address[],
): DraftFields {
  return {
    ...fields,
    [field]: addOnce(fields[field], people),
    typing: { ...fields.typing, [field]: '' },
  };
}

/** Takes somebody from one line to another. */
export function moveRecipient(
  fields: DraftFields,
  address: string,
  from: RecipientField,
  to: RecipientField,
): DraftFields {
  const moved = fields[from].filter((one) => one.address === address);
  return {
    ...fields,
    [from]: fields[from].filter((one) => one.address !== address),
    [to]: addOnce(fields[to], moved),
  };
}

function addOnce(present: readonly Address[], more: readonly Address[]): Address[] {
  const known = new Set(present.map((each) => each.address.toLowerCase()));
  const added = more.filter((each) => {
    const key = each.address.toLowerCase();
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
  return [...present, ...added];
}

/** Turns what is being typed in one field into chips. */
export function commitTyping(fields: DraftFields, field: RecipientField): DraftFields {
  if (fields.typing[field].trim() === '') return fields;
  return {
    ...fields,
    [field]: addOnce(fields[field], splitRecipients(fields.typing[field])),
    typing: { ...fields.typing, [field]: '' },
  };
}

export function commitAll(fields: DraftFields): DraftFields {
  return RECIPIENT_FIELDS.reduce(commitTyping, fields);
}

/** What is saved: the chips and, as one more, what is being typed. */
export function contentOf(fields: DraftFields): DraftContent {
  const { typing: _typing, ...content } = commitAll(fields);
  return content;
}

export function isBadRecipient(person: Address): boolean {
  return !isAddress(person.address);
}

/** Whether nothing was written that anybody would miss; a quotation and a signature came by themselves. */
export function isEmptyDraft(fields: DraftFields, attachments: number, isBodyBlank: boolean): boolean {
  const { to, cc, bcc, subject } = contentOf(fields);
  return to.length + cc.length + bcc.length + attachments === 0 && subject.trim() === '' && isBodyBlank;
}

export type SendObstacle = 'recipient-missing' | 'recipient-invalid';

/** What stands in the way of sending; undefined when nothing does. */
export function findObstacle(content: DraftContent): SendObstacle | undefined {
  const people = [...content.to, ...content.cc, ...content.bcc];
  if (people.length === 0) return 'recipient-missing';
  return people.some(isBadRecipient) ? 'recipient-invalid' : undefined;
}
