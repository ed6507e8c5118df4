import './cards.css';
import './reader.css';
import './sender.css';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MailboxId, MessageId, ThreadId } from '../../../src-shared/model/ids.ts';
import { type MessageSummary, SEEN } from '../../../src-shared/model/message.ts';
import { baseSubject } from '../../../src-shared/text/subject.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { COMMANDS } from '../../commands/command-table.ts';
import type { KeyStroke } from '../../commands/keys.ts';
import { useCommands } from '../../commands/use-commands.ts';
import { ContextMenu, type ContextMenuTarget } from '../../components/context-menu.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Note } from '../../components/note.tsx';
import { isOwn, senderNameOf, shortNameOf } from '../../components/people-words.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import { showToast } from '../../components/toast.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDayRange, formatList, t } from '../../i18n/i18n.ts';
import { FindBar } from './find-bar.tsx';
import { bundleOlder, openAtFirst, type ThreadPart } from './folding.ts';
import { LinkDoubtDialog } from './link-doubt-dialog.tsx';
import { MessageView } from './message-view.tsx';
import { NestedMessage } from './nested-message.tsx';
import type { ReadAhead } from './read-ahead.ts';
import type { ComposeStart, ReaderDialog, ReaderTools } from './reader-tools.ts';
import { useReaderZoom, zoomReader } from './reader-zoom.ts';
import { RedirectDialog } from './redirect-dialog.tsx';
import { SourceDialog } from './source-dialog.tsx';
import { elsewhereOf } from './trust-words.ts';
import { useFind } from './use-find.ts';
import { useLinks } from './use-links.ts';
import { useTrust } from './use-trust.ts';
import { isolate } from './visible-signs.ts';

export type AnswerKind = 'reply' | 'reply-all' | 'forward';

export type ThreadViewProps = {
  threadId: ThreadId;
  /** Where it stands, in words: "Studio, Inbox". */
  place: string;
  /** Messages that were marked read since the thread was opened; those that are shown are added. */
  marked: Set<MessageId>;
  ownAddresses: ReadonlySet<string>;
  sentMailboxes: ReadonlySet<MailboxId>;
  ahead: ReadAhead;
  isDark: boolean;
  isMailDark: boolean;
  /** False while something lies over the mail: its keys rest. */
  isActive: boolean;
  onCompose: (start: ComposeStart) => void;
  onSearch: (query: string) => void;
  /** The newest message, once it is known: what the commands answer to. Told again when there is none any more, or this goes. */
  onNewest: (messageId: MessageId | undefined) => void;
  onStroke: (stroke: KeyStroke) => boolean;
};

function OlderLine({
  part,
  own,
  onOpen,
}: {
  part: Extract<ThreadPart, { kind: 'older' }>;
  own: ReadonlySet<string>;
  onOpen: () => void;
}): ReactNode {
  const people = new Map(
    part.messages.flatMap((message) => message.from).map((one) => [one.address.toLowerCase(), one]),
  );
  const names = [...people.values()]
    .slice(0, 3)
    .map((one) => (isOwn(one, own) ? t('people.you') : senderNameOf(one)));
  const last = part.messages.at(-1);
  return (
    <AriaButton className="old-message c2" onPress={onOpen}>
      <span className="avatar avatar-24" aria-hidden="true">
        {part.messages.length}
      </span>
      <span className="grow cut" dir="auto">
        {t('reader.older', { count: part.messages.length, names: formatList(names) })}
      </span>
      {last && (
        <span className="message-date">{formatDayRange(part.messages[0]?.date ?? last.date, last.date)}</span>
      )}
    </AriaButton>
  );
}

function ReplyBox({
  message,
  own,
  elsewhere,
  onCompose,
}: {
  message: MessageSummary;
  own: ReadonlySet<string>;
  /** Where an answer goes that the person may not expect. */
  elsewhere: string | undefined;
  onCompose: ThreadViewProps['onCompose'];
}): ReactNode {
  const others = [...message.from, ...message.to, ...message.cc].filter((one) => !isOwn(one, own));
  const isGroup = new Set(others.map((one) => one.address.toLowerCase())).size > 1;
  const sender = message.from[0];
  // An answer to one's own message goes to whom that one went to.
  const asked = sender && isOwn(sender, own) ? (message.to[0] ?? sender) : (message.replyTo[0] ?? sender);
  const name = asked === undefined ? '' : isOwn(asked, own) ? t('people.you') : shortNameOf(asked);
  const answer = (as: AnswerKind): void => onCompose({ basedOn: { messageId: message.messageId, as } });
  return (
    <div className="reply-place">
      <div className="reply-box">
        <AriaButton className="cut" onPress={() => answer('reply')}>
          {elsewhere === undefined
            ? t('reader.reply-to', { name })
            : t('reader.reply-elsewhere', { address: isolate(elsewhere) })}
        </AriaButton>
        {isGroup && (
          <IconButton
            label={t('command.reply-all')}
            icon="reply-all"
            kbd={COMMANDS['reply-all'].shown}
            onPress={() => answer('reply-all')}
          />
        )}
        <IconButton
          label={t('command.forward')}
          icon="forward"
          kbd={COMMANDS.forward.shown}
          onPress={() => answer('forward')}
        />
      </div>
    </div>
  );
}

/** A thread, oldest message first: older ones folded, the newest open, a place to answer at the foot. What is shown becomes read. */
export function ThreadView(props: ThreadViewProps): ReactNode {
  const { threadId, place, marked, ownAddresses, isActive, onCompose, onNewest, onStroke, onSearch } = props;
  const { sentMailboxes, isDark, isMailDark, ahead } = props;
  const backend = useBackend();
  const list = useRequest(
    'threads.messages',
    { threadId },
    { refetchOn: ['messagesChanged'], held: () => ahead.of(threadId)?.messages },
  );
  const links = useLinks(useCallback((address: string) => onCompose({ to: [address] }), [onCompose]));
  const [toggled, setToggled] = useState<ReadonlyMap<MessageId, boolean>>(new Map());
  const [isUnbundled, setIsUnbundled] = useState(false);
  const [dialog, setDialog] = useState<ReaderDialog>();
  const [menu, setMenu] = useState<ContextMenuTarget>();
  const [failure, setFailure] = useState<Fail>();
  const firstOpen = useRef<ReadonlySet<MessageId> | undefined>(undefined);
  const zoom = useReaderZoom();

  const messages = list.value;
  if (messages && messages.length > 0) firstOpen.current ??= openAtFirst(messages);
  const newest = messages?.at(-1)?.messageId;
  const open = useMemo(() => {
    const ids = new Set(firstOpen.current);
    if (newest !== undefined) ids.add(newest);
    for (const [id, isOpen] of toggled) {
      if (isOpen) ids.add(id);
      else ids.delete(id);
    }
    return ids;
  }, [toggled, newest]);
  const trust = useTrust(threadId, open, ahead.of(threadId)?.trust);
  const finding = useFind((messages ?? []).map((one) => one.messageId).filter((id) => open.has(id)));

  const isKnown = messages !== undefined;
  useEffect(() => {
    if (isKnown) onNewest(newest);
  }, [isKnown, newest, onNewest]);
  useEffect(() => () => onNewest(undefined), [onNewest]);

  const setZoom = (way: 'in' | 'out' | 'reset') => (): void => {
    showToast({ text: t('zoom.now', { zoom: zoomReader(way) }), durationMs: 2_000 });
  };
  const strike = useCommands(
    {
      find: finding.open,
      ...(finding.isOpen && { back: finding.close }),
      'zoom-in': setZoom('in'),
      'zoom-out': setZoom('out'),
      'zoom-reset': setZoom('reset'),
      ...(messages &&
        messages.length > 1 && {
          'expand-all': () => {
            setIsUnbundled(true);
            setToggled(new Map(messages.map((one) => [one.messageId, true])));
          },
        }),
      ...(newest !== undefined && {
        redirect: () => setDialog({ kind: 'redirect', messageId: newest }),
        source: () => setDialog({ kind: 'source', messageId: newest }),
      }),
    },
    isActive,
  );
  const tools = useMemo<ReaderTools>(() => {
    const made: ReaderTools = {
      ownAddresses,
      sentMailboxes,
      isDark,
      isMailDark,
      isActive,
      zoom,
      links: links.handlers,
      trust,
      ahead,
      onStroke: (stroke) => strike(stroke) || onStroke(stroke),
      onFailure: setFailure,
      onCompose,
      onSearch,
      onDialog: setDialog,
      onMenu: setMenu,
      showMessage: (messageId, path) => (
        <NestedMessage key={path.join(' ')} messageId={messageId} path={path} tools={made} />
      ),
    };
    return made;
  }, [
    ownAddresses,
    sentMailboxes,
    isDark,
    isMailDark,
    isActive,
    zoom,
    links.handlers,
    trust,
    ahead,
    strike,
    onStroke,
    onCompose,
    onSearch,
  ]);

  // Each message is marked read once, so that "mark unread" on an open thread stays as the person wants it, also
  // when another page was shown meanwhile.
  useEffect(() => {
    const unread = (messages ?? []).filter(
      (one) => open.has(one.messageId) && !one.flags.includes(SEEN) && !marked.has(one.messageId),
    );
    for (const one of messages ?? []) if (open.has(one.messageId)) marked.add(one.messageId);
    if (unread.length === 0) return;
    void backend.request('messages.setFlags', {
      messageIds: unread.map((one) => one.messageId),
      add: [SEEN],
      remove: [],
    });
  }, [messages, open, marked, backend]);

  if (list.failure) {
    return (
      <div className="reader-doc">
        <Note tone="warn" icon="warning" role="alert">
          {t(`error.${list.failure.code}.title`)} {t(`error.${list.failure.code}.next`)}
        </Note>
      </div>
    );
  }
  const last = messages?.at(-1);
  if (!messages || !last) {
    return (
      <div className="reader-doc">{list.isLoading && <Skeleton lines={8} label={t('reader.loading')} />}</div>
    );
  }
  const parts: ThreadPart[] = isUnbundled
    ? messages.map((message) => ({ kind: 'message', message }))
    : bundleOlder(messages, open);
  const subject = baseSubject(cleanLine(messages[0]?.subject ?? '')) || t('list.no-subject');
  return (
    <>
      {finding.isOpen && (
        <FindBar
          query={finding.query}
          at={finding.at}
          count={finding.count}
          turn={finding.turn}
          onQuery={finding.setQuery}
          onStep={finding.step}
          onClose={finding.close}
        />
      )}
      <div className="reader-doc">
        <h2 className="reader-subject" dir="auto">
          {subject}
        </h2>
        <div className="reader-meta">
          <span>{place}</span>
          <span aria-hidden="true">·</span>
          <span>{t('reader.message-count', { count: messages.length })}</span>
        </div>
        {failure && <FailureNote failure={failure} />}
        {parts.map((part) =>
          part.kind === 'older' ? (
            <OlderLine key="older" part={part} own={ownAddresses} onOpen={() => setIsUnbundled(true)} />
          ) : (
            <MessageView
              key={part.message.messageId}
              message={part.message}
              isOpen={open.has(part.message.messageId)}
              canFold={messages.length > 1}
              isNewest={part.message.messageId === newest}
              onToggle={() => {
                const id = part.message.messageId;
                setToggled((before) => new Map(before).set(id, !open.has(id)));
              }}
              tools={tools}
              find={finding.of(part.message.messageId)}
              onFound={finding.report}
            />
          ),
        )}
      </div>
      {links.pointed !== undefined && (
        <div className="link-target cut" role="status" dir="ltr">
          {links.pointed}
        </div>
      )}
      <ReplyBox
        message={last}
        own={ownAddresses}
        elsewhere={elsewhereOf(trust.of(last.messageId))}
        onCompose={onCompose}
      />
      <ContextMenu target={menu} onClose={() => setMenu(undefined)} />
      {dialog?.kind === 'source' && (
        <SourceDialog messageId={dialog.messageId} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.kind === 'redirect' && (
        <RedirectDialog messageId={dialog.messageId} onClose={() => setDialog(undefined)} />
      )}
      {links.doubted && <LinkDoubtDialog link={links.doubted} onSettle={links.settleDoubt} />}
    </>
  );
}
