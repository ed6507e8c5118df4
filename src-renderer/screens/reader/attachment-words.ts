import type { Attachment } from '../../../src-shared/model/message.ts';
import type { BodyContent } from '../../../src-shared/model/message-body.ts';
import { UNNAMED_CALENDAR } from '../../../src-shared/text/unnamed-calendar.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';

/** What stands in the grey square: the real end of the name, as much of it as fits. */
export function kindOf(filename: string): string {
  const end = /\.([a-z0-9]{1,5})$/iu.exec(filename)?.[1];
  return end === undefined ? '' : end.toUpperCase().replace('JPEG', 'JPG').slice(0, 3);
}

/** A name in two pieces: the beginning may be cut to fit, its true end is always seen. */
export function splitName(filename: string): { start: string; end: string } {
  const at = filename.lastIndexOf('.');
  const hasEnd = at > 0 && filename.length - at <= 8;
  const from = hasEnd ? at : Math.max(0, filename.length - 4);
  return { start: filename.slice(0, from), end: filename.slice(from) };
}

export function attachmentName(attachment: Attachment): string {
  if (attachment.filename === UNNAMED_CALENDAR) return t('invitation.file-name');
  return cleanLine(attachment.filename) || t('reader.attachment-unnamed');
}

/** As in the contract: so many messages may stand inside each other. */
const DEEPEST = 9;

/** Whether it can be looked at here. A program never is. `within`: the way to the message inside that it belongs to. */
export function canPreview(attachment: Attachment, within: readonly number[] = []): boolean {
  return attachment.preview !== undefined && attachment.isProgram !== true && within.length <= DEEPEST;
}

/** Parts of a report that its words say already; they stay in the source. */
const REPORT_PARTS = /^(?:message\/(?:delivery-status|disposition-notification)|text\/rfc822-headers)$/iu;

/** The attachments as a person means them. */
export function filesOf({ attachments, report }: BodyContent): readonly Attachment[] {
  return report ? attachments.filter((one) => !REPORT_PARTS.test(one.contentType)) : attachments;
}
