import type { Contact, ContactContent } from '../../../src-shared/model/contact.ts';
import { isAddress } from '../../../src-shared/text/address.ts';
import { t } from '../../i18n/i18n.ts';

export const EMPTY: ContactContent = { name: '', addresses: [], phones: [], organisation: '', note: '' };

/** What somebody is called in the list: the name, else what else is known. */
export function contactName(contact: ContactContent): string {
  return (
    contact.name || contact.addresses[0] || contact.organisation || contact.phones[0] || t('contacts.unnamed')
  );
}

/** The line below the name: what the name does not say already. */
export function contactWords(contact: ContactContent): string {
  const [address = ''] = contact.addresses;
  return contact.name === '' ? contact.organisation : address || contact.organisation;
}

/** What is edited: a list with one more line to type into. */
export type Fields = Omit<ContactContent, 'addresses' | 'phones'> & { addresses: string[]; phones: string[] };

export const fieldsOf = ({ name, addresses, phones, organisation, note }: ContactContent): Fields => ({
  name,
  addresses: [...addresses, ''],
  phones: [...phones, ''],
  organisation,
  note,
});

const written = (lines: readonly string[]): string[] =>
  lines.map((line) => line.trim()).filter((line) => line !== '');

export const contentOf = (fields: Fields): ContactContent => ({
  ...fields,
  name: fields.name.trim(),
  addresses: written(fields.addresses),
  phones: written(fields.phones),
});

export const isSame = (a: ContactContent, b: ContactContent): boolean =>
  JSON.stringify(contentOf(fieldsOf(a))) === JSON.stringify(contentOf(fieldsOf(b)));

/** Whether there is anything to keep. */
export const isBlank = (content: ContactContent): boolean => isSame(content, EMPTY);

/** The place of the first address that nobody can write to; -1 when all are good. */
export const badAddressOf = (addresses: readonly string[]): number =>
  addresses.findIndex((address) => address.trim() !== '' && !isAddress(address.trim()));

/** As many lines as are written and one to type into. */
export function withLine(lines: readonly string[], index: number, value: string): string[] {
  const changed = lines.map((line, at) => (at === index ? value : line));
  return changed.at(-1) === '' ? changed : [...changed, ''];
}

/** Contact as one of the recipients. */
export const recipientOf = (contact: Contact, address: string): string =>
  contact.name === '' ? address : `"${contact.name.replaceAll(/["<>]/g, '')}" <${address}>`;
