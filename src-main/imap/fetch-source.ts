/** Large messages: in pieces, and without what is large in them. */
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { type BodyStructure, bodyStructureOf, fileNameOf } from './body-structure.ts';
import type { BoundedReader } from './bounded-reader.ts';
import { cleanText } from './clean.ts';
import type { FetchedMessage, OmittedPart, SourceOptions } from './fetched.ts';
import { bytesOf } from './raw-command.ts';
import { uidOf } from './raw-fetch.ts';

/** What is asked for at once (RFC 9051 §6.4.5.1, partial). */
const PIECE = 1_000_000;
/** More pieces than that are no message. */
const MOST_PIECES = 10_000;

/** See ImapConnection.fetchSource. Throws also `input-invalid` for a section that is none, `protocol-error` for one without end. */
export async function fetchSource(
  { fetch }: BoundedReader,
  uid: number,
  { section = '', from = 0, onChunk }: SourceOptions,
): Promise<number> {
  if (!/^(\d{1,5}(\.\d{1,5})*)?$/.test(section)) throw new MailError('input-invalid');
  let at = from;
  for (let count = 0; count < MOST_PIECES; count++) {
    const items = `UID BODY.PEEK[${section}]<${at}.${PIECE}>`;
    let piece: Uint8Array | undefined;
    await fetch({ set: `${uid}`, items, expected: 1 }, (found) => {
      if (uidOf(found) === uid && found.has(`BODY[${section}`)) {
        piece = bytesOf(found.get(`BODY[${section}`)) ?? new Uint8Array();
      }
    });
    if (piece === undefined) throw new MailError('message-gone');
    if (piece.length > 0) await onChunk(piece, at);
    at += piece.length;
    if (piece.length < PIECE) return at;
  }
  throw new MailError('protocol-error');
}

/** The messages without their large attachments; see ImapConnection.fetchParts. */
export async function fetchParts(
  reader: BoundedReader,
  uids: readonly number[],
  maxAttachment: number,
): Promise<FetchedMessage[]> {
  /** Of the messages that are there; one that is too deep for anybody has none that can be read. */
  const structures = new Map<number, BodyStructure | undefined>();
  await reader.fetchUids(uids, 'UID BODYSTRUCTURE', (found) => {
    const uid = uidOf(found);
    if (uid !== undefined) structures.set(uid, bodyStructureOf(found.get('BODYSTRUCTURE')));
  });
  const messages: FetchedMessage[] = [];
  for (const uid of uids) {
    if (!structures.has(uid)) continue;
    const structure = structures.get(uid);
    const plan = structure && planOf(structure, maxAttachment);
    if (!plan || plan.omitted.length === 0 || !plan.canBeBuilt) {
      const [whole] = await reader.fetchSources([uid]);
      if (whole) messages.push({ ...whole, omitted: [] });
      continue;
    }
    const source = await fetchPlanned(reader, uid, plan);
    if (source) messages.push({ uid, source, omitted: plan.omitted });
  }
  return messages;
}

/** The sections to ask for, and how they become one message again: a string is written as it is, a section's bytes are put in. */
type Plan = {
  sections: Set<string>;
  pieces: (string | { section: string })[];
  omitted: OmittedPart[];
  /** False when the server told no boundary: then the parts cannot be put together as the header says. */
  canBeBuilt: boolean;
};

function planOf(root: BodyStructure, maxAttachment: number): Plan {
  const plan: Plan = { sections: new Set(), pieces: [], omitted: [], canBeBuilt: true };
  const take = (section: string) => {
    plan.sections.add(section);
    plan.pieces.push({ section });
  };
  const walk = (part: BodyStructure): void => {
    const children = part.type.startsWith('multipart/') ? part.childNodes : undefined;
    if (!children) {
      const section = part.part ?? '1';
      if (!isTooLarge(part, maxAttachment)) take(section);
      else {
        const name = cleanText(fileNameOf(part), 255);
        const encoding = cleanText(part.encoding, 255);
        plan.omitted.push({ section, type: cleanText(part.type, 255), name, size: part.size ?? 0, encoding });
      }
      return;
    }
    const boundary = part.parameters?.boundary ?? '';
    if (boundary === '' || /[\r\n]/.test(boundary)) plan.canBeBuilt = false;
    for (const child of children) {
      plan.pieces.push(`\r\n--${boundary}\r\n`);
      take(`${child.part ?? ''}.MIME`);
      walk(child);
    }
    plan.pieces.push(`\r\n--${boundary}--\r\n`);
  };
  take('HEADER');
  walk(root);
  return plan;
}

/** The text of a message is never left out: without it there is nothing to read. */
function isTooLarge({ type, disposition, size = 0 }: BodyStructure, maxAttachment: number): boolean {
  const isText = (type === 'text/plain' || type === 'text/html') && disposition !== 'attachment';
  return !isText && size > maxAttachment;
}

async function fetchPlanned(
  { fetch }: BoundedReader,
  uid: number,
  { sections, pieces }: Plan,
): Promise<Uint8Array | undefined> {
  if (sections.size > LIMITS.mimeParts) throw new MailError('too-complex');
  const found = new Map<string, Buffer>();
  const items = ['UID', ...[...sections].map((section) => `BODY.PEEK[${section}]`)].join(' ');
  await fetch({ set: `${uid}`, items, expected: 1 }, (answer) => {
    if (uidOf(answer) !== uid) return;
    for (const section of sections) {
      const bytes = bytesOf(answer.get(`BODY[${section}`));
      if (bytes) found.set(section, bytes);
    }
  });
  if (!found.has('HEADER')) return undefined;
  return Buffer.concat(
    pieces.map((piece) =>
      typeof piece === 'string'
        ? Buffer.from(piece, 'latin1')
        : (found.get(piece.section) ?? Buffer.alloc(0)),
    ),
  );
}
