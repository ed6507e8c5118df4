/** What the engine tells every window without being asked. Small: an event says what changed, the window asks for what it shows. */
import { z } from 'zod';
import { accountId, attemptId, mailboxId, operationId, threadId } from '../model/ids.ts';
import { profileState } from '../model/profile.ts';
import { receiptStep } from '../model/receipt.ts';
import { lockState, settings, vaultState } from '../model/settings.ts';
import { transfer } from '../model/transfer.ts';
import { errorCode } from './error-codes.ts';

export const events = {
  /** An account came, went or changed its state; also its grant. */
  accountsChanged: z.object({}),
  /** A mailbox came, went, was renamed or has other counts. */
  mailboxesChanged: z.object({ accountId }),
  /** Rows of these mailboxes, or messages of these threads, are not what they were. */
  messagesChanged: z.object({ mailboxIds: z.array(mailboxId), threadIds: z.array(threadId) }),
  draftsChanged: z.object({}),
  outboxChanged: z.object({}),
  contactsChanged: z.object({}),
  templatesChanged: z.object({}),
  /** A mailto: link or another program began a draft, or could not: `drafts.takeRequested` says which. */
  draftRequested: z.object({}),
  settingsChanged: settings,
  vaultChanged: vaultState,
  profileChanged: profileState,
  lockChanged: lockState,
  activityChanged: z.object({}),
  debtsChanged: z.object({}),
  identitiesChanged: z.object({}),
  transferChanged: transfer,
  signInProgress: z.object({
    attemptId,
    step: z.enum([
      'finding-provider',
      'registering',
      'waiting-for-browser',
      'waiting-for-device',
      'exchanging-code',
      'checking-imap',
      'checking-smtp',
      'saving',
    ]),
    /** With `waiting-for-…`: when the wait ends. */
    until: z.number().optional(),
    /** With `waiting-for-device` (RFC 8628): the page to open anywhere, and the code to type there. */
    device: z.object({ page: z.string(), code: z.string() }).optional(),
  }),
  signOutProgress: z.object({ accountId, step: receiptStep }),
  /** A change failed for good and was taken back; a copy for Sent (`append`) is kept and tried again, which is told once. */
  operationFailed: z.object({
    accountId,
    operationIds: z.array(operationId),
    kind: z.enum(['flags', 'move', 'append', 'expunge', 'mailbox']),
    count: z.number(),
    code: errorCode,
  }),
  /** A menu or a key of the system asks the window to do something. */
  commandRequested: z.object({ command: z.string().max(100) }),
} as const satisfies Record<string, z.ZodType>;

export type Events = typeof events;
export type EventName = keyof Events;
export type PayloadOf<N extends EventName> = z.infer<Events[N]>;
