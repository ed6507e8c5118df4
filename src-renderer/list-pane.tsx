import type { ReactNode } from 'react';
import type { Fail } from '../src-shared/ipc/result.ts';
import type { AccountView } from '../src-shared/model/account.ts';
import type { Draft } from '../src-shared/model/draft.ts';
import type { AccountId, DraftId, ThreadId } from '../src-shared/model/ids.ts';
import type { Mailbox } from '../src-shared/model/mailbox.ts';
import type { Settings } from '../src-shared/model/settings.ts';
import type { Submission } from '../src-shared/model/submission.ts';
import { useRequest } from './backend/use-request.ts';
import { COMMANDS } from './commands/command-table.ts';
import { Button } from './components/button.tsx';
import { FailureNote } from './components/failure-note.tsx';
import { IconButton } from './components/icon-button.tsx';
import { Menu, type MenuItem } from './components/menu.tsx';
import { Skeleton } from './components/skeleton.tsx';
import { formatTime, t } from './i18n/i18n.ts';
import { EmptyList } from './screens/inbox/empty-list.tsx';
import { DraftList, OutboxList } from './screens/inbox/local-lists.tsx';
import { accountName, hasThreads, type MailView, mailboxName, titleOf } from './screens/inbox/mail-view.ts';
import { SearchButton, SearchFacts, SearchField } from './screens/inbox/search-bar.tsx';
import { markedWords, queryOf } from './screens/inbox/search-words.ts';
import { ThreadList } from './screens/inbox/thread-list.tsx';
import type { SearchState } from './screens/inbox/use-search.ts';
import type { ThreadPagesState } from './screens/inbox/use-thread-pages.ts';

type SearchView = Extract<MailView, { kind: 'search' }>;

export type ListPaneProps = {
  view: MailView;
  accounts: readonly AccountView[];
  mailboxes: readonly Mailbox[];
  drafts: readonly Draft[];
  outbox: readonly Submission[];
  pages: ThreadPagesState;
  search: SearchState;
  /** What stands over the list whatever is in it. */
  notes: (isInboxes: boolean) => ReactNode;
  density: Settings['density'];
  isFolded: boolean;
  openId: ThreadId | undefined;
  picked: ReadonlySet<ThreadId>;
  cursor: number;
  /** Counts up when the cursor's row is to take the focus. */
  focusTurn: number;
  ownAddresses: ReadonlySet<string>;
  failure: Fail | undefined;
  /** The failure is of a change that was shown before and is undone now. */
  wasTakenBack: boolean;
  onMenu: () => void;
  onCompose: () => void;
  onCursor: (index: number) => void;
  /** With a key: what is open goes along. */
  onMoveTo: (index: number) => void;
  onOpen: (index: number) => void;
  onPick: (index: number, isRange: boolean) => void;
  /** The pointer is down on this row: it will probably be opened. */
  onHold: (threadId: ThreadId) => void;
  onClearPicked: () => void;
  onOpenDraft: (draftId: DraftId) => void;
  onView: (view: MailView) => void;
  /** Counts up when the search field is to take the focus. */
  searchTurn: number;
  /** What can be done to the mailbox that is shown. */
  mailboxItems: readonly MenuItem[];
  onSearch: () => void;
  /** The focus goes from the search field into the list. */
  onIntoList: () => void;
};

function countText(props: ListPaneProps): string {
  const { view, pages, accounts, isFolded } = props;
  if (view.kind === 'drafts') return t('list.drafts', { count: props.drafts.length });
  if (view.kind === 'outbox') return t('list.waiting', { count: props.outbox.length });
  const unread = t('list.unread', { count: pages.shown.unread });
  const needing = accounts.filter((one) => one.state === 'needs-sign-in').length;
  return isFolded && needing > 0 ? t('list.unread-and-needing', { unread, count: needing }) : unread;
}

function emptyText(accounts: readonly AccountView[]): { title: string; more: string } {
  const isFirstSync = accounts.some(
    (one) => one.state !== 'signed-out' && one.progress.checkedAt === undefined,
  );
  if (isFirstSync && accounts.some((one) => one.state === 'connecting' || one.state === 'online')) {
    return { title: t('list.first-title'), more: t('list.first-more') };
  }
  const checked = accounts.flatMap((one) => one.progress.checkedAt ?? []);
  const cutOff = accounts.find((one) => one.state === 'needs-sign-in');
  const time = checked.length > 0 ? formatTime(Math.min(...checked)) : '';
  if (cutOff)
    return { title: t('list.empty-title'), more: t('list.empty-cut-off', { account: accountName(cutOff) }) };
  return {
    title: t('list.empty-title'),
    more: time === '' ? t('list.empty-more') : t('list.empty-checked', { time }),
  };
}

const NO_WORDS: readonly string[] = [];

/** Nothing was typed yet, or nothing fits. */
/** Whether any account can be asked. */
const hasServer = (accounts: readonly AccountView[]): boolean =>
  accounts.some((one) => one.state === 'online' || one.state === 'offline' || one.state === 'connecting');

function NothingFound({ search, query, accounts }: ListPaneProps & { query: string }): ReactNode {
  if (query === '') return <EmptyList title={t('search.nothing-typed')} more={t('search.how')} />;
  if (!hasServer(accounts)) return <EmptyList title={t('search.nothing-here')} />;
  const { server } = search;
  // "Nor on the server" is said when all of it was asked.
  const isOpen = server.state === 'not-asked' || (server.state === 'answered' && server.failed > 0);
  return isOpen ? (
    <EmptyList
      title={t('search.nothing-here')}
      actionLabel={t('search.ask-server')}
      onAction={search.askServer}
    />
  ) : (
    <EmptyList title={t(server.state === 'asking' ? 'search.asking-server' : 'search.nothing-anywhere')} />
  );
}

/** The search field in the place of the title, with what it covers. */
function SearchHead(props: ListPaneProps & { view: SearchView }): ReactNode {
  const { view, search, mailboxes } = props;
  const coverage = useRequest('search.coverage', {}, { refetchOn: ['mailboxesChanged', 'messagesChanged'] });
  const isSearching = queryOf(view.input) !== '';
  return (
    <>
      <h1 className="visually-hidden">{t('command.search')}</h1>
      <SearchField
        focusTurn={props.searchTurn}
        count={search.shown.count}
        hasMore={search.hasMore}
        isSearching={isSearching}
        mailboxNames={mailboxes.filter((one) => one.selectable).map(mailboxName)}
        input={view.input}
        onInput={(input) => props.onView({ ...view, input })}
        onClose={() => props.onView(view.from)}
        onLeave={props.onIntoList}
      />
      {isSearching && (
        <SearchFacts coverage={coverage.value} search={search} hasServer={hasServer(props.accounts)} />
      )}
    </>
  );
}

function Content(props: ListPaneProps): ReactNode {
  const { view, pages, accounts, mailboxes } = props;
  if (view.kind === 'drafts') {
    return props.drafts.length === 0 ? (
      <EmptyList title={t('list.no-drafts')} actionLabel={t('command.compose')} onAction={props.onCompose} />
    ) : (
      <DraftList drafts={props.drafts} onOpen={props.onOpenDraft} />
    );
  }
  if (view.kind === 'outbox') {
    return props.outbox.length === 0 ? (
      <EmptyList title={t('list.no-outbox')} />
    ) : (
      <OutboxList accounts={accounts} submissions={props.outbox} onEdit={props.onOpenDraft} />
    );
  }
  if (pages.isLoading) {
    return (
      <div className="list-loading">
        <Skeleton lines={10} label={t('list.loading')} />
      </div>
    );
  }
  if (pages.shown.count === 0) {
    if (view.kind === 'search') return <NothingFound {...props} query={queryOf(view.input)} />;
    const isInbox =
      view.kind === 'inboxes' ||
      mailboxes.some((one) => one.mailboxId === view.mailboxId && one.specialUse === 'inbox');
    const archive = mailboxes.find((one) => one.specialUse === 'archive' || one.specialUse === 'all');
    if (!isInbox) return <EmptyList title={t('list.empty-mailbox')} />;
    return archive ? (
      <EmptyList
        {...emptyText(accounts)}
        actionLabel={t('list.open-archive')}
        onAction={() => props.onView({ kind: 'mailbox', mailboxId: archive.mailboxId })}
      />
    ) : (
      <EmptyList {...emptyText(accounts)} />
    );
  }
  const tagged = new Map(accounts.slice(1).map((one) => [one.accountId, accountName(one)]));
  const tagOf = (accountId: AccountId): string | undefined =>
    view.kind === 'mailbox' ? undefined : tagged.get(accountId);
  return (
    <ThreadList
      key={view.kind === 'search' ? 'search' : JSON.stringify(view)}
      shown={pages.shown}
      label={titleOf(view, mailboxes)}
      density={props.density}
      openId={props.openId}
      picked={props.picked}
      cursor={props.cursor}
      focusTurn={props.focusTurn}
      ownAddresses={props.ownAddresses}
      tagOf={tagOf}
      marked={view.kind === 'search' ? markedWords(queryOf(view.input)) : NO_WORDS}
      onRange={pages.showRange}
      onCursor={props.onCursor}
      onMoveTo={props.onMoveTo}
      onOpen={props.onOpen}
      onPick={props.onPick}
      onHold={props.onHold}
    />
  );
}

/** The middle pane: what is in the chosen mailbox, what is selected of it, and what went wrong with it. */
export function ListPane(props: ListPaneProps): ReactNode {
  const { view, accounts, mailboxes, picked, isFolded, failure } = props;
  const needsPerson = accounts.some((one) => one.state === 'needs-sign-in');
  return (
    <section className="pane list-pane" aria-label={t('list.name')}>
      {view.kind === 'search' && picked.size === 0 ? (
        <SearchHead {...props} view={view} />
      ) : (
        <div className="bar list-bar">
          {isFolded && (
            <span className={needsPerson ? 'marked' : ''}>
              <IconButton label={t('list.menu')} icon="menu" onPress={props.onMenu} />
            </span>
          )}
          <div className="grow">
            <h1 className="pane-title cut" dir="auto">
              {picked.size > 0 ? t('list.picked', { count: picked.size }) : titleOf(view, mailboxes)}
            </h1>
            <div className="list-count cut">{countText(props)}</div>
          </div>
          {picked.size > 0 && (
            <Button size="small" variant="quiet" kbd="Esc" onPress={props.onClearPicked}>
              {t('list.clear-picked')}
            </Button>
          )}
          {picked.size === 0 && props.mailboxItems.length > 0 && (
            <Menu label={t('mailbox.menu')} icon="more" items={props.mailboxItems} />
          )}
          {picked.size === 0 && <SearchButton isNarrow={isFolded} onOpen={props.onSearch} />}
          {isFolded && (
            <IconButton
              label={t('command.compose')}
              icon="compose"
              kbd={COMMANDS.compose.shown}
              onPress={props.onCompose}
            />
          )}
        </div>
      )}
      {view.kind !== 'search' && <div className="list-note">{props.notes(view.kind === 'inboxes')}</div>}
      {failure && hasThreads(view) && (
        <div className="list-note">
          {props.wasTakenBack && <p className="t12 c2">{t('list.taken-back')}</p>}
          <FailureNote failure={failure} />
        </div>
      )}
      <Content {...props} />
    </section>
  );
}
