import { type ReactNode, useMemo } from 'react';
import type { ThreadView as ThreadSource } from '../src-shared/ipc/contract.ts';
import type { AccountId, MailboxId, MessageId } from '../src-shared/model/ids.ts';
import type { Mailbox } from '../src-shared/model/mailbox.ts';
import type { ThreadRow } from '../src-shared/model/thread.ts';
import { COMMANDS, type CommandId } from './commands/command-table.ts';
import type { KeyStroke } from './commands/keys.ts';
import { type CommandHandlers, hasCommand, runCommand } from './commands/use-commands.ts';
import type { IconName } from './components/icon.tsx';
import { IconButton } from './components/icon-button.tsx';
import { KeyList } from './components/kbd.tsx';
import { Menu, type MenuItem } from './components/menu.tsx';
import { t } from './i18n/i18n.ts';
import { iconOf, mailboxName, sortMailboxes } from './screens/inbox/mail-view.ts';
import type { ReadAhead } from './screens/reader/read-ahead.ts';
import type { ComposeStart } from './screens/reader/reader-tools.ts';
import { ThreadView } from './screens/reader/thread-view.tsx';

export type ReaderPaneProps = {
  row: ThreadRow | undefined;
  pickedCount: number;
  place: string;
  accountId: AccountId | undefined;
  view: ThreadSource;
  mailboxes: readonly Mailbox[];
  ahead: ReadAhead;
  ownAddresses: ReadonlySet<string>;
  isDark: boolean;
  isMailDark: boolean;
  isActive: boolean;
  isStarred: boolean;
  isRead: boolean;
  /** What is shown stands in Trash: from there it goes for good. */
  isInTrash: boolean;
  isMoveOpen: boolean;
  /** What was marked read since the thread was opened. */
  marked: Set<MessageId>;
  handlers: CommandHandlers;
  onMoveOpen: (isOpen: boolean) => void;
  onMove: (mailboxId: MailboxId) => void;
  onNewest: (messageId: MessageId | undefined) => void;
  onCompose: (start: ComposeStart) => void;
  onSearch: (query: string) => void;
  onStroke: (stroke: KeyStroke) => boolean;
};

const SHOWN_KEYS: readonly CommandId[] = ['compose', 'search', 'next', 'archive', 'inboxes', 'help'];

function CommandButton({
  id,
  icon,
  handlers,
  label = t(COMMANDS[id].label),
}: {
  id: CommandId;
  icon: IconName;
  handlers: CommandHandlers;
  label?: string;
}): ReactNode {
  const run = handlers[id];
  return (
    <IconButton
      label={label}
      icon={icon}
      kbd={COMMANDS[id].shown}
      isDisabled={run === undefined}
      {...(run ? { onPress: run } : {})}
    />
  );
}

function MoveMenu(props: ReaderPaneProps): ReactNode {
  const { view, mailboxes, accountId, isMoveOpen, onMoveOpen } = props;
  const items: MenuItem[] = sortMailboxes(mailboxes)
    .filter(
      (one) => one.accountId === accountId && !(view.kind === 'mailbox' && one.mailboxId === view.mailboxId),
    )
    .map((one) => ({
      id: String(one.mailboxId),
      label: mailboxName(one),
      icon: iconOf(one),
      onAction: () => props.onMove(one.mailboxId),
    }));
  return (
    <Menu label={t('command.move')} icon="move" items={items} isOpen={isMoveOpen} onOpenChange={onMoveOpen} />
  );
}

/** What else can be done with what is open, by the commands of the reader: all of them act on the newest message. */
const READING = [
  ['reply-list', 'list'],
  ['forward-attached', 'paperclip'],
  ['redirect', 'redirect'],
  ['edit-as-new', 'edit-as-new'],
  ['expand-all', 'chevron-down'],
  ['find', 'search'],
  ['save-attachments', 'download'],
  ['print', 'print'],
  ['save-pdf', 'file'],
  ['source', 'source'],
] as const satisfies readonly (readonly [CommandId, IconName])[];
const STARTS_GROUP: ReadonlySet<CommandId> = new Set(['expand-all', 'print']);

function readingItems(): MenuItem[] {
  return READING.filter(([id]) => hasCommand(id)).map(([id, icon], index) => ({
    id,
    label: t(COMMANDS[id].label),
    icon,
    ...(COMMANDS[id].shown === '' ? {} : { kbd: COMMANDS[id].shown }),
    startsGroup: index === 0 || STARTS_GROUP.has(id),
    onAction: () => runCommand(id),
  }));
}

function Bar(props: ReaderPaneProps): ReactNode {
  const { handlers, isStarred, isRead, row } = props;
  const more = (): MenuItem[] => [
    {
      id: 'star',
      label: t(isStarred ? 'command.unstar' : 'command.star'),
      icon: 'star',
      kbd: COMMANDS.star.shown,
      onAction: () => handlers.star?.(),
    },
    {
      id: 'unread',
      label: t(isRead ? 'command.unread' : 'command.read'),
      icon: isRead ? 'mail' : 'mail-open',
      kbd: COMMANDS.unread.shown,
      onAction: () => handlers.unread?.(),
    },
    ...(row && props.pickedCount === 0 ? readingItems() : []),
  ];
  return (
    <div className="bar reader-bar" role="toolbar" aria-label={t('reader.actions')}>
      <span className="reader-back">
        <CommandButton id="back" icon="back" handlers={handlers} />
      </span>
      <CommandButton id="archive" icon="archive" handlers={handlers} />
      <CommandButton
        id="trash"
        icon="trash"
        handlers={handlers}
        {...(props.isInTrash ? { label: t('command.delete') } : {})}
      />
      <CommandButton id="junk" icon="junk" handlers={handlers} />
      <span className="separator" />
      <MoveMenu {...props} />
      <span className="grow" />
      {row && props.pickedCount === 0 && (
        <span className="reader-answers">
          <CommandButton id="reply" icon="reply" handlers={handlers} />
          <CommandButton id="reply-all" icon="reply-all" handlers={handlers} />
          <CommandButton id="forward" icon="forward" handlers={handlers} />
          <span className="separator" />
          <CommandButton id="previous" icon="chevron-up" handlers={handlers} />
          <CommandButton id="next" icon="chevron-down" handlers={handlers} />
        </span>
      )}
      <Menu label={t('command.more')} icon="more" items={more} />
    </div>
  );
}

function Resting(): ReactNode {
  return (
    <>
      <div className="bar" />
      <div className="reader-empty">
        <dl className="reader-keys">
          {SHOWN_KEYS.map((id) => (
            <div key={id} className="row">
              <dt className="grow">{t(COMMANDS[id].label)}</dt>
              <dd className="row">
                <KeyList keys={COMMANDS[id].shown} />
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}

/** The right pane: the open thread with its commands, what is selected, or the keys while nothing is open. */
export function ReaderPane(props: ReaderPaneProps): ReactNode {
  const { row, pickedCount, mailboxes } = props;
  const sentMailboxes = useMemo(
    () => new Set(mailboxes.filter((one) => one.specialUse === 'sent').map((one) => one.mailboxId)),
    [mailboxes],
  );
  return (
    <main className="pane reader-pane" aria-label={t('reader.name')}>
      {pickedCount > 0 && (
        <>
          <Bar {...props} />
          <div className="reader-empty" role="status">
            {t('reader.picked', { count: pickedCount })}
          </div>
        </>
      )}
      {pickedCount === 0 && !row && <Resting />}
      {pickedCount === 0 && row && (
        <>
          <Bar {...props} />
          <ThreadView
            key={row.threadId}
            threadId={row.threadId}
            place={props.place}
            ownAddresses={props.ownAddresses}
            sentMailboxes={sentMailboxes}
            ahead={props.ahead}
            isDark={props.isDark}
            isMailDark={props.isMailDark}
            isActive={props.isActive}
            marked={props.marked}
            onCompose={props.onCompose}
            onSearch={props.onSearch}
            onNewest={props.onNewest}
            onStroke={props.onStroke}
          />
        </>
      )}
    </main>
  );
}
