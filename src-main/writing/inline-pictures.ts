import type { BodyContent } from '../../src-shared/model/message-body.ts';
import type { NewAttachment } from '../store/draft-records.ts';

export type InlinePicture = NewAttachment & { contentId: string };

/** The pictures that stand in the text of a message, as those of a draft. */
export function inlinePicturesOf({ inlineImages }: Pick<BodyContent, 'inlineImages'>): InlinePicture[] {
  return Object.entries(inlineImages).flatMap(([contentId, url], at) => {
    // Nothing else is made of one when a message is parsed.
    const [, contentType = '', base64] = /^data:(image\/[a-z]{1,10});base64,(.*)$/s.exec(url) ?? [];
    if (base64 === undefined) return [];
    const content = Buffer.from(base64, 'base64');
    return [{ filename: pictureName(contentType, at + 1), contentType, content, contentId }];
  });
}

/** What a picture is called that has no name. `contentType` as imageTypeOf tells it; `ordinal` from 1. */
export function pictureName(contentType: string, ordinal: number): string {
  return `picture-${ordinal}.${contentType.slice('image/'.length)}`;
}
