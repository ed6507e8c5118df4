/** Drafts as messages for the person's own eyes: the mailbox Drafts, an export. */
import type { Account } from '../../src-shared/model/account.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import type { Address } from '../../src-shared/model/message.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import { composeDraft } from '../mime/draft-message.ts';
import type { Store } from '../store/store.ts';
import { unfinishedField } from './unfinished.ts';

/**
 * The newest version of a draft as it goes to the server, under a Message-ID of its own. Throws not-found without its account,
 * attachment-unreadable, recipient-invalid.
 */
export async function composeCopy(
  store: Store,
  draft: Draft,
  date: number,
): Promise<{ source: Uint8Array; messageIdHeader: string }> {
  const account = store.accounts.get(draft.accountId);
  if (!account) throw new MailError('not-found');
  // Without one of its attachments it is not the draft that the person wrote: it stays here.
  store.drafts.checkAttachments(draft.draftId);
  return composeUnfinished(store, draft, account, date);
}

/** A recipient that was typed by half has no form in a message: it goes into a field of our own. */
export function composeUnfinished(store: Store, draft: Draft, account: Account, date: number) {
  const { displayName, address } = store.identities.senderOf(draft) ?? account;
  const { draftId, inReplyTo } = draft;
  const answered = inReplyTo === undefined ? undefined : store.messages.get(inReplyTo);
  const field = unfinishedField(draft);
  return composeDraft(
    { ...draft, to: written(draft.to), cc: written(draft.cc) },
    {
      from: { name: displayName, address },
      date,
      // The person's own mailbox: who was to get it hidden belongs to the draft (RFC 5322 §3.6.3).
      bcc: written(draft.bcc),
      answered: answered && { ...answered, references: store.messages.references(answered.messageId) },
      attachmentContent: (part) => store.drafts.attachmentContent(draftId, part),
      ...(field && { extraFields: [field] }),
    },
  );
}

const written = (people: readonly Address[]): Address[] => people.filter((one) => isAddress(one.address));
