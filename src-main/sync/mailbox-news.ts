/**
 * What a server tells of mailboxes by itself (NOTIFY). It may tell without end, and of mailboxes that nobody knows: what came within a
 * breath is read at once, and all mailboxes are looked at now and then only.
 */
import type { AccountId, MailboxId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { MailboxNews as News } from '../imap/imap-connection.ts';
import type { MailboxStatus } from '../imap/mailbox-list.ts';
import type { Store } from '../store/store.ts';
import { hasNews } from './mailbox-poll.ts';

export type MailboxNews = { hear(news: News): void };

const BREATH = 400;
/** Of more mailboxes within a breath the server is taken to say that it cannot say which. */
const MOST_TOLD = 10_000;
/** Between two looks at all mailboxes. */
const LOOK_AROUND = 10_000;

export function createMailboxNews(options: {
  accountId: AccountId;
  store: Pick<Store, 'mailboxes' | 'messages'>;
  clock: Clock;
  signal: AbortSignal;
  onInbox(): void;
  /** Something is new there; nothing: nobody knows where. */
  onNews(mailboxId: MailboxId | undefined): void;
}): MailboxNews {
  const { accountId, store, clock, signal, onInbox, onNews } = options;
  const told = new Map<string, MailboxStatus>();
  let isWaiting = false;
  let lookedAroundAt = Number.NEGATIVE_INFINITY;
  let isLookingAround = false;

  function read(): void {
    isWaiting = false;
    if (signal.aborted) return;
    const mailboxes = new Map(store.mailboxes.list(accountId).map((one) => [one.path, one]));
    for (const [path, status] of told) {
      const mailbox = mailboxes.get(path);
      if (mailbox === undefined) lookAround();
      else if (mailbox.specialUse === 'inbox') onInbox();
      else if (isNews(mailbox.mailboxId, status)) onNews(mailbox.mailboxId);
    }
    told.clear();
  }

  /** The server tells what changed only; the rest is as it was. */
  function isNews(mailboxId: MailboxId, status: MailboxStatus): boolean {
    const { uidValidity, uidNext, highestModseq, ...known } = store.mailboxes.syncState(mailboxId);
    const counters = {
      ...(uidValidity !== undefined && { uidValidity }),
      ...(uidNext !== undefined && { uidNext }),
      ...(highestModseq !== undefined && { highestModseq }),
    };
    const count = () => store.messages.uidCount(mailboxId);
    return hasNews({ ...counters, ...status }, { ...known, ...counters }, count) !== 'no';
  }

  function lookAround(): void {
    if (isLookingAround) return;
    isLookingAround = true;
    clock.after(Math.max(0, lookedAroundAt + LOOK_AROUND - clock.now()), () => {
      isLookingAround = false;
      lookedAroundAt = clock.now();
      if (!signal.aborted) onNews(undefined);
    });
  }

  return {
    hear(news) {
      if (news.kind === 'overflow') return lookAround();
      const before = told.get(news.path);
      if (before || told.size < MOST_TOLD) told.set(news.path, { ...before, ...news.status });
      else lookAround();
      if (isWaiting) return;
      isWaiting = true;
      clock.after(BREATH, read);
    },
  };
}
