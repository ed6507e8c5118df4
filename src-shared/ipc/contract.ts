/**
 * Every request that a window may make of the engine: one sentence, the shape of what goes in and of what comes out.
 * The engine checks the input, the window checks the answer; nothing else crosses between them but `events.ts`.
 * No answer carries a secret, with one exception by nature: `recovery.create` answers with a code that the person has to see, once
 * (docs/adr/0006-recovery-code.md). `credentials.submit` goes one way: from a form into the engine's memory.
 */
import { z } from 'zod';
import {
  accountId,
  credentialId,
  mailboxId,
  messageId,
  operationId,
  threadId,
  transferId,
} from '../model/ids.ts';
import { mailbox, specialUse } from '../model/mailbox.ts';
import { flag, messageSummary } from '../model/message.ts';
import { messageBody } from '../model/message-body.ts';
import { lostContent, profileState } from '../model/profile.ts';
import { searchCoverage, searchPage } from '../model/search.ts';
import { settings, vaultState } from '../model/settings.ts';
import { threadPage } from '../model/thread.ts';
import { transfer, transferFormat } from '../model/transfer.ts';
import { accessContract } from './access-contract.ts';
import { errorCode } from './error-codes.ts';
import { readingContract } from './reading-contract.ts';
import { writingContract } from './writing-contract.ts';

export type RequestDeclaration = { doc: string; input: z.ZodType; output: z.ZodType };

const nothing = z.object({});
const done = z.object({});
const queued = z.object({ operationIds: z.array(operationId) });
const mailboxName = z.string().min(1).max(200);
/** Keywords, and the system flags that are the person's: \Deleted would be a way around Trash. */
const ownFlag = flag.regex(/^(?!\\)|^\\(?:seen|flagged|answered|draft)$/i);
/** A list of threads: one mailbox, or the inboxes of all accounts together. */
export const threadView = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mailbox'), mailboxId }),
  z.object({ kind: z.literal('inboxes') }),
]);
export type ThreadView = z.infer<typeof threadView>;

export const contract = {
  'app.getState': {
    doc: 'What the program knows of itself: version, keychain, why the mail is not open if it is not, and the address to fill in on the welcome screen.',
    input: nothing,
    output: z.object({
      version: z.string(),
      vault: vaultState,
      problem: errorCode.optional(),
      /** Absent while the mail is not open. */
      profile: profileState.optional(),
      addressHint: z.string().optional(),
    }),
  },
  'app.useSessionOnly': {
    doc: 'Goes on without a keychain: secrets and mail live until the program ends.',
    input: nothing,
    output: vaultState,
  },
  'app.checkVault': {
    doc: 'Looks again whether the keychain can be used, after the person unlocked or started it.',
    input: nothing,
    output: vaultState,
  },
  'app.createPassphrase': {
    doc: 'Without a keychain: keeps secrets in an encrypted file of the profile, which this passphrase opens at each start.',
    input: z.object({ passphrase: credentialId }),
    output: vaultState,
  },
  'app.openPassphrase': {
    doc: 'Opens the encrypted file of secrets.',
    input: z.object({ passphrase: credentialId }),
    output: vaultState,
  },

  'app.forgetPassphrase': {
    doc: 'The passphrase is forgotten: its file is put aside unopened, and another place for secrets is chosen. The mail then asks for the recovery code.',
    input: nothing,
    output: vaultState,
  },
  'app.copyText': {
    doc: 'Puts text that stands in the window on the clipboard, after a press of the person.',
    input: z.object({ text: z.string().min(1).max(1_100_000) }),
    output: done,
  },
  'recovery.create': {
    doc: 'Makes a new recovery code for the mail on this computer and answers with it, once; an older one is worth nothing afterwards.',
    input: nothing,
    output: z.object({ code: z.string() }),
  },
  'recovery.save': {
    doc: 'Asks where, and writes the code that was just made there as a page to print and keep.',
    input: nothing,
    output: z.object({ saved: z.boolean() }),
  },
  'recovery.putOff': { doc: 'Not now: asked again in a week.', input: nothing, output: done },
  'recovery.open': {
    doc: 'Opens the mail with the recovery code, when the keychain has lost its key, and puts the key back there.',
    input: z.object({ code: credentialId }),
    output: vaultState,
  },
  'recovery.previewReplace': {
    doc: 'Counts what cannot come back when the mail is begun anew without its key.',
    input: nothing,
    output: lostContent,
  },
  'recovery.replace': {
    doc: 'Puts the mail that cannot be opened aside, deletes nothing, and begins anew.',
    input: nothing,
    output: vaultState,
  },
  'settings.get': { doc: 'The settings of this profile.', input: nothing, output: settings },
  'settings.set': {
    doc: 'Changes some settings and answers with all.',
    input: settings.partial(),
    output: settings,
  },
  'mailboxes.list': { doc: 'All mailboxes of all accounts.', input: nothing, output: z.array(mailbox) },
  'mailboxes.create': {
    doc: 'A new mailbox, under another one or at the top.',
    input: z.object({ accountId, parentId: mailboxId.optional(), name: mailboxName }),
    output: queued,
  },
  'mailboxes.rename': {
    doc: 'Gives a mailbox another name in the same place.',
    input: z.object({ mailboxId, name: mailboxName }),
    output: queued,
  },
  'mailboxes.delete': {
    doc: 'Moves what is in the mailbox to Trash, then deletes it.',
    input: z.object({ mailboxId }),
    output: queued,
  },
  'mailboxes.setSubscribed': {
    doc: 'Whether other mail programs show this mailbox too.',
    input: z.object({ mailboxId, subscribed: z.boolean() }),
    output: queued,
  },
  'mailboxes.empty': {
    doc: 'Deletes for good what is in Trash or Junk.',
    input: z.object({ mailboxId }),
    output: queued,
  },
  'threads.page': {
    doc: 'A stretch of a thread list, newest first.',
    input: z.object({
      view: threadView,
      start: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(200),
    }),
    output: threadPage,
  },
  'threads.messages': {
    doc: 'The messages of a thread, oldest first.',
    input: z.object({ threadId }),
    output: z.array(messageSummary),
  },
  'messages.getBody': {
    doc: 'The content of a message; fetched now when it is not here yet.',
    input: z.object({ messageId }),
    output: messageBody,
  },
  'messages.getSource': {
    doc: 'The source of a message as text, at most 1 MB of it.',
    input: z.object({ messageId }),
    output: z.object({ source: z.string(), truncated: z.boolean() }),
  },
  'messages.saveSource': {
    doc: 'Asks where, and writes the whole message there as it was sent (RFC 5322), under a harmless name.',
    input: z.object({ messageId }),
    output: z.object({ saved: z.boolean() }),
  },
  'messages.saveAttachment': {
    doc: 'Asks where, and writes one attachment there under a harmless name; `within` as in messages.preview.',
    input: z.object({
      messageId,
      part: z.number().int().nonnegative(),
      within: z.array(z.number().int().nonnegative()).max(10).optional(),
    }),
    output: z.object({ saved: z.boolean() }),
  },
  'messages.setFlags': {
    doc: 'Adds and removes flags; shown at once, told to the server as soon as it can be reached.',
    input: z.object({
      messageIds: z.array(messageId).min(1).max(10_000),
      add: z.array(ownFlag).max(20),
      remove: z.array(ownFlag).max(20),
    }),
    output: z.object({ operationIds: z.array(operationId) }),
  },
  'messages.move': {
    doc: 'Moves messages out of the view into another mailbox, named by its use or by its key.',
    input: z.object({
      messageIds: z.array(messageId).min(1).max(10_000),
      from: threadView,
      to: z.union([z.object({ specialUse }), z.object({ mailboxId })]),
    }),
    output: z.object({ operationIds: z.array(operationId) }),
  },
  'messages.delete': {
    doc: 'Deletes messages of the view for good: in Trash, Junk and Drafts, and in accounts without a server.',
    input: z.object({ messageIds: z.array(messageId).min(1).max(10_000), from: threadView }),
    output: queued,
  },
  'operations.undo': {
    doc: 'Takes changes back, whether or not the server has heard of them.',
    input: z.object({ operationIds: z.array(operationId).min(1).max(100_000) }),
    output: done,
  },
  'search.find': {
    doc: 'Messages on this computer that fit what was typed, newest first. What cannot be understood is told beside the hits.',
    input: z.object({
      query: z.string().max(1000),
      scope: threadView.optional(),
      next: messageId.optional(),
      limit: z.number().int().min(1).max(200),
    }),
    output: searchPage,
  },
  'search.coverage': {
    doc: 'What a search on this computer covers, for each account.',
    input: nothing,
    output: z.array(searchCoverage),
  },
  'search.onServer': {
    doc: 'Asks the servers for messages that fit and are not found here; what they find is kept.',
    input: z.object({ query: z.string().max(1000), scope: threadView.optional() }),
    output: searchPage.extend({ failed: z.array(z.object({ accountId, code: errorCode })) }),
  },
  'links.open': {
    doc: 'Opens a link of a mail in the browser: http, https only.',
    input: z.object({ url: z.string().max(20_000) }),
    output: done,
  },
  'transfers.import': {
    doc: 'Asks for a file or a folder, and brings its messages into an account without a server.',
    input: z.object({ format: transferFormat, accountId }),
    output: z.object({ transfer: transfer.optional() }),
  },
  'transfers.export': {
    doc: 'Asks where, and writes the messages of a mailbox there; those that are not here yet are fetched.',
    input: z.object({ format: transferFormat, mailboxId }),
    output: z.object({ transfer: transfer.optional() }),
  },
  'transfers.list': {
    doc: 'Imports and exports since the program was started, newest first.',
    input: nothing,
    output: z.array(transfer),
  },
  'transfers.cancel': {
    doc: 'Stops an import or an export; what was brought so far stays, but of an mbox file that is not whole nothing does.',
    input: z.object({ transferId }),
    output: done,
  },
  'sync.now': {
    doc: 'Connects, looks for new mail and tries to send what waits, at once.',
    input: nothing,
    output: done,
  },
  ...accessContract,
  ...readingContract,
  ...writingContract,
} as const satisfies Record<string, RequestDeclaration>;

export type Contract = typeof contract;
export type RequestName = keyof Contract;
export type InputOf<N extends RequestName> = z.infer<Contract[N]['input']>;
export type OutputOf<N extends RequestName> = z.infer<Contract[N]['output']>;
