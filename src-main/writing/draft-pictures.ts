/** What the person dropped or pasted into a draft. */
import { extname } from 'node:path';
import type { Draft } from '../../src-shared/model/draft.ts';
import type { DraftId } from '../../src-shared/model/ids.ts';
import { imageTypeOf } from '../../src-shared/picture/image-type.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { contentTypeOf } from '../mime/compose-message.ts';
import { harmlessFileName, plainContentType } from '../mime/file-name.ts';
import { newContentId } from '../mime/mail-html.ts';
import type { Store } from '../store/store.ts';

export type DroppedContent = {
  draftId: DraftId;
  filename: string;
  contentType: string;
  content: Uint8Array;
  inText: boolean;
};

/**
 * Keeps it with the draft. A picture of the text gets a Content-ID that nobody can guess and that names no computer. Throws not-found,
 * attachment-too-large, and input-invalid for a picture of the text that is none.
 */
export function attachContent(store: Store, { draftId, content, inText, ...named }: DroppedContent): Draft {
  const draft = store.drafts.get(draftId);
  if (!draft) throw new MailError('not-found');
  const held = draft.attachments.reduce((sum, one) => sum + one.size, 0);
  if (held + content.byteLength > LIMITS.draftAttachments) {
    const { filename } = named;
    throw new MailError('attachment-too-large', { detail: { filename, limit: LIMITS.draftAttachments } });
  }
  const contentType = inText ? imageTypeOf(content) : typeOf(named);
  // What the window says of a picture counts for nothing: its bytes do.
  if (contentType === undefined) throw new MailError('input-invalid');
  const stem = named.filename.slice(0, named.filename.length - extname(named.filename).length);
  const wanted = inText ? `${stem || 'picture'}.${contentType.slice('image/'.length)}` : named.filename;
  const filename = harmlessFileName(wanted, contentType, draft.attachments.length + 1);
  return store.drafts.addAttachment(draftId, {
    filename,
    contentType,
    content,
    ...(inText && { contentId: newContentId() }),
  });
}

/** By its name, as of files that are picked; what a name does not tell the window may know. */
function typeOf({ filename, contentType }: { filename: string; contentType: string }): string {
  const byName = contentTypeOf(filename);
  return byName === 'application/octet-stream' ? plainContentType(contentType) : byName;
}

/** A picture of a draft as a data: URL, by its bytes. Throws not-found, attachment-unreadable, preview-unavailable for anything else. */
export function pictureOf(store: Store, draftId: DraftId, part: number): { url: string } {
  if (!store.drafts.get(draftId)) throw new MailError('not-found');
  const content = store.drafts.attachmentContent(draftId, part);
  const type = imageTypeOf(content);
  if (type === undefined) throw new MailError('preview-unavailable');
  return { url: `data:${type};base64,${Buffer.from(content).toString('base64')}` };
}
