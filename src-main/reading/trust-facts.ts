/** Who messages are from, with what the store knows beside each: gathered for all of them at once, so that a list can ask for them. */
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import type { Address, MessageSummary } from '../../src-shared/model/message.ts';
import type { MessageTrust } from '../../src-shared/model/message-trust.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { KeptHeaders } from '../base/kept-headers.ts';
import type { Store } from '../store/store.ts';
import { createKnownPeople, type KnownPeople } from '../trust/known-people.ts';
import { writesResults } from '../trust/server-habit.ts';
import { judge } from '../trust/trust.ts';
import type { OwnServer } from '../trust/verdict.ts';

export type TrustFacts = {
  /** In the order asked for; unknown ones are left out. */
  of(messageIds: readonly MessageId[]): MessageTrust[];
  /** Absent while the message itself is not here. */
  headersOf(message: MessageSummary): KeptHeaders | undefined;
};

const REMEMBERED = 2_000;
/**
 * Messages by which the habit of a server is told, out of how many, and how long that holds: it may be set up, or taken down. Not the
 * newest alone: whoever sends so many in one night, each in another name and with results of its own making, would be the habit.
 */
const SAMPLES = 40;
const SAMPLED = 400;
const HABIT_HOLDS = 60 * 60_000;

export function createTrustFacts(options: {
  store: Store;
  providers: readonly Provider[];
  now(): number;
}): TrustFacts {
  const { store, providers, now } = options;
  const headersOf = rememberHeaders(store);
  const knownPeople = rememberPeople(store);
  const habits = new Map<AccountId, { holds: boolean; until: number }>();

  function ownServerOf(accountId: AccountId): OwnServer | undefined {
    const account = store.accounts.get(accountId);
    if (!account || account.auth === 'none') return undefined;
    const resultsFrom = providers.find(({ id }) => id === account.providerId)?.resultsFrom;
    const own = { imapHost: account.imap.host, ...(resultsFrom && { resultsFrom }) };
    return { ...own, writesResults: !resultsFrom && hasHabit(accountId, own) };
  }

  function hasHabit(accountId: AccountId, own: Omit<OwnServer, 'writesResults'>): boolean {
    const known = habits.get(accountId);
    if (known && known.until > now()) return known.holds;
    const newest = store.senders.newestWithBody(accountId, SAMPLED);
    const step = Math.max(1, Math.ceil(newest.length / SAMPLES));
    const samples = store.messages
      .many(newest.filter((_, index) => index % step === 0))
      .flatMap((message) => headersOf(message) ?? []);
    const holds = writesResults(samples, own);
    // While the mail of a new account still comes in, too little is here to say no for long.
    if (holds || newest.length >= SAMPLES) habits.set(accountId, { holds, until: now() + HABIT_HOLDS });
    return holds;
  }

  /** What was brought into an account without a server is all there is. */
  const isFilled = (accountId: AccountId) =>
    store.accounts.get(accountId)?.auth === 'none' || store.senders.isFilled(accountId);

  return {
    headersOf,
    of(messageIds) {
      const messages = store.messages.many([...messageIds]);
      const { known, own } = knownPeople();
      const servers = byAccount(messages, ownServerOf);
      const firsts = byAccount(messages, (accountId, theirs) =>
        isFilled(accountId) ? store.senders.firstMessages(accountId, theirs.map(senderAddress)) : undefined,
      );
      const strangers = newInThread(store, messages);
      const signatures = store.senders.signatures(messageIds);
      const chosen = new Set(store.senders.list().map(({ address }) => address));
      return messages.map((message) => {
        const { messageId, accountId } = message;
        const sender = senderAddress(message);
        const ownServer = servers.get(accountId);
        const first = firsts.get(accountId)?.get(sender);
        const signature = signatures.get(messageId);
        return judge(message, headersOf(message), {
          ...(ownServer && { ownServer }),
          known,
          isOwn: own.has(sender),
          isFirst: first !== undefined && first >= messageId,
          isNewInThread: strangers.has(messageId),
          ...(signature && { signature }),
          wantsPictures: chosen.has(sender),
        });
      });
    },
  };
}

const senderAddress = ({ from }: Pick<MessageSummary, 'from'>): string =>
  from[0]?.address.toLowerCase() ?? '';

function byAccount<T>(
  messages: readonly MessageSummary[],
  read: (accountId: AccountId, theirs: MessageSummary[]) => T,
): Map<AccountId, T> {
  const groups = new Map<AccountId, MessageSummary[]>();
  for (const message of messages) {
    const group = groups.get(message.accountId);
    if (group) group.push(message);
    else groups.set(message.accountId, [message]);
  }
  return new Map([...groups].map(([accountId, theirs]) => [accountId, read(accountId, theirs)]));
}

/** Who wrote in a conversation in which others had written, and was neither among them nor addressed by them. */
function newInThread(store: Store, messages: readonly MessageSummary[]): Set<MessageId> {
  const asked = new Map(messages.map((message) => [message.messageId, senderAddress(message)]));
  const found = new Set<MessageId>();
  let threadId: MessageSummary['threadId'] | undefined;
  let heard = new Set<string>();
  for (const voice of store.senders.voices([...new Set(messages.map((message) => message.threadId))])) {
    if (voice.threadId !== threadId) heard = new Set();
    threadId = voice.threadId;
    const sender = asked.get(voice.messageId);
    if (sender !== undefined && sender !== '' && heard.size > 0 && !heard.has(sender))
      found.add(voice.messageId);
    for (const person of voice.people) heard.add(person);
  }
  return found;
}

/** Reading a body only for its headers takes too long for a list. A key may come to belong to another message. */
function rememberHeaders(store: Store): TrustFacts['headersOf'] {
  const remembered = new Map<MessageId, { stamp: string; headers: KeptHeaders }>();
  return (message) => {
    const { messageId, accountId, size, messageIdHeader } = message;
    const stamp = `${accountId} ${size} ${messageIdHeader}`;
    const known = remembered.get(messageId);
    if (known?.stamp === stamp) return known.headers;
    const headers = store.bodies.get(messageId)?.headers;
    if (!headers) return undefined;
    const [oldest] = remembered.keys();
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(messageId, { stamp, headers });
    return headers;
  };
}

/** Those to whom the person has written or whom they keep as contacts, and the person. Made anew when one of them changes. */
function rememberPeople(store: Store): () => { known: KnownPeople; own: Set<string> } {
  let made: { from: unknown; ownKey: string; known: KnownPeople; own: Set<string> } | undefined;
  return () => {
    const people = store.contacts.people();
    const own: Address[] = store.identities
      .list()
      .map(({ address, displayName }) => ({ name: displayName, address }));
    const ownKey = JSON.stringify(own);
    if (made?.from !== people || made.ownKey !== ownKey) {
      const others = people.flatMap(({ contact: { name, addresses } }) =>
        addresses.map((address) => ({ name, address })),
      );
      made = {
        from: people,
        ownKey,
        known: createKnownPeople([...own, ...others]),
        own: new Set(own.map(({ address }) => address.toLowerCase())),
      };
    }
    return made;
  };
}
