/**
 * Sends what is due, one message at a time for each account.
 *
 * On disk a submission stays `queued` until the server waits for the message; `sending` is written before the first byte
 * leaves. So after a crash `queued` was certainly not sent and goes again, and `sending` may have been sent: it becomes
 * `unknown`, is looked for in Sent, and waits for the person. The same when the link breaks after the last byte and before the answer.
 */
import type { AccountId, GrantId, MessageId, SubmissionId } from '../../src-shared/model/ids.ts';
import { ANSWERED } from '../../src-shared/model/message.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { Authentication } from '../sasl/authentication.ts';
import { submit } from '../smtp/submit.ts';
import type { StoredServerAccount } from '../store/account-records.ts';
import type { Change } from '../store/change.ts';
import type { StoredSubmission } from '../store/outgoing-records.ts';
import type { Store } from '../store/store.ts';

export type OutboxParts = {
  store: Store;
  /** Throws not-found or grant-ended. */
  authenticationFor(accountId: AccountId, use: 'smtp'): Authentication;
  registry: ConnectionRegistry;
  clock: Clock;
  log: Log;
};

export type SendLoop = {
  start(): void;
  /** Starts what is due: the clock may have gone on without the timers (sleep, a change of the time). */
  look(): void;
  /** Breaks off what is being sent; resolves when its outcome is on disk. */
  stop(): Promise<void>;
  /** Breaks off this submission if it is being sent, waits until its outcome is on disk, and does the task before it goes again. */
  hold<T>(submissionId: SubmissionId, task: () => T): Promise<T>;
};

const FIRST_WAIT = 15_000;
const LONGEST_WAIT = 15 * 60_000;
/** Timers stand still while the computer sleeps and know nothing of a clock that was set: so often the time is looked at. */
const LOOK_EVERY = 60_000;

type Running = { submissionId: SubmissionId; controller: AbortController; done: Promise<void> };

export function createSendLoop({ store, authenticationFor, registry, clock, log }: OutboxParts): SendLoop {
  const running = new Map<AccountId, Running>();
  /** Accounts whose outcome could not be written (a full disk): until when they rest, so that they do not try without end. */
  const resting = new Map<AccountId, number>();
  /** Submissions that the person is taking back. */
  const held = new Set<SubmissionId>();
  /** Submissions that failed because the server refused this grant: they go again when there is another. */
  const refusedWith = new Map<SubmissionId, GrantId>();
  let cancelTimer = () => {};
  let stopHearing = () => {};
  let isOn = false;

  /** Starts what is due and sets the timer for what comes next. */
  function look(): void {
    if (!isOn) return;
    cancelTimer();
    const now = clock.now();
    for (const submission of store.outbox.due(now)) {
      const { accountId } = submission;
      if (running.has(accountId) || held.has(submission.submissionId)) continue;
      const account = (resting.get(accountId) ?? 0) > now ? undefined : usableAccount(accountId);
      if (account) begin(account, submission);
    }
    const times = store.outbox
      .list()
      .filter(({ state }) => state === 'queued')
      .map((one) => Math.max(one.notBefore, one.nextTryAt ?? 0, resting.get(one.accountId) ?? 0))
      .filter((time) => time > now);
    const wait = Math.min(LOOK_EVERY, ...times.map((time) => time - now));
    cancelTimer = times.length > 0 ? clock.after(wait, look) : () => {};
  }

  /** The account, when it may send: signed in, and its grant is neither given back nor refused. */
  function usableAccount(accountId: AccountId): StoredServerAccount | undefined {
    const account = store.accounts.server(accountId);
    const isUsable = account?.signIn === 'active' && store.grants.byAccount(accountId)?.state === 'active';
    return isUsable ? account : undefined;
  }

  function begin(account: StoredServerAccount, submission: StoredSubmission): void {
    const { accountId } = account;
    const { submissionId } = submission;
    const controller = new AbortController();
    // Not at once: whoever changed the store has to finish first.
    const done = Promise.resolve()
      .then(() => send(account, submission, controller.signal))
      .catch((error: unknown) => {
        resting.set(accountId, clock.now() + FIRST_WAIT);
        log.warn('outcome not written', errorFacts(error));
      })
      .finally(() => {
        running.delete(accountId);
        look();
      });
    running.set(accountId, { submissionId, controller, done });
  }

  async function send(
    account: StoredServerAccount,
    submission: StoredSubmission,
    signal: AbortSignal,
  ): Promise<void> {
    const { submissionId, accountId, smtpEnvelope } = submission;
    const leave = registry.enter(accountId);
    let refused: string[];
    try {
      const answer = await submit({
        settings: account.smtp,
        authentication: authenticationFor(accountId, 'smtp'),
        smtpEnvelope,
        source: store.outbox.source(submissionId),
        signal,
        beforeData: () => {
          signal.throwIfAborted();
          store.outbox.update(submissionId, { state: 'sending', nextTryAt: null, error: null });
        },
      });
      refused = answer.refused;
    } catch (error) {
      settleFailure(account, submission, signal.aborted ? error : toMailError(error));
      return;
    } finally {
      leave();
    }
    settleSuccess(account, submission, refused);
  }

  function settleSuccess(
    account: StoredServerAccount,
    submission: StoredSubmission,
    refused: string[],
  ): void {
    const { submissionId, inReplyTo } = submission;
    const filesCopy = !account.sendSavesCopy;
    store.outbox.finishSent(submissionId, { refused, ...(filesCopy && { appendTo: 'sent' as const }) });
    log.info('message sent', { refused: refused.length, tries: submission.attempts + 1 });
    markAnswered(store, inReplyTo);
  }

  function settleFailure(account: StoredServerAccount, submission: StoredSubmission, error: unknown): void {
    const { submissionId, accountId } = submission;
    if (!store.outbox.get(submissionId)) return; // its account was erased meanwhile
    if (!(error instanceof MailError)) {
      // Broken off before the message was whole: it waits as if it had not been tried.
      store.outbox.update(submissionId, { state: 'queued' });
      return;
    }
    const { code } = error;
    log.warn('message not sent', errorFacts(error));
    const attempts = submission.attempts + 1;
    if (code === 'submission-unknown') {
      store.outbox.setUnknown(submissionId, attempts);
    } else if (error.retry === 'later') {
      const nextTryAt = clock.now() + backoffDelay(submission.attempts, FIRST_WAIT, LONGEST_WAIT);
      store.outbox.update(submissionId, { state: 'queued', error: code, attempts, nextTryAt });
    } else if (code === 'grant-ended') {
      // Who gave no token has marked the account: it stays queued until the person has signed in again.
      const state = usableAccount(accountId) ? 'failed' : 'queued';
      store.outbox.update(submissionId, { state, error: code, attempts });
    } else {
      store.outbox.update(submissionId, { state: 'failed', error: code, attempts });
    }
    if (error.retry === 'after-sign-in') noteRefusal(account, submissionId, code === 'login-refused');
  }

  function noteRefusal(
    { accountId, smtp }: StoredServerAccount,
    submissionId: SubmissionId,
    isLogin: boolean,
  ): void {
    const grant = store.grants.byAccount(accountId);
    if (grant) refusedWith.set(submissionId, grant.grantId);
    if (isLogin) store.audit.append({ accountId, kind: 'login-refused', host: smtp.host });
  }

  /** After signing in again there is another grant: what failed for the old one goes. */
  function requeueRefused(): void {
    for (const [submissionId, grantId] of [...refusedWith]) {
      const submission = store.outbox.get(submissionId);
      if (submission?.state === 'failed' && usableAccount(submission.accountId)) {
        if (store.grants.byAccount(submission.accountId)?.grantId === grantId) continue;
        refusedWith.delete(submissionId);
        store.outbox.update(submissionId, { state: 'queued', error: null, nextTryAt: null });
      } else if (submission?.state !== 'failed') {
        refusedWith.delete(submissionId);
      }
    }
  }

  function hear(change: Change): void {
    if (change.kind === 'accounts' || change.kind === 'grant') {
      for (const [accountId, { controller }] of running) {
        if (!usableAccount(accountId)) controller.abort(new Error('the account may not send'));
      }
      requeueRefused();
      look();
    }
    if (change.kind === 'outbox') look();
  }

  async function hold<T>(submissionId: SubmissionId, task: () => T): Promise<T> {
    held.add(submissionId);
    try {
      const found = [...running.values()].find((one) => one.submissionId === submissionId);
      found?.controller.abort(new Error('taken back'));
      await found?.done;
      return task();
    } finally {
      held.delete(submissionId);
      look();
    }
  }

  return {
    start() {
      isOn = true;
      for (const { submissionId, state } of store.outbox.list()) {
        if (state === 'sending') store.outbox.setUnknown(submissionId);
      }
      // Also those of before: by now the server may have filed them.
      store.outbox.lookUpUnknown();
      stopHearing = store.feed.subscribe(hear);
      look();
    },
    async stop() {
      isOn = false;
      cancelTimer();
      stopHearing();
      const all = [...running.values()];
      for (const { controller } of all) controller.abort(new Error('the program ends'));
      await Promise.all(all.map(({ done }) => done));
    },
    look,
    hold,
  };
}

/** The message that was answered, when it is (still) here, gets \Answered. */
export function markAnswered(store: Store, messageId: MessageId | undefined): void {
  if (messageId === undefined || !store.messages.get(messageId)) return;
  store.operations.enqueueFlags({ messageIds: [messageId], add: [ANSWERED], remove: [] });
}
