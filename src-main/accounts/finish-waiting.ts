import type { Account } from '../../src-shared/model/account.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import { DRAFT, SEEN } from '../../src-shared/model/message.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { LIMITS } from '../base/limits.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { composeDraft } from '../mime/draft-message.ts';
import type { Store } from '../store/store.ts';
import { countOnlyHere, draftsOf, type OnlyHere, waitingOf } from './only-here.ts';

/**
 * Has everything done that is only on this computer: the outbox sends at once, drafts go to the Drafts mailbox, changes to the
 * server. Whose work that is (outbox, sync) hears of it by the store. Resolves when nothing is left, when what is left cannot
 * be done (refused, unknown), or after the time limit, which is short while there is no connection; answers with what was there and what is left. Never throws.
 */
export async function finishWaiting(
  store: Store,
  account: Account,
  { clock, log, registry }: { clock: Clock; log: Log; registry: ConnectionRegistry },
): Promise<{ before: OnlyHere; left: OnlyHere }> {
  const { accountId } = account;
  const before = countOnlyHere(store, accountId);
  store.outbox.releaseNow(accountId);
  store.operations.releaseNow(accountId);
  for (const draft of draftsOf(store, accountId)) {
    try {
      // Without one of its attachments it is not the draft that the person wrote: it stays.
      store.drafts.checkAttachments(draft.draftId);
      const { source, messageIdHeader } = await composeUnfinished(store, draft, account, clock.now());
      const flags = [DRAFT, SEEN];
      const { draftId } = draft;
      store.operations.enqueueAppend({
        accountId,
        specialUse: 'drafts',
        flags,
        source,
        messageIdHeader,
        draftId,
      });
    } catch (error) {
      log.warn('draft not saved at the provider', errorFacts(error));
    }
  }
  const isDone = () => {
    const { changes } = countOnlyHere(store, accountId);
    // What has a time of its own is not sent before it: it is left behind, and the person decides.
    const isSending = waitingOf(store, accountId).some(
      ({ state, sendAt }) => state === 'sending' || (state === 'queued' && sendAt === undefined),
    );
    return changes === store.operations.pending(accountId).refused && !isSending;
  };
  await new Promise<void>((resolve) => {
    const end = () => {
      stopHearing();
      stopClock();
      stopOffline();
      resolve();
    };
    const stopHearing = store.feed.subscribe(() => isDone() && end());
    const stopClock = clock.after(LIMITS.finishTimeout, end);
    const stopOffline = clock.after(
      LIMITS.finishOfflineTimeout,
      () => registry.count(accountId) === 0 && end(),
    );
    if (isDone()) end();
  });
  const { sent, drafts, changes } = countOnlyHere(store, accountId);
  // The copies of drafts and of sent mail that still wait are told as drafts, and as nothing: they were no changes of the person.
  return { before, left: { sent, drafts, changes: Math.min(changes, before.changes) } };
}

/** A recipient that was typed by half has no form in a message and is left out. */
export function composeUnfinished(store: Store, draft: Draft, account: Account, date: number) {
  const { displayName, address } = store.identities.senderOf(draft) ?? account;
  const { draftId, inReplyTo } = draft;
  const answered = inReplyTo === undefined ? undefined : store.messages.get(inReplyTo);
  const written = (people: Draft['to']) => people.filter((one) => isAddress(one.address));
  return composeDraft(
    { ...draft, to: written(draft.to), cc: written(draft.cc) },
    {
      from: { name: displayName, address },
      date,
      // The person's own mailbox: who was to get it hidden belongs to the draft (RFC 5322 §3.6.3).
      bcc: written(draft.bcc),
      answered: answered && { ...answered, references: store.messages.references(answered.messageId) },
      attachmentContent: (part) => store.drafts.attachmentContent(draftId, part),
    },
  );
}
