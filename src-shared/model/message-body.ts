import { z } from 'zod';
import { contactContent } from './contact.ts';
import { deliveryReport } from './delivery-report.ts';
import { messageId } from './ids.ts';
import { invitation } from './invitation.ts';
import { address, attachment } from './message.ts';

/** What was found in a message, parsed. HTML is as it was sent: the window sanitises it before it is shown. */
export const bodyContent = z.object({
  html: z.string().optional(),
  /** Lines of format=flowed (RFC 3676) are whole; what is quoted begins with `>`. */
  text: z.string().optional(),
  attachments: z.array(attachment),
  /** Pictures that the HTML refers to by `cid:`, as data: URLs, images only. */
  inlineImages: z.record(z.string(), z.string()),
  /** True when the message could not be parsed and `text` holds its source. */
  isSource: z.boolean(),
  invitations: z.array(invitation).optional(),
  report: deliveryReport.optional(),
  /** People who came as vCard, each with the number of its attachment. */
  people: z.array(contactContent.extend({ part: z.number().int().nonnegative() })).optional(),
  /** It carries a signature, which is not checked here, or it is encrypted, and cannot be read here. */
  protection: z
    .object({ kind: z.enum(['signed', 'encrypted']), method: z.enum(['smime', 'openpgp']) })
    .optional(),
});
export type BodyContent = z.infer<typeof bodyContent>;

export const messageBody = bodyContent.extend({ messageId });
export type MessageBody = z.infer<typeof messageBody>;

/** A message that came inside another one. */
export const nestedMessage = bodyContent.extend({
  from: z.array(address),
  to: z.array(address),
  cc: z.array(address),
  subject: z.string(),
  date: z.number().optional(),
});
export type NestedMessage = z.infer<typeof nestedMessage>;

/** What is shown of an attachment without saving it. Nothing in it can act. */
export const attachmentPreview = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('picture'), url: z.string().startsWith('data:image/') }),
  z.object({ kind: z.literal('pdf'), content: z.instanceof(Uint8Array) }),
  z.object({ kind: z.literal('text'), text: z.string(), isCut: z.boolean() }),
]);
export type AttachmentPreview = z.infer<typeof attachmentPreview>;
