import { z } from 'zod';

/** Keys that never mix: each is its own type, although the values are plain strings and numbers. */
export const accountId = z.string().min(1).max(64).brand<'AccountId'>();
export type AccountId = z.infer<typeof accountId>;

export const grantId = z.string().min(1).max(64).brand<'GrantId'>();
export type GrantId = z.infer<typeof grantId>;

export const mailboxId = z.number().int().positive().brand<'MailboxId'>();
export type MailboxId = z.infer<typeof mailboxId>;

/** Our key of a message; the RFC 5322 header is called `messageIdHeader` everywhere. */
export const messageId = z.number().int().positive().brand<'MessageId'>();
export type MessageId = z.infer<typeof messageId>;

export const threadId = z.number().int().positive().brand<'ThreadId'>();
export type ThreadId = z.infer<typeof threadId>;

export const draftId = z.string().min(1).max(64).brand<'DraftId'>();
export type DraftId = z.infer<typeof draftId>;

export const submissionId = z.string().min(1).max(64).brand<'SubmissionId'>();
export type SubmissionId = z.infer<typeof submissionId>;

export const operationId = z.string().min(1).max(64).brand<'OperationId'>();
export type OperationId = z.infer<typeof operationId>;

export const receiptId = z.string().min(1).max(64).brand<'ReceiptId'>();
export type ReceiptId = z.infer<typeof receiptId>;

export const identityId = z.string().min(1).max(64).brand<'IdentityId'>();
export type IdentityId = z.infer<typeof identityId>;

export const debtId = z.string().min(1).max(64).brand<'DebtId'>();
export type DebtId = z.infer<typeof debtId>;

export const contactId = z.string().min(1).max(64).brand<'ContactId'>();
export type ContactId = z.infer<typeof contactId>;

export const groupId = z.string().min(1).max(64).brand<'GroupId'>();
export type GroupId = z.infer<typeof groupId>;

export const templateId = z.string().min(1).max(64).brand<'TemplateId'>();
export type TemplateId = z.infer<typeof templateId>;

/** Names one running sign-in, so that the window can cancel it and hear of it. */
export const attemptId = z.string().min(1).max(64).brand<'AttemptId'>();
export type AttemptId = z.infer<typeof attemptId>;

/** Names one import or export. */
export const transferId = z.string().min(1).max(64).brand<'TransferId'>();
export type TransferId = z.infer<typeof transferId>;

/** Stands for a secret that the engine holds in memory; worth nothing outside the engine, used once. */
export const credentialId = z.string().min(1).max(64).brand<'CredentialId'>();
export type CredentialId = z.infer<typeof credentialId>;
