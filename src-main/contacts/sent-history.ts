/**
 * To whom the person wrote before this program was there: whoever stands as recipient in the mailboxes Sent is collected, a while after
 * there was news of mailboxes. What went from here is counted when it goes: of Sent counts only what is older than the account. Nothing is
 * read where there are as many messages as the last time; where not, all is counted again and set, in small steps with turns for others.
 */
import type { MessageId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { turn } from '../base/turn.ts';
import type { WrittenBefore } from '../store/contact-table.ts';
import type { SentMailbox, SentMessage } from '../store/sent-table.ts';
import type { Store } from '../store/store.ts';

export type SentHistoryOptions = {
  store: Pick<Store, 'feed' | 'sent'> & { contacts: Pick<Store['contacts'], 'noteHistory'> };
  clock: Clock;
  log: Log;
};

/** The first synchronisation brings mail for minutes. */
const WAIT_MS = 10_000;
/** Of each mailbox, the newest. */
const MOST_MESSAGES = 5_000;
/** Whoever writes to more sends circulars, and completion would have to know them all. */
const MOST_PEOPLE = 5_000;
/** Few, because one may have gone to thousands. */
const AT_ONCE = 25;

/** Collects from now on, until it is stopped. */
export function createSentHistory({ store, clock, log }: SentHistoryOptions): { stop(): Promise<void> } {
  let isStopped = false;
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;

  function begin(): void {
    cancel ??= clock.after(WAIT_MS, () => {
      cancel = undefined;
      if (running) return begin();
      running = collect()
        .catch((error: unknown) => log.warn('recipients not collected', errorFacts(error)))
        .finally(() => {
          running = undefined;
        });
    });
  }

  async function collect(): Promise<void> {
    const mailboxes = store.sent.mailboxes();
    const changed = mailboxes.filter(({ total, collectedTotal }) => total !== collectedTotal);
    if (changed.length === 0) return;
    // Of all of them: one address has one number.
    const people = new Map<string, WrittenBefore>();
    const seen = new Set<MessageId>();
    for (const mailbox of mailboxes) {
      for (const messages of newestOf(mailbox)) {
        for (const message of messages) {
          if (message.date >= mailbox.addedAt || seen.has(message.messageId)) continue;
          seen.add(message.messageId);
          count(people, message);
        }
        await turn();
        if (isStopped) return;
      }
    }
    for (const _ of store.contacts.noteHistory([...people.values()])) {
      await turn();
      if (isStopped) return;
    }
    for (const { mailboxId, total } of changed) store.sent.setCollected(mailboxId, total);
  }

  function* newestOf({ mailboxId }: SentMailbox): Generator<SentMessage[]> {
    let below = Number.MAX_SAFE_INTEGER;
    for (let read = 0; read < MOST_MESSAGES; read += AT_ONCE) {
      const messages = store.sent.messages(mailboxId, below, AT_ONCE);
      yield messages;
      const last = messages.at(-1);
      if (!last) return;
      below = last.uid;
    }
  }

  const stopHearing = store.feed.subscribe(({ kind }) => {
    if (kind === 'mailboxes') begin();
  });
  // The program may have ended before it came to it.
  begin();
  return {
    async stop() {
      isStopped = true;
      stopHearing();
      cancel?.();
      await running;
    },
  };
}

/** Each once, under the name by which the newest message calls them. */
function count(people: Map<string, WrittenBefore>, { recipients, date }: SentMessage): void {
  const distinct = new Map(recipients.map((person) => [person.address.toLowerCase(), person]));
  for (const [key, { name, address }] of distinct) {
    const known = people.get(key);
    if (known) {
      known.name ||= name;
      known.dates.push(date);
    } else if (people.size < MOST_PEOPLE) people.set(key, { name, address, dates: [date] });
  }
}
