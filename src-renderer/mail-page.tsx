/** The mail: sidebar, list and reader side by side, folding to two panes and to one. What is open and chosen is held here. */
import './screens/inbox/inbox.css';
import './screens/inbox/search.css';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { InputOf, ThreadView as ThreadSource } from '../src-shared/ipc/contract.ts';
import type { Fail } from '../src-shared/ipc/result.ts';
import type { AccountView } from '../src-shared/model/account.ts';
import type { AccountId, DraftId, MessageId, ThreadId } from '../src-shared/model/ids.ts';
import type { Settings } from '../src-shared/model/settings.ts';
import type { ThreadRow } from '../src-shared/model/thread.ts';
import { useBackend, useEvent } from './backend/backend-context.tsx';
import { useRequest } from './backend/use-request.ts';
import { ShortcutsDialog } from './commands/shortcuts-dialog.tsx';
import { type CommandHandlers, useCommands } from './commands/use-commands.ts';
import { runToastAction, showToast } from './components/toast.tsx';
import { sayTransfer } from './components/transfer-words.ts';
import { useFocusBack } from './components/use-focus-back.ts';
import { t } from './i18n/i18n.ts';
import { ListPane } from './list-pane.tsx';
import { FIRST_PLACE, isPlaceGone, type MailPlace, type MailPlaceState, withOpen } from './mail-place.ts';
import { ReaderPane } from './reader-pane.tsx';
import { useDiscarding } from './screens/compose/discarding.ts';
import {
  accountName,
  hasThreads,
  isStuck,
  isThreadView,
  type MailView,
  mailboxName,
  withoutSearch,
} from './screens/inbox/mail-view.ts';
import { NO_SEARCH, queryOf, takeChips } from './screens/inbox/search-words.ts';
import { Sidebar, type SidebarProps } from './screens/inbox/sidebar.tsx';
import { SidebarDrawer } from './screens/inbox/sidebar-drawer.tsx';
import { isRowFocused } from './screens/inbox/thread-list.tsx';
import { useMailboxActions } from './screens/inbox/use-mailbox-actions.tsx';
import { useSearch } from './screens/inbox/use-search.ts';
import { useThreadActions } from './screens/inbox/use-thread-actions.ts';
import { useThreadPages } from './screens/inbox/use-thread-pages.ts';
import { useUndo } from './screens/inbox/use-undo.ts';
import { useReadAhead } from './screens/reader/read-ahead.ts';
import { type AnswerKind, useAnswers } from './screens/reader/use-answers.ts';
import { useMedia } from './use-media.ts';

export type MailPageProps = {
  accounts: readonly AccountView[];
  /** Where the person is: held outside, for this page goes when another one comes. */
  place: MailPlaceState;
  density: Settings['density'];
  isDark: boolean;
  /** Mail that brings its own colours is shown dark too. */
  isMailDark: boolean;
  /** False while something is written over it: its keys rest. */
  isActive: boolean;
  writeFailure: Fail | undefined;
  /** What stands over the list whatever is in it. */
  notes: (isInboxes: boolean) => ReactNode;
  onCompose: (start: InputOf<'drafts.create'>) => void;
  onOpenDraft: (draftId: DraftId) => void;
  onAccess: () => void;
  onSettings: () => void;
  onContacts: () => void;
  onSignInAgain: (accountId: AccountId) => void;
};

const NOBODY: ReadonlySet<ThreadId> = new Set();
const ALL_INBOXES: ThreadSource = { kind: 'inboxes' };

export function MailPage(props: MailPageProps): ReactNode {
  const { accounts, onCompose } = props;
  const backend = useBackend();
  const isFolded = useMedia('(max-width: 1000px)');
  const known = useRequest(
    'mailboxes.list',
    {},
    { refetchOn: ['mailboxesChanged', 'accountsChanged'] },
  ).value;
  const mailboxes = known ?? [];
  const discarding = useDiscarding();
  const allDrafts = useRequest('drafts.list', {}, { refetchOn: ['draftsChanged'] }).value ?? [];
  const drafts = allDrafts.filter((one) => !discarding.has(one.draftId));
  // A message that was sent is not in here any more, unless some recipients were refused: those the person has to see.
  const outbox = useRequest('outbox.list', {}, { refetchOn: ['outboxChanged'] }).value ?? [];
  const { place, setPlace, cursorThread } = props.place;
  const { view, open, cursor } = place;
  const plain = withoutSearch(view);
  const source: ThreadSource = isThreadView(plain) ? plain : ALL_INBOXES;
  const threadPages = useThreadPages(source);
  const search = useSearch(view.kind === 'search' ? queryOf(view.input) : undefined);
  const pages = view.kind === 'search' ? search : threadPages;
  const { shown } = pages;
  /** What was found is taken from where it stands: out of the inbox when it stands there too. */
  const viewOf = (threadId: ThreadId): ThreadSource => {
    if (view.kind !== 'search') return source;
    const ids = search.hitOf(threadId)?.mailboxIds ?? [];
    const inbox = mailboxes.find((one) => one.specialUse === 'inbox' && ids.includes(one.mailboxId));
    const mailboxId = inbox?.mailboxId ?? ids[0];
    return mailboxId === undefined ? source : { kind: 'mailbox', mailboxId };
  };
  const undoing = useUndo(useCallback(() => pages.settle([]), [pages]));
  const actions = useThreadActions(viewOf, mailboxes, pages, undoing);
  const mailboxActions = useMailboxActions(undoing.sayDone);
  const transfers = useRequest('transfers.list', {}, { refetchOn: ['transferChanged'] }).value ?? [];
  const [searchTurn, setSearchTurn] = useState(0);
  const [focusTurn, setFocusTurn] = useState(0);
  const [picked, setPicked] = useState(NOBODY);
  const answers = useAnswers(onCompose);
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const [isMoveOpen, setIsMoveOpen] = useState(false);
  const beforeSearch = useRef<MailPlace>(undefined);
  const isCovered = !props.isActive || mailboxActions.dialog !== undefined || isMoveOpen || isHelpOpen;
  const toRow = (): void => setFocusTurn((turn) => turn + 1);
  useFocusBack(isCovered, toRow);
  useFocusBack(open !== undefined, toRow);
  const [refused, setRefused] = useState<{ failure: Fail; wasTakenBack: boolean }>();
  useEvent('transferChanged', (transfer) => {
    if (transfer.state === 'done') showToast({ text: sayTransfer(transfer) });
    else if (transfer.state === 'failed' && transfer.error !== undefined)
      setRefused({ failure: { ok: false, code: transfer.error, retry: 'never' }, wasTakenBack: false });
  });
  useEvent('operationFailed', ({ code, kind }) =>
    setRefused({ failure: { ok: false, code, retry: 'never' }, wasTakenBack: kind !== 'append' }),
  );

  const ownAddresses = useMemo(() => new Set(accounts.map((one) => one.address.toLowerCase())), [accounts]);

  const setCursor = useCallback(
    (next: number) => setPlace((before) => (before.cursor === next ? before : { ...before, cursor: next })),
    [setPlace],
  );
  const setOpen = (next: ThreadRow | undefined): void => setPlace((before) => withOpen(before, next));
  const isGone = known !== undefined && isPlaceGone(place, known);
  useEffect(() => {
    if (!isGone) return;
    setPlace(FIRST_PLACE);
    setPicked(NOBODY);
  }, [isGone, setPlace]);

  const show = (next: MailView): void => {
    // Whoever only looked something up comes back to what was open.
    const held = view.kind === 'search' && next === view.from ? beforeSearch.current : undefined;
    setPlace(held?.view === next ? held : { ...FIRST_PLACE, view: next });
    setPicked(NOBODY);
    setIsDrawerOpen(false);
    actions.clearFailure();
    undoing.clearFailure();
    setRefused(undefined);
  };
  const showMailbox = (specialUse: 'sent' | 'archive'): (() => void) | undefined => {
    const accountId = open?.accountId ?? accounts[0]?.accountId;
    const found = mailboxes.find((one) => one.specialUse === specialUse && one.accountId === accountId);
    return found && ((): void => show({ kind: 'mailbox', mailboxId: found.mailboxId }));
  };
  const isDrafts =
    view.kind === 'mailbox' &&
    mailboxes.find((one) => one.mailboxId === view.mailboxId)?.specialUse === 'drafts';
  /** What stands in the mailbox of the drafts is not read but written on. */
  const editDraft = (messageId: MessageId): void => {
    void backend.request('drafts.edit', { messageId }).then((result) => {
      if (result.ok) props.onOpenDraft(result.value.draftId);
      else setRefused({ failure: result, wasTakenBack: false });
    });
  };
  const openAt = (index: number): void => {
    const row = shown.at(index);
    if (!row) return;
    setCursor(index);
    setPicked(NOBODY);
    if (isDrafts) editDraft(row.messageId);
    else setOpen(row);
  };
  const moveTo = (index: number): void => {
    if (open && picked.size === 0) openAt(index);
    else setCursor(index);
  };
  const step = (by: number): void => {
    // When the focus was elsewhere, in the sidebar say, the first press shows where one is.
    if (open || isRowFocused()) moveTo(Math.max(0, Math.min(shown.count - 1, cursor + by)));
    else setFocusTurn((turn) => turn + 1);
  };
  const pick = (index: number, isRange: boolean): void => {
    const from = isRange ? Math.min(cursor, index) : index;
    const to = isRange ? Math.max(cursor, index) : index;
    const next = new Set(picked);
    for (let at = from; at <= to; at += 1) {
      const id = shown.at(at)?.threadId;
      if (id === undefined) continue;
      if (!isRange && next.has(id)) next.delete(id);
      else next.add(id);
    }
    setPicked(next);
    setCursor(index);
  };

  // The cursor stays on its thread when others come or go above it: no key may hit another thread than the one that is shown.
  // A thread that has left the list by somebody else's hand stays open until the person goes on.
  useEffect(() => {
    if (shown.count === 0) return; // not loaded yet, after another page say
    const before = cursorThread.current;
    const isSamePlace = before?.view === view && before.cursor === cursor;
    const heldId = isSamePlace ? before.threadId : undefined;
    const moved = heldId === undefined ? undefined : shown.indexOf(heldId);
    const next = moved ?? Math.min(cursor, shown.count - 1);
    // A row that is far down is loaded only when the list shows it; until then its thread is remembered.
    cursorThread.current = { view, cursor: next, threadId: shown.at(next)?.threadId ?? heldId };
    if (next !== cursor) setCursor(next);
  }, [view, shown, cursor, cursorThread, setCursor]);

  const cursorRow = shown.at(cursor);
  const openIndex = open && shown.indexOf(open.threadId);
  // What the next key or press will open.
  const near = openIndex === undefined ? [cursor] : [openIndex + 1, openIndex - 1];
  const ahead = useReadAhead(isDrafts ? [] : near.flatMap((index) => shown.at(index)?.threadId ?? []));
  const targets: readonly ThreadId[] =
    picked.size > 0 ? [...picked] : open ? [open.threadId] : cursorRow ? [cursorRow.threadId] : [];
  const targetRows = targets.flatMap((id) => {
    const index = shown.indexOf(id);
    const row = index === undefined ? undefined : shown.at(index);
    return row ? [row] : [];
  });
  const isStarred = targetRows.some((row) => row.isStarred);
  const isRead = targetRows.every((row) => !row.isUnread);

  /** After threads left the list, the next row takes the place. */
  const advance = (): void => {
    setPicked(NOBODY);
    if (!open || !targets.includes(open.threadId)) return;
    const at = shown.indexOf(open.threadId) ?? cursor;
    let next = at + 1;
    while (next < shown.count && targets.includes(shown.at(next)?.threadId ?? open.threadId)) next += 1;
    const before = at - 1;
    const row = shown.at(next) ?? shown.at(before);
    setOpen(row);
    setCursor(Math.max(0, shown.at(next) ? at : before));
  };
  const leave = (act: (ids: readonly ThreadId[]) => void): void => {
    if (targets.length === 0) return;
    // Nothing leaves the list that the person did not see chosen: the first press only shows it.
    if (!open && picked.size === 0 && !isRowFocused()) {
      setFocusTurn((turn) => turn + 1);
      return;
    }
    act(targets);
    advance();
  };
  const archive = (): void => leave((ids) => actions.move(ids, { specialUse: 'archive' }, 'archived'));
  const isIn = (specialUse: 'archive' | 'junk' | 'trash'): boolean =>
    targets.length > 0 &&
    targets.every((id) => {
      const from = viewOf(id);
      return mailboxes.some(
        (one) => from.kind === 'mailbox' && one.mailboxId === from.mailboxId && one.specialUse === specialUse,
      );
    });
  const isInTrash = isIn('trash');
  const trash = (): void =>
    leave((ids) =>
      isInTrash ? actions.deleteForGood(ids) : actions.move(ids, { specialUse: 'trash' }, 'trashed'),
    );
  const junk = (): void => leave((ids) => actions.move(ids, { specialUse: 'junk' }, 'junked'));
  const answer = (as: AnswerKind): (() => void) | undefined => open && ((): void => answers.answer(as));
  const compose = (): void => {
    const mailbox =
      view.kind === 'mailbox' ? mailboxes.find((one) => one.mailboxId === view.mailboxId) : undefined;
    const account = accounts.find((one) => one.accountId === mailbox?.accountId && one.auth !== 'none');
    onCompose(account ? { accountId: account.accountId } : {});
  };
  const back = (): void => {
    if (picked.size > 0) setPicked(NOBODY);
    else if (open || view.kind !== 'search') setOpen(undefined);
    else show(view.from);
  };
  const searchFor = useCallback(
    (text: string): void => {
      setPlace((before) => ({
        ...FIRST_PLACE,
        view: { kind: 'search', input: takeChips({ chips: [], text }), from: withoutSearch(before.view) },
      }));
      setPicked(NOBODY);
      setSearchTurn((turn) => turn + 1);
    },
    [setPlace],
  );
  const openSearch = (): void => {
    if (view.kind !== 'search') beforeSearch.current = place;
    if (view.kind !== 'search') show({ kind: 'search', input: NO_SEARCH, from: view });
    setPicked(NOBODY);
    setSearchTurn((turn) => turn + 1);
  };

  const hasTargets = hasThreads(view) && targets.length > 0;
  const [reply, replyAll, forward] = [answer('reply'), answer('reply-all'), answer('forward')];
  const [sent, archiveMailbox] = [showMailbox('sent'), showMailbox('archive')];
  const handlers: CommandHandlers = {
    compose,
    undo: () => {
      if (undoing.isFollowing() || !runToastAction()) undoing.undo();
    },
    inboxes: () => show(ALL_INBOXES),
    drafts: () => show({ kind: 'drafts' }),
    accounts: props.onAccess,
    contacts: props.onContacts,
    help: () => setIsHelpOpen(true),
    ...(sent ? { sent } : {}),
    ...(archiveMailbox ? { 'archive-mailbox': archiveMailbox } : {}),
    search: openSearch,
    // While something is open, the reader looks for words in it.
    ...(open ? {} : { find: openSearch }),
    ...(hasThreads(view) && {
      next: () => step(1),
      previous: () => step(-1),
      open: () => openAt(cursor),
      select: () => pick(cursor, false),
      back,
    }),
    ...(hasTargets && {
      // Not where it stands already.
      ...(isIn('archive') ? {} : { archive }),
      ...(isIn('junk') ? {} : { junk }),
      trash,
      // The menu hangs in the reader's bar, which is there only when something is open or selected.
      move: () => {
        if (!open && picked.size === 0) pick(cursor, false);
        setIsMoveOpen(true);
      },
      star: () => actions.setStarred(targets, !isStarred),
      unread: () => actions.setUnread(targets, isRead),
    }),
    ...(reply && replyAll && forward && { reply, 'reply-all': replyAll, forward }),
  };
  const onStroke = useCommands(handlers, props.isActive);

  const sidebar: SidebarProps = {
    accounts,
    mailboxes,
    view: plain,
    draftCount: drafts.length,
    outboxCount: outbox.length,
    isOutboxStuck: outbox.some((submission) => isStuck(submission, accounts)),
    onView: show,
    onCompose: compose,
    onSignInAgain: props.onSignInAgain,
    onAccess: props.onAccess,
    onSettings: props.onSettings,
    onContacts: props.onContacts,
    itemsFor: mailboxActions.itemsFor,
    itemsForAccount: mailboxActions.itemsForAccount,
    transfer: transfers.find((one) => one.state === 'running'),
  };

  const placeOf = (row: ThreadRow): string => {
    const account = accounts.find((one) => one.accountId === row.accountId);
    const from = viewOf(row.threadId);
    const found =
      from.kind === 'mailbox'
        ? mailboxes.find((one) => one.mailboxId === from.mailboxId)
        : mailboxes.find((one) => one.accountId === row.accountId && one.specialUse === 'inbox');
    const box = found ? mailboxName(found) : '';
    return account ? t('reader.place', { account: accountName(account), mailbox: box }) : box;
  };
  const failure =
    props.writeFailure ??
    actions.failure ??
    undoing.failure ??
    mailboxActions.failure ??
    refused?.failure ??
    pages.failure;
  const shownMailbox =
    view.kind === 'mailbox' ? mailboxes.find((one) => one.mailboxId === view.mailboxId) : undefined;
  const shownAccount = accounts.find((one) => one.accountId === shownMailbox?.accountId);
  const mailboxItems =
    shownMailbox && shownAccount ? mailboxActions.itemsFor(shownMailbox, shownAccount) : [];
  const names = [
    'window mail',
    ...(open ? ['mail-reading'] : []),
    ...(view.kind === 'search' ? ['mail-searching'] : []),
  ];
  return (
    <div className={names.join(' ')}>
      {isFolded ? (
        <SidebarDrawer {...sidebar} isOpen={isDrawerOpen} onClose={() => setIsDrawerOpen(false)} />
      ) : (
        <Sidebar {...sidebar} />
      )}
      <ListPane
        view={view}
        accounts={accounts}
        mailboxes={mailboxes}
        drafts={drafts}
        outbox={outbox}
        pages={pages}
        search={search}
        notes={props.notes}
        searchTurn={searchTurn}
        mailboxItems={mailboxItems}
        onSearch={openSearch}
        onIntoList={() => setFocusTurn((turn) => turn + 1)}
        density={props.density}
        isFolded={isFolded}
        openId={picked.size > 0 ? undefined : open?.threadId}
        picked={picked}
        cursor={cursor}
        focusTurn={focusTurn}
        ownAddresses={ownAddresses}
        failure={failure}
        wasTakenBack={refused?.wasTakenBack === true && failure === refused.failure}
        onMenu={() => setIsDrawerOpen(true)}
        onCompose={compose}
        onCursor={setCursor}
        onMoveTo={moveTo}
        onOpen={openAt}
        onPick={pick}
        onHold={(threadId) => void ahead.read(threadId)}
        onClearPicked={() => setPicked(NOBODY)}
        onOpenDraft={props.onOpenDraft}
        onView={show}
      />
      <ReaderPane
        row={hasThreads(view) ? open : undefined}
        pickedCount={picked.size}
        place={open ? placeOf(open) : ''}
        accountId={targetRows[0]?.accountId}
        view={targets[0] === undefined ? source : viewOf(targets[0])}
        mailboxes={mailboxes}
        ahead={ahead}
        ownAddresses={ownAddresses}
        isDark={props.isDark}
        isMailDark={props.isMailDark}
        isActive={props.isActive}
        isStarred={isStarred}
        isRead={isRead}
        isInTrash={isInTrash}
        isMoveOpen={isMoveOpen}
        handlers={handlers}
        onMoveOpen={setIsMoveOpen}
        onMove={(mailboxId) => leave((ids) => actions.move(ids, { mailboxId }, 'moved'))}
        marked={place.marked}
        onNewest={answers.onNewest}
        onCompose={onCompose}
        onSearch={searchFor}
        onStroke={onStroke}
      />
      {mailboxActions.dialog}
      <ShortcutsDialog isOpen={isHelpOpen} onClose={() => setIsHelpOpen(false)} />
    </div>
  );
}
