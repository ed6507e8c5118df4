/**
 * Sends what is due, one message at a time for each way out: an account's own server, or that of an identity. What fails on one way
 * does not hold up the others.
 *
 * On disk a submission stays `queued` until the server waits for the message; `sending` is written before the first byte
 * leaves. So after a crash `queued` was certainly not sent and goes again, and `sending` may have been sent: it becomes
 * `unknown`, is looked for in Sent, and waits for the person. The same when the link breaks after the last byte and before the answer.
 */
import type { AccountId, GrantId, IdentityId, MessageId, SubmissionId } from '../../src-shared/model/ids.ts';
import { ANSWERED } from '../../src-shared/model/message.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { Authentication } from '../sasl/authentication.ts';
import { submit } from '../smtp/submit.ts';
import type { Change } from '../store/change.ts';
import { ownIdentityOf } from '../store/identity-table.ts';
import type { StoredSubmission } from '../store/outgoing-records.ts';
import type { Store } from '../store/store.ts';

export type OutboxParts = {
  store: Store;
  /** Throws not-found or grant-ended. */
  authenticationFor(accountId: AccountId, use: 'smtp'): Authentication;
  /** Of an identity with a server of its own. Throws not-found. */
  identityAuthentication(identityId: IdentityId): Authentication;
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

/** Where a submission goes out; `identityId` when that is an identity's own server. `key` is another for each way. */
type Way = {
  key: string;
  accountId: AccountId;
  smtp: ServerSettings;
  identityId?: IdentityId;
};

type Running = { submissionId: SubmissionId; controller: AbortController; done: Promise<void>; way: Way };

export function createSendLoop(parts: OutboxParts): SendLoop {
  const { store, authenticationFor, identityAuthentication, registry, clock, log } = parts;
  const running = new Map<Way['key'], Running>();
  /** Ways whose outcome could not be written (a full disk): until when they rest, so that they do not try without end. */
  const resting = new Map<Way['key'], number>();
  /** Submissions that the person is taking back. */
  const held = new Set<SubmissionId>();
  /** Submissions that failed because the server refused this grant, or an identity's password: they go again when there is another. */
  const refusedWith = new Map<SubmissionId, GrantId | IdentityId>();
  let cancelTimer = () => {};
  let stopHearing = () => {};
  let isOn = false;

  /** Starts what is due and sets the timer for what comes next. */
  function look(): void {
    if (!isOn) return;
    cancelTimer();
    const now = clock.now();
    for (const submission of store.outbox.due(now)) {
      const way = wayOf(submission);
      if (!way || running.has(way.key) || held.has(submission.submissionId)) continue;
      if ((resting.get(way.key) ?? 0) <= now && isUsable(way)) begin(way, submission);
    }
    const times = store.outbox
      .list()
      .filter(({ state }) => state === 'queued')
      .map((one) => Math.max(one.notBefore, one.nextTryAt ?? 0, restsUntil(one)))
      .filter((time) => time > now);
    const wait = Math.min(LOOK_EVERY, ...times.map((time) => time - now));
    cancelTimer = times.length > 0 ? clock.after(wait, look) : () => {};
  }

  /** Undefined when the account has gone. */
  function wayOf({ accountId, draft }: Pick<StoredSubmission, 'accountId' | 'draft'>): Way | undefined {
    const account = store.accounts.server(accountId);
    const sender = store.identities.senderOf(draft);
    if (!account || !sender) return undefined;
    const { identityId, submission } = sender;
    if (!submission) return { key: accountId, accountId, smtp: account.smtp };
    return { key: `own/${identityId}`, accountId, smtp: submission.smtp, identityId };
  }

  /** Signed in, and the grant is neither given back nor refused; an identity's own server asks for no grant of the account. */
  function isUsable({ accountId, identityId }: Way): boolean {
    const signIn = store.accounts.server(accountId)?.signIn;
    if (identityId !== undefined) return signIn === 'active' || signIn === 'needs-sign-in';
    return signIn === 'active' && store.grants.byAccount(accountId)?.state === 'active';
  }

  function restsUntil({ submissionId }: Submission): number {
    if (resting.size === 0) return 0;
    const submission = store.outbox.get(submissionId);
    const way = submission && wayOf(submission);
    return (way && resting.get(way.key)) ?? 0;
  }

  function begin(way: Way, submission: StoredSubmission): void {
    const { submissionId } = submission;
    const controller = new AbortController();
    // Not at once: whoever changed the store has to finish first.
    const done = Promise.resolve()
      .then(() => send(way, submission, controller.signal))
      .catch((error: unknown) => {
        resting.set(way.key, clock.now() + FIRST_WAIT);
        log.warn('outcome not written', errorFacts(error));
      })
      .finally(() => {
        running.delete(way.key);
        look();
      });
    running.set(way.key, { submissionId, controller, done, way });
  }

  async function send(way: Way, submission: StoredSubmission, signal: AbortSignal): Promise<void> {
    const { submissionId, accountId, smtpEnvelope } = submission;
    const leave = registry.enter(accountId);
    let refused: string[];
    try {
      const answer = await submit({
        settings: way.smtp,
        authentication:
          way.identityId === undefined
            ? authenticationFor(accountId, 'smtp')
            : identityAuthentication(way.identityId),
        smtpEnvelope,
        source: store.outbox.source(submissionId),
        signal,
        onOffer: (offer) =>
          store.identities.noteSmtpOffer(
            way.identityId ?? ownIdentityOf(accountId),
            accountId,
            way.smtp.host,
            offer,
          ),
        ...(submission.draft.asksDeliveryNotice && { deliveryNotice: submissionId }),
        beforeData: () => {
          signal.throwIfAborted();
          store.outbox.update(submissionId, { state: 'sending', nextTryAt: null, error: null });
        },
      });
      refused = answer.refused;
    } catch (error) {
      settleFailure(way, submission, signal.aborted ? error : toMailError(error));
      return;
    } finally {
      leave();
    }
    settleSuccess(submission, refused);
  }

  function settleSuccess(submission: StoredSubmission, refused: string[]): void {
    const { submissionId, inReplyTo } = submission;
    const filesCopy = filesSentCopy(store, submission);
    store.outbox.finishSent(submissionId, { refused, ...(filesCopy && { appendTo: 'sent' as const }) });
    log.info('message sent', { refused: refused.length, tries: submission.attempts + 1 });
    markAnswered(store, inReplyTo);
  }

  function settleFailure(way: Way, submission: StoredSubmission, error: unknown): void {
    const { submissionId } = submission;
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
      const state = isUsable(way) ? 'failed' : 'queued';
      store.outbox.update(submissionId, { state, error: code, attempts });
    } else {
      store.outbox.update(submissionId, { state: 'failed', error: code, attempts });
    }
    if (error.retry === 'after-sign-in') noteRefusal(way, submissionId, code === 'login-refused');
  }

  function noteRefusal(way: Way, submissionId: SubmissionId, isLogin: boolean): void {
    const { accountId, smtp, identityId } = way;
    const refused = identityId ?? store.grants.byAccount(accountId)?.grantId;
    if (refused !== undefined) refusedWith.set(submissionId, refused);
    if (isLogin) store.audit.append({ accountId, kind: 'login-refused', host: smtp.host });
  }

  /** After signing in again there is another grant: what failed for the old one goes. */
  function requeueRefused(isAgain: (way: Way, refused: GrantId | IdentityId) => boolean): void {
    for (const [submissionId, refused] of [...refusedWith]) {
      const submission = store.outbox.get(submissionId);
      const way = submission && wayOf(submission);
      if (submission?.state !== 'failed') refusedWith.delete(submissionId);
      else if (way && isUsable(way) && isAgain(way, refused)) {
        refusedWith.delete(submissionId);
        store.outbox.update(submissionId, { state: 'queued', error: null, nextTryAt: null });
      }
    }
  }

  function hear(change: Change): void {
    if (change.kind === 'accounts' || change.kind === 'grant') {
      for (const { controller, way } of running.values()) {
        if (!isUsable(way)) controller.abort(new Error('the account may not send'));
      }
      requeueRefused(
        ({ accountId, identityId }, grantId) =>
          identityId === undefined && store.grants.byAccount(accountId)?.grantId !== grantId,
      );
      look();
    }
    if (change.kind === 'identities') {
      // Somebody has given another password, or another way to send.
      requeueRefused(({ identityId }, refused) => identityId === refused || identityId === undefined);
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

/**
 * A copy for Sent is made here, unless the account's own server files what it sends. It knows nothing of what went another way.
 * Nobody looks for a receipt there.
 */
export function filesSentCopy(
  store: Store,
  { draft, purpose }: Pick<StoredSubmission, 'draft' | 'purpose'>,
): boolean {
  if (purpose === 'receipt') return false;
  const account = store.accounts.server(draft.accountId);
  const isOwnWay = store.identities.senderOf(draft)?.submission !== undefined;
  return account !== undefined && (isOwnWay || !account.sendSavesCopy);
}

/** The message that was answered, when it is (still) here, gets \Answered. */
export function markAnswered(store: Store, messageId: MessageId | undefined): void {
  if (messageId === undefined || !store.messages.get(messageId)) return;
  store.operations.enqueueFlags({ messageIds: [messageId], add: [ANSWERED], remove: [] });
}
