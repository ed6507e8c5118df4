/** Reports about messages that were sent (RFC 3464, RFC 8098), out of the part that machines read. Nothing in them is proved. */
import type { DeliveryReport } from '../../src-shared/model/delivery-report.ts';
import { decodeHeaderText, fieldOf, type HeaderField, headerFields } from './parse-header.ts';
import type { Part } from './parse-parts.ts';
import { decodeTransfer } from './transfer-encoding.ts';

const LARGEST_REPORT = 1_000_000;
const LARGEST_HEAD = 200_000;
const MOST_RECIPIENTS = 200;
const LONGEST = 1_000;

/** Undefined when the message is no report, or one that nobody can read. */
export function readReport(root: Part): DeliveryReport | undefined {
  const report = findReport(root, 0);
  if (!report) return undefined;
  const about = aboutOf(report);
  for (const part of report.children) {
    const content = decodeTransfer(part.body, part.encoding).subarray(0, LARGEST_REPORT);
    const blocks = blocksOf(content);
    if (/^message\/(?:global-)?delivery-status$/.test(part.type)) {
      const recipients = recipientsOf(blocks);
      if (recipients.length > 0) return { kind: 'delivery', recipients, ...about };
    }
    if (/^message\/(?:global-)?disposition-notification$/.test(part.type)) {
      const recipient = readerOf(blocks[0] ?? []);
      const original = oneLine(fieldOf(blocks[0] ?? [], 'original-message-id'));
      if (recipient) {
        return {
          kind: 'disposition',
          recipients: [recipient],
          ...about,
          ...(original !== '' && { messageIdHeader: original }),
        };
      }
    }
  }
  return undefined;
}

/** A mailing list or a scanner may have put another multipart around it. */
function findReport(part: Part, depth: number): Part | undefined {
  if (part.type === 'multipart/report') return part;
  if (depth >= 2 || !/^multipart\/(?:mixed|signed)$/.test(part.type)) return undefined;
  for (const child of part.children) {
    const found = findReport(child, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** The message that came back, or its head. */
function aboutOf(report: Part): { subject?: string; messageIdHeader?: string } {
  const returned = report.children.find(({ type }) =>
    /^(?:message\/(?:rfc822|global)(?:-headers)?|text\/rfc822-headers)$/.test(type),
  );
  if (!returned) return {};
  const source = decodeTransfer(returned.body, returned.encoding).subarray(0, LARGEST_HEAD);
  const fields = blocksOf(source)[0] ?? [];
  const subject = decodeHeaderText(fieldOf(fields, 'subject') ?? '');
  const messageIdHeader = /<[^<>\s]{1,998}>/.exec(fieldOf(fields, 'message-id') ?? '')?.[0];
  return { ...(subject !== '' && { subject }), ...(messageIdHeader !== undefined && { messageIdHeader }) };
}

/** Groups of fields, which empty lines separate (RFC 3464 §2.1). */
function blocksOf(content: Uint8Array): HeaderField[][] {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  return text
    .split(/\r?\n(?:[ \t]*\r?\n)+/, 2 * MOST_RECIPIENTS)
    .map((block) => headerFields(Buffer.from(block, 'latin1')));
}

function recipientsOf([message, ...blocks]: HeaderField[][]): DeliveryReport['recipients'] {
  const reporter = typed(fieldOf(message ?? [], 'reporting-mta'));
  // Some write everything into one block.
  const all = [
    ...(fieldOf(message ?? [], 'final-recipient') === undefined ? [] : [message ?? []]),
    ...blocks,
  ];
  return all
    .flatMap((fields) => {
      const address = typed(fieldOf(fields, 'final-recipient') ?? fieldOf(fields, 'original-recipient'));
      if (address === '') return [];
      const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fieldOf(fields, 'status') ?? '')?.[0];
      const diagnostic = typed(fieldOf(fields, 'diagnostic-code'));
      const host = typed(fieldOf(fields, 'remote-mta')) || reporter;
      return [
        {
          address,
          action: deliveryActionOf(fieldOf(fields, 'action')),
          ...(status !== undefined && { status }),
          ...(diagnostic !== '' && { diagnostic }),
          ...(host !== '' && { host }),
        },
      ];
    })
    .slice(0, MOST_RECIPIENTS);
}

type Action = DeliveryReport['recipients'][number]['action'];

function deliveryActionOf(text: string | undefined): Action {
  const word = /^[a-z]+/.exec((text ?? '').trim().toLowerCase())?.[0];
  const known: Action[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'];
  return known.find((action) => action === word) ?? 'other';
}

/** RFC 8098 §3.2 */
function readerOf(fields: HeaderField[]): DeliveryReport['recipients'][number] | undefined {
  const address = typed(fieldOf(fields, 'final-recipient') ?? fieldOf(fields, 'original-recipient'));
  const said = fieldOf(fields, 'disposition')?.split(';')[1]?.trim().toLowerCase() ?? '';
  if (address === '') return undefined;
  const action: Action = said.startsWith('displayed')
    ? 'displayed'
    : said.startsWith('deleted')
      ? 'deleted'
      : 'other';
  return { address, action };
}

/** `rfc822; a@b.test`: what is behind the type. */
function typed(text: string | undefined): string {
  return oneLine(/^\s*[\w-]{1,50}\s*;(.*)$/s.exec((text ?? '').slice(0, 10_000))?.[1] ?? text);
}

function oneLine(text: string | undefined): string {
  return decodeHeaderText((text ?? '').replace(/\s+/g, ' '))
    .slice(0, LONGEST)
    .toWellFormed();
}
