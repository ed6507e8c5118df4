/** The part of the contract about writing: drafts and what they are made of, the people one writes to, and the spelling. */
import { z } from 'zod';
import { completion, contact, contactContent, contactGroup, lookalike } from '../model/contact.ts';
import { draft, draftContent } from '../model/draft.ts';
import {
  accountId,
  contactId,
  draftId,
  groupId,
  identityId,
  messageId,
  submissionId,
  templateId,
} from '../model/ids.ts';
import { address } from '../model/message.ts';
import { submission } from '../model/submission.ts';
import { dictionary, sendLimits, sendWarning, template } from '../model/writing.ts';
import { errorCode } from './error-codes.ts';

const nothing = z.object({});
const done = z.object({});
const part = z.number().int().nonnegative();
/** Until the end of the year 9999, with which the dates of mail end (RFC 5322 §3.3). */
const sendTime = z.number().int().nonnegative().max(253_402_300_799_000);

export const writingContract = {
  'drafts.list': { doc: 'Drafts on this computer, newest first.', input: nothing, output: z.array(draft) },
  'drafts.get': { doc: 'One draft.', input: z.object({ draftId }), output: draft },
  'drafts.create': {
    doc: 'A new draft: empty, an answer to or a forward of a message, out of a template, or what a mailto: link asks for (RFC 6068).',
    input: z.object({
      accountId: accountId.optional(),
      basedOn: z
        .object({
          messageId,
          as: z.enum(['reply', 'reply-all', 'reply-list', 'forward', 'forward-attached', 'new']),
        })
        .optional(),
      to: z.array(z.string().max(500)).max(100).optional(),
      mailto: z.string().max(100_000).optional(),
      templateId: templateId.optional(),
    }),
    output: draft,
  },
  'drafts.edit': {
    doc: 'The draft that a message of the mailbox Drafts is, to be written on; also one that another device wrote.',
    input: z.object({ messageId }),
    output: draft,
  },
  'drafts.save': {
    doc: 'Writes what the person typed; on disk when this answers.',
    input: z.object({
      draftId,
      /** Absent: nothing was written. */
      content: draftContent.optional(),
      /** The person has left it: it goes to the server now, and not when it has rested. */
      isLeft: z.boolean().optional(),
    }),
    output: draft,
  },
  'drafts.attach': {
    doc: 'Asks for files and keeps a copy of them with the draft.',
    input: z.object({ draftId }),
    output: draft,
  },
  'drafts.attachContent': {
    doc: 'Keeps with the draft what the person dropped or pasted. `inText`: a picture that the text names by its Content-ID.',
    input: z.object({
      draftId,
      filename: z.string().max(1_000),
      contentType: z.string().max(200),
      content: z.instanceof(Uint8Array),
      inText: z.boolean(),
    }),
    output: draft,
  },
  'drafts.getPicture': {
    doc: 'A picture that stands in the text of a draft, as a data: URL.',
    input: z.object({ draftId, part }),
    output: z.object({ url: z.string().startsWith('data:image/') }),
  },
  'drafts.detach': {
    doc: 'Takes an attachment out of a draft.',
    input: z.object({ draftId, part }),
    output: draft,
  },
  'drafts.discard': {
    doc: 'Deletes a draft, here and on the server.',
    input: z.object({ draftId }),
    output: done,
  },
  'drafts.check': {
    doc: 'What a person may want to know before this draft is sent.',
    input: z.object({ draftId }),
    output: z.array(sendWarning),
  },
  'drafts.getLimits': {
    doc: 'What the server takes through which this draft would be sent.',
    input: z.object({ draftId }),
    output: sendLimits,
  },
  'drafts.takeRequested': {
    doc: 'Drafts that a mailto: link or another program began and that no window has opened yet; each is told once. `problem`: why one could not begin.',
    input: nothing,
    output: z.object({ draftIds: z.array(draftId), problem: errorCode.optional() }),
  },
  'messages.redirect': {
    doc: 'Passes a message on as it is, to others (RFC 5322 §3.6.6 Resent fields).',
    input: z.object({
      messageId,
      identityId: identityId.optional(),
      to: z.array(address).min(1).max(100),
    }),
    output: submission,
  },
  'outbox.list': {
    doc: 'What waits, failed, is unknown, or went to some of its recipients only.',
    input: nothing,
    output: z.array(submission),
  },
  'outbox.confirm': {
    doc: 'The person has just pressed what sends this draft: `outbox.send` may follow, once, however long the draft is looked at before. Refused without a press.',
    input: z.object({ draftId }),
    output: done,
  },
  'outbox.send': {
    doc: 'Queues a draft for sending; it leaves after the undo window, or at the time that is given. Refused without `outbox.confirm` or a press.',
    input: z.object({
      draftId,
      sendAt: sendTime.optional(),
      /** The conversation that it answers is archived with it. */
      thenArchive: z.boolean().optional(),
    }),
    output: submission,
  },
  'outbox.cancel': {
    doc: 'Takes a message out of the outbox and makes it a draft again; null for one that was no draft, which is gone then.',
    input: z.object({ submissionId }),
    output: draft.nullable(),
  },
  'outbox.retry': {
    doc: 'Sends a failed or unknown message again, because the person says so. Refused without a press.',
    input: z.object({ submissionId }),
    output: submission,
  },
  'outbox.sendNow': {
    doc: 'Sends what waits for its time or its next try, at once. Refused without a press.',
    input: z.object({ submissionId }),
    output: submission,
  },
  'outbox.settle': {
    doc: 'The person knows that an unknown message has arrived: it leaves the outbox and is not sent again.',
    input: z.object({ submissionId }),
    output: done,
  },
  'templates.list': {
    doc: 'Texts that are written again and again.',
    input: nothing,
    output: z.array(template),
  },
  'templates.save': {
    doc: 'Adds or changes a template.',
    input: template.extend({ templateId: templateId.optional() }),
    output: template,
  },
  'templates.remove': { doc: 'Deletes a template.', input: z.object({ templateId }), output: done },
  'contacts.page': {
    doc: 'People that the person knows, by name; those that fit when something is asked for.',
    input: z.object({
      query: z.string().max(200),
      start: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(500),
    }),
    output: z.object({ contacts: z.array(contact), total: z.number().int() }),
  },
  'contacts.save': {
    doc: 'Adds or changes somebody.',
    input: z.object({ contactId: contactId.optional(), content: contactContent }),
    output: contact,
  },
  'contacts.remove': {
    doc: 'Deletes people from the contacts; their mail stays.',
    input: z.object({ contactIds: z.array(contactId).min(1).max(1_000) }),
    output: done,
  },
  'contacts.complete': {
    doc: 'Whom somebody means who types this, those first to whom is written often and lately.',
    input: z.object({ text: z.string().max(200), limit: z.number().int().min(1).max(20) }),
    output: z.array(completion),
  },
  'contacts.lookalikes': {
    doc: 'Those of the addresses that look like one of somebody known and are another.',
    input: z.object({ addresses: z.array(z.string().max(500)).max(5_000) }),
    output: z.array(lookalike),
  },
  'contacts.import': {
    doc: 'Asks for vCard files (RFC 6350, and 2.1 and 3.0) and adds the people in them.',
    input: nothing,
    output: z.object({
      added: z.number().int(),
      changed: z.number().int(),
      unreadable: z.number().int(),
      isCancelled: z.boolean(),
    }),
  },
  'contacts.importPart': {
    doc: 'Adds the people of a vCard that came with a message.',
    input: z.object({ messageId, part }),
    output: z.object({ added: z.number().int(), changed: z.number().int() }),
  },
  'contacts.export': {
    doc: 'Asks where, and writes all contacts there as vCard 4.0 (RFC 6350).',
    input: nothing,
    output: z.object({ saved: z.boolean() }),
  },
  'groups.list': {
    doc: 'Groups of people to write to at once.',
    input: nothing,
    output: z.array(contactGroup),
  },
  'groups.save': {
    doc: 'Adds or changes a group.',
    input: contactGroup.extend({ groupId: groupId.optional() }),
    output: contactGroup,
  },
  'groups.remove': { doc: 'Deletes a group, not its people.', input: z.object({ groupId }), output: done },
  'spelling.list': {
    doc: 'The dictionaries that there are: the bundled one, those of the system, those that the person gave.',
    input: nothing,
    output: z.array(dictionary),
  },
  'spelling.setOn': {
    doc: 'Whether a dictionary is used.',
    input: z.object({ id: z.string().max(200), isOn: z.boolean() }),
    output: z.array(dictionary),
  },
  'spelling.addFile': {
    doc: 'Asks for the .aff and .dic file of a Hunspell dictionary and keeps a copy of them.',
    input: nothing,
    output: z.array(dictionary),
  },
  'spelling.load': {
    doc: 'The rules and the words of a dictionary that does not come with the window.',
    input: z.object({ id: z.string().max(200) }),
    output: z.object({ aff: z.string(), dic: z.string() }),
  },
  'spelling.words': {
    doc: 'Words that the person taught the program.',
    input: nothing,
    output: z.object({ words: z.array(z.string()) }),
  },
  'spelling.learn': {
    doc: 'Teaches the program a word, or makes it forget one.',
    input: z.object({ word: z.string().min(1).max(100), isKnown: z.boolean() }),
    output: z.object({ words: z.array(z.string()) }),
  },
  'app.getMailHandler': {
    doc: 'Whether mailto: links of this computer open this program.',
    input: nothing,
    output: z.object({ isDefault: z.boolean(), canBecome: z.boolean() }),
  },
  'app.becomeMailHandler': {
    doc: 'Asks the system to open mailto: links with this program.',
    input: nothing,
    output: z.object({ isDefault: z.boolean(), canBecome: z.boolean() }),
  },
} as const;
