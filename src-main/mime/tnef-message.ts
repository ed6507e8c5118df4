/** winmail.dat taken apart: its files become files of the message, its text the text where there is no other. */
import { oneLine } from '../base/one-line.ts';
import { TNEF_MESSAGE } from './attachment-kind.ts';
import type { NestedHead } from './nested-head.ts';
import type { FilePart, MessageContent } from './parse-content.ts';
import { readTnef, type TnefContent } from './tnef.ts';

const WRAPPINGS = /^application\/(?:vnd\.)?ms-tnef$/;
const MOST_WRAPPINGS = 10;

/** `unwrapped`: files that are not shown, because all that they hold is. */
export function unwrapTnef(content: MessageContent): MessageContent & { unwrapped: ReadonlySet<FilePart> } {
  const unwrapped = new Set<FilePart>();
  const files = [...content.files];
  let { html, text } = content;
  for (const file of content.files) {
    if (unwrapped.size >= MOST_WRAPPINGS) break;
    if (file.isTaken || !(WRAPPINGS.test(file.contentType) || /^winmail\.dat$/i.test(file.filename)))
      continue;
    const inside = readTnef(file.content);
    if (!inside) continue;
    const isWanted = html === undefined && (text ?? '').trim() === '' && hasText(inside);
    if (isWanted) ({ html, text } = { html: inside.html, text: inside.text ?? text });
    if (inside.files.length === 0 && !isWanted) continue;
    unwrapped.add(file);
    // Behind the others: their numbers stay what they are.
    files.push(...filesOf(inside));
  }
  return { ...(html !== undefined && { html }), ...(text !== undefined && { text }), files, unwrapped };
}

function hasText({ html, text }: TnefContent): boolean {
  return html !== undefined || text !== undefined;
}

/** A message in Outlook's form, as one. */
export function contentOfTnef(inside: TnefContent): MessageContent {
  const { html, text } = inside;
  return { ...(html !== undefined && { html }), ...(text !== undefined && { text }), files: filesOf(inside) };
}

export function tnefHead({ subject, from, date }: TnefContent): NestedHead {
  const isKnown = from.name !== '' || from.address !== '';
  return {
    from: isKnown ? [{ name: oneLine(from.name, 500), address: oneLine(from.address, 500) }] : [],
    to: [],
    cc: [],
    subject: oneLine(subject, 10_000),
    ...(date !== undefined && { date }),
  };
}

function filesOf({ files }: TnefContent): FilePart[] {
  return files.map(({ filename, contentType, contentId, content, isMessage }) => ({
    filename: isMessage && filename !== '' ? `${filename}.dat` : filename,
    contentType: isMessage ? TNEF_MESSAGE : contentType,
    contentId,
    content,
    isTaken: true,
  }));
}
