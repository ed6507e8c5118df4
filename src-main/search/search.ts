/**
 * Finding mail: on this computer as one types, then, when the person asks for it, on the servers. A search here reads the store and
 * nothing else. A search there brings what it finds into the store, so that it is found here the next time; it answers with what the
 * search here does not tell. Each server has a time limit, and one that fails is told without keeping the others' answers back.
 */
import type { ThreadView } from '../../src-shared/ipc/contract.ts';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import type { SearchCoverage, SearchPage } from '../../src-shared/model/search.ts';
import type { Clock } from '../base/clock.ts';
import { MailError, toMailError } from '../base/errors.ts';
import type { ImapSearch } from '../imap/search.ts';
import type { StoreTerm } from '../store/search-records.ts';
import type { Store } from '../store/store.ts';
import { type ResolvedSearch, resolveSearch } from './resolve.ts';
import { serverQuery } from './server-query.ts';

export type SearchRequest = { query: string; scope?: ThreadView | undefined };

export type ServerAnswer = SearchPage & { failed: { accountId: AccountId; code: ErrorCode }[] };

/** What asks a server: sync's, over the connection for what the person waits for. */
export type AskServer = (
  accountId: AccountId,
  search: { mailboxIds(): MailboxId[]; search: ImapSearch; most: number },
  context: { signal: AbortSignal; onFound(messageIds: MessageId[]): void },
) => Promise<void>;

export type Search = {
  /** One page, newest first. */
  find(request: SearchRequest & { next?: MessageId | undefined; limit: number }): SearchPage;
  coverage(): SearchCoverage[];
  /** Messages that the servers find and the search here does not, newest first. Throws only the signal's reason. */
  onServer(request: SearchRequest, signal: AbortSignal): Promise<ServerAnswer>;
};

/** Hits that are taken of each account. */
const SERVER_MOST = 200;
const SERVER_TIME = 20_000;

export function createSearch(options: { store: Store; clock: Clock; askServer: AskServer }): Search {
  const { store, clock, askServer } = options;

  const resolve = ({ query, scope }: SearchRequest): ResolvedSearch =>
    resolveSearch(query, store.mailboxes.shown(), scope, clock.now());

  async function askWithin(
    accountId: AccountId,
    search: Parameters<AskServer>[1],
    signal: AbortSignal,
    found: Set<MessageId>,
  ): Promise<ErrorCode | undefined> {
    const late = new AbortController();
    const cancel = clock.after(SERVER_TIME, () =>
      late.abort(new MailError('connection-timed-out', { retry: 'later' })),
    );
    try {
      await askServer(accountId, search, {
        signal: AbortSignal.any([signal, late.signal]),
        onFound: (messageIds) => {
          for (const messageId of messageIds) found.add(messageId);
        },
      });
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      return toMailError(error).code;
    } finally {
      cancel();
    }
  }

  return {
    find({ query, scope, next, limit }) {
      const { clauses, outside, problems } = resolve({ query, scope });
      if (asksNothing(clauses, scope)) return { hits: [], problems };
      const page = store.search.find({ clauses, outside, limit, ...(next !== undefined && { next }) });
      return {
        hits: store.messages.many(page.messageIds),
        ...(page.next !== undefined && { next: page.next }),
        problems,
      };
    },
    coverage: () =>
      store.accounts.list().map(({ accountId, auth }) => {
        const coverage = store.search.coverage(accountId);
        return { accountId, ...coverage, isComplete: coverage.isComplete || auth === 'none' };
      }),
    async onServer({ query, scope }, signal) {
      const { clauses, problems } = resolve({ query, scope });
      if (asksNothing(clauses, scope)) return { hits: [], problems, failed: [] };
      const search = serverQuery(clauses);
      const found = new Set<MessageId>();
      const failed: ServerAnswer['failed'] = [];
      await Promise.all(
        store.accounts.list().map(async ({ accountId, auth }) => {
          if (auth === 'none') return;
          const mailboxIds = () => mailboxesToAsk(store.mailboxes.list(accountId), resolve({ query, scope }));
          // One of which INBOX or nothing is known yet is asked nevertheless: there may be more, and why it cannot answer is told.
          if (mailboxIds().length === 0 && store.mailboxes.list(accountId).length > 1) return;
          const code = await askWithin(accountId, { mailboxIds, search, most: SERVER_MOST }, signal, found);
          if (code !== undefined) failed.push({ accountId, code });
        }),
      );
      const ids = [...found];
      // Which of the mailboxes are Trash and Junk may be known only now.
      const { outside } = resolve({ query, scope });
      const here = new Set(store.search.among(ids, { clauses, outside }));
      // The server has searched the text; what a message is like and where it stands is known here, and better.
      const fitting = store.search.among(
        ids.filter((id) => !here.has(id)),
        { clauses: clauses.filter((clause) => !clause.some(isText)), outside },
      );
      return { hits: store.messages.many(fitting), problems, failed };
    },
  };
}

/** Nothing was typed, or nothing of it understood: the scope alone is one clause. */
const asksNothing = (clauses: StoreTerm[][], scope: ThreadView | undefined): boolean =>
  clauses.length === (scope ? 1 : 0);

const isText = ({ test }: StoreTerm): boolean => test.kind === 'text';

/** The mailboxes of an account in which a hit may stand: those that the query names; else the one that has all mail; else all. */
function mailboxesToAsk(mailboxes: Mailbox[], { clauses, outside }: ResolvedSearch): MailboxId[] {
  const candidates = mailboxes.filter(
    ({ mailboxId, selectable }) =>
      selectable && !outside.includes(mailboxId) && mayStandIn(mailboxId, clauses),
  );
  const all = candidates.find(({ specialUse }) => specialUse === 'all');
  const isNarrowed = candidates.length < mailboxes.filter((one) => one.selectable).length - outside.length;
  if (all && !isNarrowed) return [all.mailboxId];
  const rank = ({ specialUse }: Mailbox) => (specialUse === 'inbox' ? 0 : specialUse === 'flagged' ? 2 : 1);
  return candidates.sort((a, b) => rank(a) - rank(b)).map(({ mailboxId }) => mailboxId);
}

/** False when a clause that must hold cannot hold in this mailbox. */
const mayStandIn = (mailboxId: MailboxId, clauses: StoreTerm[][]): boolean =>
  clauses.every((clause) =>
    clause.some(
      ({ test, isNegated }) => test.kind !== 'mailbox' || isNegated || test.mailboxIds.includes(mailboxId),
    ),
  );
