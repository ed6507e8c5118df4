import type { AttachmentPreview } from '../../src-shared/model/message-body.ts';
import { imageTypeOf } from '../../src-shared/picture/image-type.ts';
import type { EngineTexts } from '../accounts/engine-texts.ts';
import { decodeText } from '../base/charset.ts';
import { MailError } from '../base/errors.ts';
import { beginningOf } from '../base/pieces.ts';
import { isPdf, isTextType } from '../mime/attachment-kind.ts';
import type { OpenedAttachment } from '../sync/sync.ts';
import { writeForeignFile } from './files.ts';
import { openNested, openPart, type PartRooms, savedNameOf } from './message-parts.ts';
import type { Handlers } from './router.ts';
import type { ShellClient } from './shell-client.ts';

type ContentHandlers = Pick<Handlers, 'messages.getNested' | 'messages.preview' | 'messages.saveAttachments'>;

const LARGEST_PICTURE = 25_000_000;
const LARGEST_PDF = 30_000_000;
const LONGEST_TEXT = 1_000_000;

export function createContentHandlers(context: {
  shell: Pick<ShellClient, 'request'>;
  texts: Pick<EngineTexts, 'format'>;
  rooms(): PartRooms;
}): ContentHandlers {
  const { shell, texts } = context;
  return {
    'messages.getNested': (place, signal) => openNested(context.rooms(), place, signal),
    'messages.preview': async (place, signal) => previewOf(await openPart(context.rooms(), place, signal)),
    'messages.saveAttachments': async ({ messageId, parts, within }, signal) => {
      const { path: folder } = await shell.request('pickFolder', {});
      let saved = 0;
      if (folder === undefined) return { saved };
      for (const part of parts) {
        signal.throwIfAborted();
        const { filename, writeTo } = await openPart(context.rooms(), { messageId, part, within }, signal);
        await writeForeignFile(folder, savedNameOf(filename, texts), writeTo);
        saved += 1;
      }
      return { saved };
    },
  };
}

/** What its bytes are decides, whatever it is called; throws preview-unavailable for everything that is not shown here. */
async function previewOf({ contentType, charset, writeTo }: OpenedAttachment): Promise<AttachmentPreview> {
  const { content, isCut } = await beginningOf(writeTo, LARGEST_PDF);
  const pictureType = imageTypeOf(content);
  if (pictureType !== undefined && content.length <= LARGEST_PICTURE) {
    return { kind: 'picture', url: `data:${pictureType};base64,${content.toString('base64')}` };
  }
  if (isPdf(content) && !isCut) return { kind: 'pdf', content };
  if (pictureType !== undefined || !isTextType(contentType)) throw new MailError('preview-unavailable');
  const text = decodeText(content.subarray(0, LONGEST_TEXT), charset);
  return { kind: 'text', text: text.replaceAll('\0', '\ufffd'), isCut: content.length > LONGEST_TEXT };
}
