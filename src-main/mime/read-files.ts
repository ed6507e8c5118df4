/** What stands in the files of a message for a person to read at once: invitations, and people. The files stay files too. */
import type { BodyContent } from '../../src-shared/model/message-body.ts';
import { decodeText } from '../base/charset.ts';
import { readInvitations } from './calendar.ts';
import type { FilePart } from './parse-content.ts';
import { readVcards } from './vcard.ts';

const LARGEST_FILE = 5_000_000;
const MOST_PEOPLE = 100;
const MOST_INVITATIONS = 100;
/** Files that are looked into for invitations: one that comes again and again is read again each time. */
const MOST_CALENDARS = 10;

export function readFiles(files: readonly FilePart[]): Pick<BodyContent, 'invitations' | 'people'> {
  const invitations: NonNullable<BodyContent['invitations']> = [];
  const people: NonNullable<BodyContent['people']> = [];
  let calendars = 0;
  files.forEach((file, part) => {
    if (file.content.length === 0 || file.content.length > LARGEST_FILE) return;
    if (calendars < MOST_CALENDARS && isCalendar(file)) {
      calendars += 1;
      // RFC 5545 §3.1.4: UTF-8 when nothing else is said.
      const text = decodeText(file.content, file.charset ?? 'utf-8');
      const found = attempt(() => readInvitations(text, { part, method: file.method }));
      // The same invitation often comes twice: as an alternative of the text, and as a file.
      const fresh = found.filter(
        (one) =>
          !invitations.some(
            ({ uid, sequence, start }) =>
              uid === one.uid && sequence === one.sequence && start?.at === one.start?.at,
          ),
      );
      invitations.push(...fresh.slice(0, MOST_INVITATIONS - invitations.length));
    } else if (people.length < MOST_PEOPLE && isVcard(file)) {
      const text = decodeText(file.content, file.charset ?? 'utf-8');
      people.push(...readVcards(text, MOST_PEOPLE - people.length).map((person) => ({ ...person, part })));
    }
  });
  return { ...(invitations.length > 0 && { invitations }), ...(people.length > 0 && { people }) };
}

/** What ts-ics cannot read is a file, and nothing more. */
function attempt<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

function isCalendar({ contentType, filename }: FilePart): boolean {
  return (
    /^(?:text\/calendar|application\/ics)$/.test(contentType) || isCalled(contentType, filename, /\.ics$/i)
  );
}

function isVcard({ contentType, filename }: FilePart): boolean {
  return (
    /^(?:text\/(?:x-)?vcard|application\/(?:x-)?vcard|text\/directory)$/.test(contentType) ||
    isCalled(contentType, filename, /\.vcf$/i)
  );
}

function isCalled(contentType: string, filename: string, name: RegExp): boolean {
  return contentType === 'application/octet-stream' && name.test(filename);
}
