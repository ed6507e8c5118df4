import type { Attachment } from '../../../src-shared/model/message.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';

/** What stands in the grey square: the real end of the name, as much of it as fits. */
export function kindOf(filename: string): string {
  const end = /\.([a-z0-9]{1,5})$/iu.exec(filename)?.[1];
  return end === undefined ? '' : end.toUpperCase().replace('JPEG', 'JPG').slice(0, 3);
}

/** A name cut in its middle, so that its true end is always seen: the beginning may be cut again, the end not. */
export function splitName(filename: string): { start: string; end: string } {
  const at = filename.lastIndexOf('.');
  const from = at > 0 && filename.length - at <= 8 ? Math.max(0, at - 3) : filename.length - 4;
  return filename.length < 12
    ? { start: '', end: filename }
    : { start: filename.slice(0, from), end: filename.slice(from) };
}

export function attachmentName(attachment: Attachment): string {
  return cleanLine(attachment.filename) || t('reader.attachment-unnamed');
}

/** As in the contract: so many messages may stand inside each other. */
const DEEPEST = 9;

/** Whether it can be looked at here. A program never is. `within`: the way to the message inside that it belongs to. */
export function canPreview(attachment: Attachment, within: readonly number[] = []): boolean {
  return attachment.preview !== undefined && attachment.isProgram !== true && within.length <= DEEPEST;
}
