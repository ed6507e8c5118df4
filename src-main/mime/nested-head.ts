/** The head of a message that came inside another one: it stands in no list, so it is read when it is opened. */
import { addressParser } from 'postal-mime';
import type { Address } from '../../src-shared/model/message.ts';
import type { NestedMessage } from '../../src-shared/model/message-body.ts';
import { oneLine } from '../base/one-line.ts';
import { decodeHeaderText, fieldOf, type HeaderField } from './parse-header.ts';

export type NestedHead = Pick<NestedMessage, 'from' | 'to' | 'cc' | 'subject' | 'date'>;

/** More people nobody reads, and reading them takes the parser of addresses its time. */
const MOST_ADDRESSES = 500;
const LONGEST_NAME = 500;
const LONGEST_LIST = 100_000;
/** 1 January 2100 */
const LATEST = 4_102_444_800_000;

export function nestedHead(fields: readonly HeaderField[]): NestedHead {
  const date = timeOf(fieldOf(fields, 'date'));
  return {
    from: addressesOf(fields, 'from'),
    to: addressesOf(fields, 'to'),
    cc: addressesOf(fields, 'cc'),
    subject: decodeHeaderText(fieldOf(fields, 'subject') ?? ''),
    ...(date !== undefined && { date }),
  };
}

/** Of a group its members, and its name where it hides them. What nobody can read as addresses is shown as it stands there. */
function addressesOf(fields: readonly HeaderField[], name: string): Address[] {
  const text = fields
    .filter((field) => field.name === name)
    .map(({ value }) => value)
    .join(', ')
    .slice(0, LONGEST_LIST);
  if (text === '') return [];
  let people: ReturnType<typeof addressParser>;
  try {
    people = addressParser(text);
  } catch {
    return [{ name: decodeHeaderText(text).slice(0, LONGEST_NAME), address: '' }];
  }
  return people
    .flatMap((one) => (one.group && one.group.length > 0 ? one.group : [one]))
    .slice(0, MOST_ADDRESSES)
    .map((one) => ({
      name: oneLine(one.name, LONGEST_NAME),
      address: oneLine(one.address ?? '', LONGEST_NAME),
    }))
    .filter(({ name: shown, address }) => shown !== '' || address !== '');
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : new Date(text.slice(0, 200)).getTime();
  return time >= 0 && time < LATEST ? time : undefined;
}
