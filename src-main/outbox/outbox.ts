/**
 * The way of a message out of this computer: draft → queued → (undo window) → sending → filed in Sent, or back to the
 * person with a reason. Nothing is sent twice by itself: see send-loop.ts for the states on disk.
 */
import type { Draft } from '../../src-shared/model/draft.ts';
import type { DraftId, SubmissionId } from '../../src-shared/model/ids.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { MailError } from '../base/errors.ts';
import { createSingleFlight } from '../base/mutex.ts';
import type { StoredSubmission, WholeMessage } from '../store/outgoing-records.ts';
import { archiveAnswered, requireArchive } from './archive-answered.ts';
import { composeFor, enqueueDraft, enqueueWhole } from './enqueue.ts';
import { createSendLoop, filesSentCopy, markAnswered, type OutboxParts } from './send-loop.ts';

export type Outbox = {
  start(): void;
  /** Breaks off what is being sent; resolves when its outcome is on disk, so before the store may be closed. */
  stop(): Promise<void>;
  /** Tries at once what waits for a better time: the network is back, or the person asks for it. */
  wake(): void;
  /**
   * Queues a draft, for a time of its own when there is one; `thenArchive` archives the conversation that it answers.
   * Throws MailError: see enqueueDraft; mailbox-missing where there is no archive, and then nothing is queued.
   */
  send(
    draftId: DraftId,
    options?: { sendAt?: number | undefined; thenArchive?: boolean | undefined },
  ): Promise<Submission>;
  /** Queues a message that is no draft. Throws receipt-sent. */
  sendWhole(entry: Omit<WholeMessage, 'notBefore'>): Submission;
  /**
   * Makes a draft of a submission again; of one that some recipients did not get, a draft to these only. What was archived with it comes
   * back. Null for one that was no draft. Throws not-found (sent meanwhile), busy (leaving just now).
   */
  cancel(submissionId: SubmissionId): Promise<Draft | null>;
  /** Sends again because the person says so: at once. Throws not-found, busy. */
  retry(submissionId: SubmissionId): Submission;
  /** Sends at once what waits for its time, its undo window or its next try. Throws not-found, busy, input-invalid (it does not wait). */
  sendNow(submissionId: SubmissionId): Promise<Submission>;
  /** The person knows that an unknown one arrived: it counts as sent. Throws not-found, busy, input-invalid (it is not unknown). */
  settle(submissionId: SubmissionId): void;
};

export function createOutbox(parts: OutboxParts): Outbox {
  const { store, clock } = parts;
  const loop = createSendLoop(parts);
  const oncePerDraft = createSingleFlight<DraftId, Submission>();

  /** The submission, unless its bytes are on their way: then nobody may touch it. */
  function restingSubmission(submissionId: SubmissionId): StoredSubmission {
    const submission = store.outbox.get(submissionId);
    if (!submission) throw new MailError('not-found');
    if (submission.state === 'sending') throw new MailError('busy', { retry: 'later' });
    return submission;
  }

  return {
    start: loop.start,
    stop: loop.stop,
    wake() {
      const waiting = store.outbox
        .list()
        .filter((one) => one.state === 'queued' && one.nextTryAt !== undefined);
      for (const { submissionId } of waiting) store.outbox.update(submissionId, { nextTryAt: null });
      store.outbox.lookUpUnknown();
      loop.look();
    },
    send: (draftId, { sendAt, thenArchive = false } = {}) =>
      oncePerDraft(draftId, async () => {
        const answering = thenArchive ? store.drafts.get(draftId) : undefined;
        if (answering) requireArchive(store, answering.accountId);
        const submission = await enqueueDraft(store, clock, draftId, sendAt);
        if (thenArchive) archiveAnswered(store, submission);
        return submission;
      }),
    sendWhole: (entry) => enqueueWhole(store, clock, entry),
    async cancel(submissionId) {
      restingSubmission(submissionId);
      return loop.hold(submissionId, () => {
        const { state, refused, purpose, operationIds } = restingSubmission(submissionId);
        // What may have arrived has been said: what went with it stays.
        const isUnsent = state === 'queued' || state === 'failed';
        if (purpose !== undefined) {
          store.outbox.removeWhole(submissionId);
          if (isUnsent) store.operations.undo(operationIds);
          return null;
        }
        const draft = store.outbox.toDraft(submissionId);
        if (isUnsent) store.operations.undo(operationIds);
        return state === 'sent' ? keepRecipients(draft, refused) : draft;
      });
    },
    retry(submissionId) {
      const { state } = restingSubmission(submissionId);
      if (state === 'sent') throw new MailError('not-found');
      const change = {
        state: 'queued',
        notBefore: clock.now(),
        nextTryAt: null,
        error: null,
        attempts: 0,
      } as const;
      store.outbox.update(submissionId, { ...change, refused: [] });
      return queued(submissionId);
    },
    async sendNow(submissionId) {
      const { state, sendAt, attempts, draft, purpose } = restingSubmission(submissionId);
      if (state !== 'queued') throw new MailError('input-invalid');
      const sender = store.identities.senderOf(draft);
      // Made for a time that has not come: its Date is to be that of now (RFC 5322 §3.6.1).
      const isEarly = purpose === undefined && sendAt !== undefined && sendAt > clock.now() && attempts === 0;
      const message = isEarly && sender ? await composeFor(store, draft, sender, clock.now()) : undefined;
      if (restingSubmission(submissionId).state !== 'queued') throw new MailError('busy', { retry: 'later' });
      store.outbox.update(submissionId, {
        notBefore: clock.now(),
        nextTryAt: null,
        sendAt: null,
        ...(message && { message }),
      });
      return queued(submissionId);
    },
    settle(submissionId) {
      const submission = restingSubmission(submissionId);
      const { state, inReplyTo } = submission;
      if (state !== 'unknown') throw new MailError('input-invalid');
      const filesCopy = filesSentCopy(store, submission);
      store.outbox.finishSent(submissionId, filesCopy ? { appendTo: 'sent' } : {});
      markAnswered(store, inReplyTo);
    },
  };

  function queued(submissionId: SubmissionId): Submission {
    const found = store.outbox.list().find((one) => one.submissionId === submissionId);
    if (!found) throw new MailError('not-found');
    return found;
  }

  /** Those who have the message must not get it again. */
  function keepRecipients(draft: Draft, refused: string[]): Draft {
    const missing = new Set(refused.map((address) => address.toLowerCase()));
    const only = (list: Draft['to']) => list.filter(({ address }) => missing.has(address.toLowerCase()));
    const recipients = { to: only(draft.to), cc: only(draft.cc), bcc: only(draft.bcc) };
    return store.drafts.save(draft.draftId, { ...draft, ...recipients });
  }
}
