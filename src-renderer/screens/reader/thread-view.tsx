import './reader.css';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { MessageId, ThreadId } from '../../../src-shared/model/ids.ts';
import { type MessageSummary, SEEN } from '../../../src-shared/model/message.ts';
import { baseSubject } from '../../../src-shared/text/subject.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { COMMANDS } from '../../commands/command-table.ts';
import type { KeyStroke } from '../../commands/keys.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { Note } from '../../components/note.tsx';
import { isOwn, senderNameOf, shortNameOf } from '../../components/people-words.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDayRange, formatList, t } from '../../i18n/i18n.ts';
import { bundleOlder, openAtFirst, type ThreadPart } from './folding.ts';
import { LinkDoubtDialog } from './link-doubt-dialog.tsx';
import { MessageView } from './message-view.tsx';
import { SourceDialog } from './source-dialog.tsx';
import { useLinks } from './use-links.ts';

export type AnswerKind = 'reply' | 'reply-all' | 'forward';

export type ThreadViewProps = {
  threadId: ThreadId;
  /** Where it stands, in words: "Studio, Inbox". */
  place: string;
  /** Messages that were marked read since the thread was opened; those that are shown are added. */
  marked: Set<MessageId>;
  ownAddresses: ReadonlySet<string>;
  isDark: boolean;
  sourceOf: MessageId | undefined;
  onSourceClosed: () => void;
  onAnswer: (messageId: MessageId, kind: AnswerKind) => void;
  onComposeTo: (address: string) => void;
  /** The newest message, once it is known: what the commands answer to. */
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
  onAnswer,
}: {
  message: MessageSummary;
  own: ReadonlySet<string>;
  onAnswer: ThreadViewProps['onAnswer'];
}): ReactNode {
  const others = [...message.from, ...message.to, ...message.cc].filter((one) => !isOwn(one, own));
  const isGroup = new Set(others.map((one) => one.address.toLowerCase())).size > 1;
  const sender = message.from[0];
  // An answer to one's own message goes to whom that one went to.
  const asked = sender && isOwn(sender, own) ? (message.to[0] ?? sender) : (message.replyTo[0] ?? sender);
  const name = asked === undefined ? '' : isOwn(asked, own) ? t('people.you') : shortNameOf(asked);
  const answer = (kind: AnswerKind): void => onAnswer(message.messageId, kind);
  return (
    <div className="reply-place">
      <div className="reply-box">
        <AriaButton className="cut" onPress={() => answer('reply')}>
          {t('reader.reply-to', { name })}
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
  const { threadId, place, marked, ownAddresses, isDark, onAnswer, onNewest, onStroke } = props;
  const backend = useBackend();
  const list = useRequest('threads.messages', { threadId }, { refetchOn: ['messagesChanged'] });
  const links = useLinks(props.onComposeTo);
  const [toggled, setToggled] = useState<ReadonlyMap<MessageId, boolean>>(new Map());
  const [isUnbundled, setIsUnbundled] = useState(false);
  const firstOpen = useRef<ReadonlySet<MessageId> | undefined>(undefined);

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

  useEffect(() => onNewest(newest), [newest, onNewest]);

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
      <div className="reader-doc">
        <h2 className="reader-subject" dir="auto">
          {subject}
        </h2>
        <div className="reader-meta">
          <span>{place}</span>
          <span aria-hidden="true">·</span>
          <span>{t('reader.message-count', { count: messages.length })}</span>
        </div>
        {parts.map((part) =>
          part.kind === 'older' ? (
            <OlderLine key="older" part={part} own={ownAddresses} onOpen={() => setIsUnbundled(true)} />
          ) : (
            <MessageView
              key={part.message.messageId}
              message={part.message}
              isOpen={open.has(part.message.messageId)}
              canFold={messages.length > 1}
              onToggle={() => {
                const id = part.message.messageId;
                setToggled((before) => new Map(before).set(id, !open.has(id)));
              }}
              ownAddresses={ownAddresses}
              isDark={isDark}
              links={links.handlers}
              onStroke={onStroke}
            />
          ),
        )}
      </div>
      {links.pointed !== undefined && (
        <div className="link-target cut" role="status" dir="ltr">
          {links.pointed}
        </div>
      )}
      <ReplyBox message={last} own={ownAddresses} onAnswer={onAnswer} />
      {props.sourceOf !== undefined && (
        <SourceDialog messageId={props.sourceOf} onClose={props.onSourceClosed} />
      )}
      {links.doubted && (
        <LinkDoubtDialog
          host={links.doubted.host}
          claimedHost={links.doubted.claimedHost}
          onSettle={links.settleDoubt}
        />
      )}
    </>
  );
}
