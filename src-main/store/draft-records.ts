/** Drafts, and what is known of their copies on servers. */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { Draft, DraftContent } from '../../src-shared/model/draft.ts';
import type { AccountId, DraftId } from '../../src-shared/model/ids.ts';

export type NewDraft = Omit<Draft, 'draftId' | 'savedAt' | 'attachments' | 'storedAt' | 'isCopy'>;
/** `contentId`: of a picture that the text names (RFC 2392). */
export type NewAttachment = {
  filename: string;
  contentType: string;
  content: Uint8Array;
  contentId?: string;
};

/** Functions that name a draft throw `not-found` when there is none. */
export type DraftTable = {
  /** Newest first; without those that are in the outbox. */
  list(): Draft[];
  get(draftId: DraftId): Draft | undefined;
  create(content: NewDraft): Draft;
  /** What is as it was is not written again. */
  save(draftId: DraftId, content: DraftContent): Draft;
  addAttachment(draftId: DraftId, attachment: NewAttachment): Draft;
  removeAttachment(draftId: DraftId, part: number): Draft;
  /** Throws attachment-unreadable, with the file's name, when it is not as it was added. */
  attachmentContent(draftId: DraftId, part: number): Uint8Array;
  /** Throws attachment-unreadable when an attachment that was added is not here any more. */
  checkAttachments(draftId: DraftId): void;
  /** Removing twice is no error. Its copy on the server goes too. */
  remove(draftId: DraftId): void;
  /** Somebody writes on it, until `leave`: it does not go although its copy went and nothing was changed. Not over a restart. */
  hold(draftId: DraftId): void;
  isHeld(draftId: DraftId): boolean;
  /** Nobody writes on it any more: what is not on the server goes there now. No error for one that is gone. */
  leave(draftId: DraftId): void;
  /** The same for all of an account, or of all accounts; what the server has refused is tried once more. */
  leaveAll(accountId?: AccountId): void;
};

/** A message in the mailbox Drafts that holds a version of a draft. */
export type DraftCopy = {
  copyId: number;
  draftId: DraftId;
  accountId: AccountId;
  version: number;
  /** Empty for a message of another program that has none. */
  messageIdHeader: string;
  /** Where it is; absent: it may be there, under its Message-ID. */
  place?: CopyPlace;
};
export type CopyPlace = { uidValidity: number; uid: number };

/** What is to be done in the mailbox Drafts. */
export type DraftWork =
  /** A copy of which nobody knows whether it came there, or that lost its UID with the UIDVALIDITY. */
  | { kind: 'find'; copy: DraftCopy }
  /** The newest version is to go there, in the place of `before`. */
  | { kind: 'store'; draft: Draft; version: number; before: DraftCopy | undefined }
  /** It is not wanted any more. */
  | { kind: 'remove'; copy: DraftCopy };

export type DraftCopyTable = {
  /** What can be done now; one at a time. Copies that went away are settled before: see `lost`. */
  next(accountId: AccountId): DraftWork | undefined;
  /** When the next draft has rested long enough; undefined when none is to. */
  nextAt(accountId: AccountId): number | undefined;
  /** Whether anything is to go to the server, or from there, sooner or later; what the server has refused waits for nothing. */
  isAnythingLeft(accountId: AccountId): boolean;
  /** A version is about to be sent: what a crash leaves is found by this Message-ID. Undefined when that version is none any more. */
  begin(draftId: DraftId, version: number, messageIdHeader: string): number | undefined;
  /** It is there. Older copies of the draft are to go; `hasReplaced`: the server has taken them away with it (RFC 8508). */
  confirm(copyId: number, place: CopyPlace, options?: { hasReplaced?: boolean }): void;
  /** It is not there, or is none of ours any more. */
  forget(copyId: number): void;
  /** The server does not take this version: told by its missing `storedAt`. Tried again at that time, or with the next change. */
  refuse(draftId: DraftId, version: number, code: ErrorCode, again: number | undefined): void;
  /**
   * Somebody sent, deleted or changed it elsewhere. The draft goes when nothing was changed here; else it stays as a copy, to be stored
   * anew. One that somebody holds and has not changed stays as it is, until it is left or changed.
   */
  lost(copyId: number): void;
  /** A message of Drafts becomes a draft, with the message as its copy. */
  adopt(
    content: NewDraft,
    attachments: NewAttachment[],
    /** `answeredHeader`: the Message-ID of the message that it answers; where that is not known here, it answers none. */
    copy: CopyPlace & { messageIdHeader: string; storedAt: number; answeredHeader?: string },
  ): Draft;
  /** The draft whose copy this is; of one that is in the outbox too. */
  draftAt(accountId: AccountId, place: CopyPlace): DraftId | undefined;
  /** Makes the list of Drafts show what is no copy, and nothing else; whenever messages of it have come. */
  showRest(accountId: AccountId): void;
};
