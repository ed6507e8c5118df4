import type { Address } from '../model/message.ts';

const LOCAL = /^[^\s@<>()[\]\\,;:"]{1,64}$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** Whether text has the form of one deliverable address (RFC 5321 §4.1.2 without quoted local parts and address literals). */
export function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || text.length > 254) return false;
  const local = text.slice(0, at);
  const labels = text.slice(at + 1).split('.');
  return (
    LOCAL.test(local) &&
    !local.startsWith('.') &&
    !local.endsWith('.') &&
    !local.includes('..') &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label))
  );
}

/** The domain of an address in lower case; empty when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase();
}

/** What to call somebody in a narrow place: the name, else the address. */
export function displayNameOf(person: Address): string {
  return person.name.trim() || person.address;
}

/** Reads one recipient as a person types it: `Name <a@b>`, `"Name" <a@b>` or `a@b`. The address may still be wrong: see isAddress. */
export function parseTypedAddress(text: string): Address {
  const typed = text.trim();
  const open = typed.indexOf('<');
  // No pattern over the whole: of many blanks it would try every way to share them out.
  if (open >= 0 && typed.endsWith('>')) {
    const name = typed.slice(0, open).trim().replace(/^"/u, '').replace(/"$/u, '');
    const address = typed.slice(open + 1, -1).trim();
    if (!name.includes('"') && !/[<>]/u.test(address)) return { name, address };
  }
  return { name: '', address: typed };
}
