/**
 * What a draft holds that no field of a message can: recipients that were typed by half, and the wish for a delivery notice. Base64, so
 * that nothing in it is taken for a field; in words of 60 characters, so that it can be folded.
 */
import { z } from 'zod';
import type { DraftContent } from '../../src-shared/model/draft.ts';
import { type Address, address } from '../../src-shared/model/message.ts';
import { isAddress } from '../../src-shared/text/address.ts';

const FIELD = 'X-Latchkey-Unfinished';
const MOST = 5_000;
/** The head of a message is not read beyond. */
const HEAD_LONGEST = 1_000_000;

const people = z.array(address).max(MOST).optional();
const unfinished = z.object({
  to: people,
  cc: people,
  bcc: people,
  asksDeliveryNotice: z.boolean().optional(),
});
export type Unfinished = z.infer<typeof unfinished>;

/** Undefined when nothing is left over. */
export function unfinishedField(
  draft: Pick<DraftContent, 'to' | 'cc' | 'bcc' | 'asksDeliveryNotice'>,
): readonly [name: string, text: string] | undefined {
  const rest = (list: readonly Address[]) => {
    const left = list.filter((one) => !isAddress(one.address));
    return left.length > 0 ? left : undefined;
  };
  const left: Unfinished = {
    to: rest(draft.to),
    cc: rest(draft.cc),
    bcc: rest(draft.bcc),
    ...(draft.asksDeliveryNotice && { asksDeliveryNotice: true }),
  };
  if (Object.values(left).every((value) => value === undefined)) return undefined;
  const text = Buffer.from(JSON.stringify(left)).toString('base64');
  return [FIELD, (text.match(/.{1,60}/g) ?? []).join(' ')];
}

/** What such a field of a message says; nothing when there is none that can be read. */
export function readUnfinished(source: Uint8Array): Unfinished {
  const start = Buffer.from(source.buffer, source.byteOffset, Math.min(source.byteLength, HEAD_LONGEST));
  const [head = ''] = start.toString('latin1').split(/\r?\n\r?\n/, 1);
  const field = new RegExp(`^${FIELD}:(.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(head)?.[1];
  if (field === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(Buffer.from(field.replace(/\s/g, ''), 'base64').toString());
    return unfinished.safeParse(parsed).data ?? {};
  } catch {
    return {};
  }
}
