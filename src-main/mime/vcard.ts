/**
 * People in and out as vCard: 2.1, 3.0 and 4.0 (RFC 6350) are read, 4.0 is written. Only what a person reads is taken: pictures,
 * links, keys and everything else that could be fetched or run stays behind.
 */
import type { ContactContent } from '../../src-shared/model/contact.ts';
import { type ContentLine, componentsOf, contentLines, unescapeText } from './content-lines.ts';

const MOST_CARDS = 50_000;
const MOST_VALUES = 50;
const LONGEST = { name: 500, address: 500, phone: 100, organisation: 500, note: 10_000 } as const;

/** The people of a text, in its order; cards that say nothing of one are left out, and what is no card is not looked at. */
export function readVcards(text: string, most = MOST_CARDS): ContactContent[] {
  const people: ContactContent[] = [];
  let card: ContentLine[] | undefined;
  let depth = 0;
  for (const line of contentLines(text)) {
    const isCard = line.value.trim().toUpperCase() === 'VCARD';
    if (line.name === 'BEGIN' && isCard) {
      // vCard 2.1 writes an AGENT as a card within the card: another person's.
      depth += 1;
      card ??= [];
    } else if (line.name === 'END' && isCard) {
      depth = Math.max(0, depth - 1);
      if (depth > 0 || !card) continue;
      const person = personOf(card);
      if (person) people.push(person);
      if (people.length >= most) return people;
      card = undefined;
    } else if (depth === 1 && card && card.length < 1_000 && KEPT.has(line.name)) {
      card.push(line);
    }
  }
  // Cut off on its way: what is there is somebody all the same.
  const last = card && personOf(card);
  return last ? [...people, last] : people;
}

const KEPT = new Set([
  'FN',
  'N',
  'NICKNAME',
  'EMAIL',
  'TEL',
  'ORG',
  'NOTE',
  'KIND',
  'X-ADDRESSBOOKSERVER-KIND',
]);

function personOf(card: ContentLine[]): ContactContent | undefined {
  const valuesOf = (name: string) => card.filter((line) => line.name === name).map(({ value }) => value);
  const first = (name: string) => valuesOf(name)[0] ?? '';
  if (/^group$/i.test(first('KIND') || first('X-ADDRESSBOOKSERVER-KIND'))) return undefined;

  const addresses = distinct(
    valuesOf('EMAIL').map((value) => oneLine(unescapeText(value).replace(/^\s*mailto:/i, ''))),
    LONGEST.address,
  );
  const phones = distinct(
    valuesOf('TEL').map((value) => oneLine(unescapeText(value).replace(/^\s*tel:/i, ''))),
    LONGEST.phone,
  );
  const organisation = oneLine(
    componentsOf(first('ORG'))
      .filter((unit) => unit.trim() !== '')
      .join(', '),
  ).slice(0, LONGEST.organisation);
  const name =
    oneLine(unescapeText(first('FN'))) || nameOf(first('N')) || oneLine(unescapeText(first('NICKNAME')));
  const note = valuesOf('NOTE')
    .map((value) => withoutControls(unescapeText(value)).trim())
    .join('\n')
    .slice(0, LONGEST.note)
    .toWellFormed();
  if (name === '' && addresses.length === 0 && phones.length === 0 && organisation === '') return undefined;
  return { name: cut(name, LONGEST.name), addresses, phones, organisation, note };
}

/** RFC 6350 §6.2.2: family; given; additional; before; after. */
function nameOf(value: string): string {
  const [family = '', given = '', additional = '', before = '', after = ''] = componentsOf(value);
  return oneLine([before, given, additional, family, after].filter((part) => part.trim() !== '').join(' '));
}

function distinct(values: string[], longest: number): string[] {
  const fitting = values.filter((value) => value !== '' && value.length <= longest);
  return [...new Set(fitting)].slice(0, MOST_VALUES);
}

function withoutControls(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '');
}

function oneLine(text: string): string {
  return withoutControls(text)
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}

/** The same people as vCard 4.0, in lines of at most 75 bytes. */
export function writeVcards(people: readonly ContactContent[]): string {
  return people.map(writeCard).join('');
}

function writeCard({ name, addresses, phones, organisation, note }: ContactContent): string {
  // RFC 6350 §6.2.1: a card has a name, whatever it is.
  const shown = name || organisation || addresses[0] || phones[0] || '';
  const lines = [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `FN:${escapeText(shown)}`,
    ...addresses.map((address) => `EMAIL:${escapeText(address)}`),
    ...phones.map((phone) => `TEL:${escapeText(phone)}`),
    ...(organisation === '' ? [] : [`ORG:${escapeText(organisation)}`]),
    ...(note === '' ? [] : [`NOTE:${escapeText(note)}`]),
    'END:VCARD',
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join('');
}

/** A value of text (RFC 6350 §3.4, RFC 5545 §3.3.11). */
export function escapeText(text: string): string {
  return withoutControls(text)
    .replace(/[\\,;]/g, '\\$&')
    .replace(/\n/g, '\\n');
}

/** RFC 6350 §3.2, RFC 5545 §3.1: no line is longer than 75 bytes, and no character is cut in two. */
export function foldLine(line: string): string {
  const pieces: string[] = [];
  let room = 75;
  let from = 0;
  let at = 0;
  for (const character of line) {
    const bytes = Buffer.byteLength(character);
    if (bytes > room) {
      pieces.push(line.slice(from, at));
      from = at;
      // The space that begins the next line counts.
      room = 74;
    }
    room -= bytes;
    at += character.length;
  }
  pieces.push(line.slice(from));
  return pieces.join('\r\n ');
}
