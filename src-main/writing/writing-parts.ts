import type { MessageId } from '../../src-shared/model/ids.ts';
import type { AttachmentContent } from '../mime/parse-source.ts';
import type { AnswerTexts } from '../mime/reply.ts';
import type { StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';

/** What drafts are made of. */
export type WritingParts = {
  store: Store;
  texts: AnswerTexts;
  /** From the store, else from the server. They throw MailError, or the signal's reason. */
  fetchBody(messageId: MessageId, signal: AbortSignal): Promise<StoredBody>;
  fetchSource(messageId: MessageId, signal: AbortSignal): Promise<Uint8Array>;
  attachmentContent(messageId: MessageId, part: number, signal: AbortSignal): Promise<AttachmentContent>;
};
