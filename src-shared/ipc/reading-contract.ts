/** The part of the contract about a message that is open: who it is from, what is in it, and what a person can do about it. */
import { z } from 'zod';
import { messageId } from '../model/ids.ts';
import { invitationAnswer } from '../model/invitation.ts';
import { attachmentPreview, nestedMessage } from '../model/message-body.ts';
import { messageTrust } from '../model/message-trust.ts';
import { printedHtml } from '../model/printed-html.ts';
import { submission } from '../model/submission.ts';

const nothing = z.object({});
const done = z.object({});
const part = z.number().int().nonnegative();
const eventUid = z.string().min(1).max(1_000);
/** The way to the message inside that a part belongs to, as in messages.getNested; left out: it belongs to the message itself. */
const within = z.array(part).max(10).optional();

export const readingContract = {
  'messages.getTrust': {
    doc: 'Who messages are from and how far that can be believed, out of what is on this computer. Asks nobody.',
    input: z.object({ messageIds: z.array(messageId).min(1).max(200) }),
    output: z.array(messageTrust),
  },
  'messages.checkSignature': {
    doc: 'Checks the signature of a message (RFC 6376), which asks DNS for the key of the domain that signed; after a press only.',
    input: z.object({ messageId }),
    output: messageTrust,
  },
  'messages.loadPictures': {
    doc: 'The remote pictures of a message, fetched by the engine: after a press, or because the person wants those of this sender always and the message is verified to be theirs: by itself nothing of one that only says so.',
    input: z.object({
      messageId,
      /** From now on also by themselves, for this sender. */
      always: z.boolean(),
    }),
    output: z.object({
      /** By their addresses as they stand in the HTML: data: URLs of pictures. */
      pictures: z.record(z.string(), z.string()),
      /** How many could not be had. */
      failed: z.number().int().nonnegative(),
    }),
  },
  'senders.list': {
    doc: 'Senders whose pictures are always loaded.',
    input: nothing,
    output: z.array(z.object({ address: z.string(), since: z.number() })),
  },
  'senders.forget': {
    doc: 'Pictures of this sender are loaded no more.',
    input: z.object({ address: z.string().max(500) }),
    output: done,
  },
  'messages.getNested': {
    doc: 'A message that came inside another one, opened as mail. `path`: the number of its attachment, and on into nested ones.',
    input: z.object({ messageId, path: z.array(part).min(1).max(10) }),
    output: nestedMessage,
  },
  'messages.preview': {
    doc: 'What is shown of an attachment without saving it: a picture, a PDF for the viewer of the window, or text.',
    input: z.object({ messageId, part, within }),
    output: attachmentPreview,
  },
  'messages.saveAttachments': {
    doc: 'Asks for a folder and writes these attachments there under harmless names; what is there already is not overwritten.',
    input: z.object({ messageId, parts: z.array(part).min(1).max(1_000), within }),
    output: z.object({ saved: z.number().int().nonnegative() }),
  },
  'messages.dragAttachment': {
    doc: 'Gives an attachment to the drag that the person has begun, as a file of its harmless name.',
    input: z.object({ messageId, part, within }),
    output: done,
  },
  'messages.print': {
    doc: 'Prints a document that the window wrote: on paper, or into a PDF file that the person names. It is laid out where nothing in it can act.',
    input: z.object({ as: z.enum(['paper', 'pdf']), title: z.string().max(300), html: printedHtml }),
    output: z.object({ printed: z.boolean() }),
  },
  'messages.unsubscribe': {
    doc: 'Leaves a mailing list by one POST (RFC 8058), after a press. The signature is checked first; throws signature-invalid, unsubscribe-refused.',
    input: z.object({ messageId }),
    output: z.object({ host: z.string() }),
  },
  'messages.sendReceipt': {
    doc: 'Tells the sender that the message was displayed (RFC 8098), once, because the person says so.',
    input: z.object({ messageId }),
    output: submission,
  },
  'invitations.getAttendee': {
    doc: 'Under which address an invitation can be answered: the one that was certainly invited, or those to choose from. `part` and `uid` name it.',
    input: z.object({ messageId, part, uid: eventUid }),
    output: z.object({ attendee: z.string().optional(), choices: z.array(z.string()) }),
  },
  'invitations.answer': {
    doc: 'Answers an invitation by mail to its organizer (RFC 6047); it waits in the outbox like every message. `attendee`: one of the choices, where it is not certain who was invited.',
    input: z.object({
      messageId,
      part,
      uid: eventUid,
      answer: invitationAnswer,
      attendee: z.string().max(320).optional(),
      comment: z.string().max(5_000).optional(),
    }),
    output: submission,
  },
} as const;
