import { randomUUID } from 'node:crypto';
import type { Account } from '../../src-shared/model/account.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import { domainOf, isAddress } from '../../src-shared/text/address.ts';
import { composeMessage } from '../mime/compose-message.ts';
import type { Store } from '../store/store.ts';

/** A draft as a message for the Drafts mailbox. A recipient that was typed by half has no form in a message and is left out. */
export async function composeDraft(
  draft: Draft,
  account: Account,
  store: Store,
  now: number,
): Promise<{ source: Uint8Array; messageIdHeader: string }> {
  const messageIdHeader = `<${randomUUID()}@${domainOf(account.address)}>`;
  const { draftId, inReplyTo } = draft;
  const answered = inReplyTo === undefined ? undefined : store.messages.get(inReplyTo);
  const written = (people: Draft['to']) => people.filter(({ address }) => isAddress(address));
  const source = await composeMessage(
    { ...draft, to: written(draft.to), cc: written(draft.cc) },
    {
      from: { name: account.displayName, address: account.address },
      attachments: draft.attachments.map(({ part, filename, contentType }) => ({
        filename,
        contentType,
        content: store.drafts.attachmentContent(draftId, part),
      })),
      ...(answered && {
        inReplyTo: answered.messageIdHeader,
        references: [...store.messages.references(answered.messageId), answered.messageIdHeader],
      }),
      date: now,
      messageIdHeader,
    },
  );
  return { source, messageIdHeader };
}
