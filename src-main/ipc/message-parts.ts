/** Attachments of a message, and of messages that came inside it: both are named by the numbers of their parts. */
import type { MessageId } from '../../src-shared/model/ids.ts';
import type { NestedMessage } from '../../src-shared/model/message-body.ts';
import { UNNAMED_CALENDAR } from '../../src-shared/text/unnamed-calendar.ts';
import type { EngineTexts } from '../accounts/engine-texts.ts';
import { MailError } from '../base/errors.ts';
import { isMessageType } from '../mime/attachment-kind.ts';
import type { MessageParser } from '../mime/parse-message.ts';
import type { OpenedAttachment, Sync } from '../sync/sync.ts';

export type PartPlace = {
  messageId: MessageId;
  part: number;
  /** The way to the message inside that it belongs to; absent or empty: to the message itself. */
  within?: readonly number[] | undefined;
};

/** The name under which a file is saved: one that the program itself gave it is in the language of the person. */
export function savedNameOf(filename: string, texts: Pick<EngineTexts, 'format'>): string {
  return filename === UNNAMED_CALENDAR ? texts.format('invited.file-name') : filename;
}

export type PartRooms = {
  sync: Pick<Sync, 'openAttachment' | 'attachmentContent'>;
  parser: Pick<MessageParser, 'attachment' | 'nested'>;
};

/** The name of an attachment, and how to write it. Throws as `openAttachment` does; too-complex for what nobody can read. */
export async function openPart(
  { sync, parser }: PartRooms,
  { messageId, part, within = [] }: PartPlace,
  signal: AbortSignal,
): Promise<OpenedAttachment> {
  const [outer, ...inner] = within;
  if (outer === undefined) return sync.openAttachment(messageId, part, signal);
  const source = await sourceOf(sync, messageId, outer, signal);
  // The file that was fetched is the message itself: the way goes on inside of it.
  const { content, ...names } = await parser.attachment(source, part, inner);
  return { ...names, writeTo: async (write) => write(content) };
}

/** The message inside, opened as mail. Throws as `openPart` does, and not-found. */
export async function openNested(
  { sync, parser }: PartRooms,
  { messageId, path }: { messageId: MessageId; path: readonly number[] },
  signal: AbortSignal,
): Promise<NestedMessage> {
  const [outer, ...inner] = path;
  if (outer === undefined) throw new MailError('input-invalid');
  return parser.nested(await sourceOf(sync, messageId, outer, signal), inner);
}

async function sourceOf(
  sync: PartRooms['sync'],
  messageId: MessageId,
  part: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { content, contentType } = await sync.attachmentContent(messageId, part, signal);
  if (!isMessageType(contentType)) throw new MailError('not-found');
  return content;
}
