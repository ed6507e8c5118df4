import type { Draft } from '../../src-shared/model/draft.ts';
import type { Identity } from '../../src-shared/model/identity.ts';
import type { DraftId } from '../../src-shared/model/ids.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { composeDraft } from '../mime/draft-message.ts';
import type { SmtpEnvelope, WholeMessage } from '../store/outgoing-records.ts';
import type { Store } from '../store/store.ts';

/**
 * Makes a submission of a draft: the message with its final Message-ID is on disk before anything is sent, so that every
 * try sends the same bytes (RFC 5322 §3.6.4) and a receiver can tell a second copy.
 * `sendAt`: the time that the person chose for it (milliseconds since 1970); one that is past is now.
 * Throws MailError not-found, recipient-missing, recipient-invalid (with the addresses), attachment-too-large, attachment-unreadable.
 */
export async function enqueueDraft(
  store: Store,
  clock: Clock,
  draftId: DraftId,
  sendAt?: number,
): Promise<Submission> {
  for (;;) {
    const draft = draftOf(store, draftId);
    if (store.accounts.get(draft.accountId)?.auth === 'none') throw new MailError('account-local');
    const sender = store.identities.senderOf(draft);
    if (!sender) throw new MailError('not-found');
    const smtpEnvelope = envelopeOf(draft, sender);
    const later = sendAt !== undefined && sendAt > clock.now() ? Math.trunc(sendAt) : undefined;
    const message = await composeFor(store, draft, sender, later ?? clock.now());
    // What was typed meanwhile belongs to the message.
    if (draftOf(store, draftId).savedAt !== draft.savedAt) continue;
    const undoWindow = store.settings.get().undoSeconds * 1_000;
    const notBefore = Math.max(clock.now() + undoWindow, later ?? 0);
    const { accountId } = sender;
    const entry = { accountId, draft, ...message, smtpEnvelope, notBefore };
    return store.outbox.add({ ...entry, ...(later !== undefined && { sendAt: later }) });
  }
}

function draftOf(store: Store, draftId: DraftId): Draft {
  const draft = store.drafts.get(draftId);
  if (!draft) throw new MailError('not-found');
  return draft;
}

/** What a message made whole is queued with; its Message-ID is on disk before anything is sent, as that of every other. */
export function enqueueWhole(store: Store, clock: Clock, entry: Omit<WholeMessage, 'notBefore'>): Submission {
  return store.outbox.addWhole({
    ...entry,
    notBefore: clock.now() + store.settings.get().undoSeconds * 1_000,
  });
}

/** Every recipient once, hidden ones too: RFC 5321 knows no Bcc, the header leaves them out. */
function envelopeOf(draft: Draft, sender: Sender): SmtpEnvelope {
  const people = [...draft.to, ...draft.cc, ...draft.bcc];
  const wrong = people.filter(({ address }) => !isAddress(address));
  if (wrong.length > 0) {
    const address = wrong.map((one) => one.address || one.name).join(', ');
    throw new MailError('recipient-invalid', { detail: { address: address.slice(0, 1_000) } });
  }
  const distinct = new Map(people.map(({ address }) => [address.toLowerCase(), address]));
  if (distinct.size === 0) throw new MailError('recipient-missing');
  return { from: sender.address, to: [...distinct.values()] };
}

/** Whose name and address stand in From; MAIL FROM has the same address. */
type Sender = Pick<Identity, 'displayName' | 'address'>;

/** The message of a draft, with this Date. Throws attachment-too-large, attachment-unreadable. */
export async function composeFor(
  store: Store,
  draft: Draft,
  { displayName, address }: Sender,
  date: number,
): ReturnType<typeof composeDraft> {
  const size = draft.attachments.reduce((sum, one) => sum + one.size, 0);
  if (size > LIMITS.draftAttachments) throw new MailError('attachment-too-large');
  store.drafts.checkAttachments(draft.draftId);
  const answered = draft.inReplyTo === undefined ? undefined : store.messages.get(draft.inReplyTo);
  return composeDraft(draft, {
    from: { name: displayName, address },
    date,
    answered: answered && { ...answered, references: store.messages.references(answered.messageId) },
    attachmentContent: (part) => store.drafts.attachmentContent(draft.draftId, part),
  });
}
