import { type ReactNode, useId, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { AccountId } from '../../../src-shared/model/ids.ts';
import type { Mailbox } from '../../../src-shared/model/mailbox.ts';
import { COMMANDS } from '../../commands/command-table.ts';
import { Button } from '../../components/button.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatNumber, formatTime, t } from '../../i18n/i18n.ts';
import {
  accountName,
  countOf,
  depthOf,
  iconOf,
  isSameView,
  type MailView,
  mailboxName,
  sortMailboxes,
} from './mail-view.ts';
import { readSyncState } from './sync-words.ts';

export type SidebarProps = {
  accounts: readonly AccountView[];
  mailboxes: readonly Mailbox[];
  view: MailView;
  draftCount: number;
  outboxCount: number;
  /** Something in the outbox does not leave by itself any more. */
  isOutboxStuck: boolean;
  onView: (view: MailView) => void;
  onCompose: () => void;
  onSignInAgain: (accountId: AccountId) => void;
  onAccess: () => void;
  onSettings: () => void;
};

function NavItem(props: {
  icon: IconName;
  name: string;
  count?: number;
  isCurrent?: boolean;
  isStrong?: boolean;
  isWarning?: boolean;
  depth?: number;
  onPress: () => void;
}): ReactNode {
  const { icon, name, count = 0, isCurrent = false, isStrong = false, isWarning = false, depth = 0 } = props;
  const countId = useId();
  return (
    <AriaButton
      className={isStrong ? 'nav-item nav-item-unread' : 'nav-item'}
      {...(count > 0 ? { 'aria-describedby': countId } : {})}
      {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
      style={{ paddingInlineStart: 8 + Math.min(depth, 4) * 12 }}
      onPress={props.onPress}
    >
      <Icon name={icon} />
      <span className="nav-item-name cut" dir="auto">
        {name}
      </span>
      {count > 0 && (
        <span id={countId} className="nav-item-count" aria-hidden="true">
          {formatNumber(count)}
        </span>
      )}
      {isWarning && <Icon name="warning" className="warn" />}
    </AriaButton>
  );
}

function AccountSection(props: SidebarProps & { account: AccountView }): ReactNode {
  const { account, view, onView } = props;
  const [isOpen, setIsOpen] = useState(true);
  const isCutOff = account.state === 'needs-sign-in' || account.state === 'signed-out';
  const mailboxes = sortMailboxes(props.mailboxes.filter((one) => one.accountId === account.accountId));
  const paths = new Set(mailboxes.map((one) => one.path));
  return (
    <>
      <AriaButton className="nav-head" aria-expanded={isOpen} onPress={() => setIsOpen(!isOpen)}>
        {isCutOff && <Icon name="warning" className="warn" />}
        <span className="grow cut" dir="auto">
          {accountName(account)}
        </span>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
      </AriaButton>
      {isCutOff && (
        <div className="nav-ended">
          <div>
            {account.state === 'signed-out'
              ? t('nav.signed-out')
              : t('nav.ended', { provider: cleanLine(account.providerName) })}
          </div>
          <Button size="small" onPress={() => props.onSignInAgain(account.accountId)}>
            {t('nav.sign-in-again')}
          </Button>
        </div>
      )}
      {isOpen &&
        mailboxes.map((mailbox) => {
          const target: MailView = { kind: 'mailbox', mailboxId: mailbox.mailboxId };
          return (
            <NavItem
              key={mailbox.mailboxId}
              icon={iconOf(mailbox)}
              name={mailboxName(mailbox)}
              count={countOf(mailbox)}
              isStrong={
                mailbox.unread > 0 && (mailbox.specialUse === 'inbox' || mailbox.specialUse === undefined)
              }
              isCurrent={isSameView(view, target)}
              depth={depthOf(mailbox, paths)}
              onPress={() => onView(target)}
            />
          );
        })}
    </>
  );
}

/** The name that the mailbox has in the sidebar: the engine says what the server calls it. */
function workedOn(account: AccountView, name: string, mailboxes: readonly Mailbox[]): string {
  const found = mailboxes.find((one) => one.accountId === account.accountId && one.name === name);
  return found ? mailboxName(found) : cleanLine(name);
}

function footText(accounts: readonly AccountView[], mailboxes: readonly Mailbox[]): string {
  const state = readSyncState(accounts);
  switch (state.kind) {
    case 'none':
      return '';
    case 'offline':
      return t('sync.offline');
    case 'working':
      return t('sync.working', {
        mailbox: workedOn(state.account, state.mailbox, mailboxes),
        done: state.done,
        total: state.total,
      });
    case 'connecting':
      return t('sync.connecting', { account: accountName(state.account) });
    case 'one-up-to-date':
      return t('sync.one-up-to-date', { account: accountName(state.account), time: formatTime(state.at) });
    case 'up-to-date':
      return t('sync.up-to-date', { time: formatTime(state.at) });
  }
}

/** Where one can go: all inboxes, then each account with its mailboxes; at the foot what goes on. */
export function Sidebar(props: SidebarProps): ReactNode {
  const { accounts, mailboxes, view, draftCount, outboxCount, onView } = props;
  const inboxUnread = mailboxes
    .filter((one) => one.specialUse === 'inbox')
    .reduce((sum, one) => sum + one.unread, 0);
  const isAnyCutOff = accounts.some((one) => one.state === 'needs-sign-in');
  const state = footText(accounts, mailboxes);
  return (
    <nav className="pane side" aria-label={t('nav.name')}>
      <div className="bar">
        <Button
          icon="compose"
          kbd={COMMANDS.compose.shown}
          onPress={props.onCompose}
          className="compose-button"
        >
          {t('command.compose')}
        </Button>
      </div>
      <div className="nav">
        <NavItem
          icon="inbox"
          name={t('nav.inboxes')}
          count={inboxUnread}
          isCurrent={view.kind === 'inboxes'}
          onPress={() => onView({ kind: 'inboxes' })}
        />
        {(draftCount > 0 || view.kind === 'drafts') && (
          <NavItem
            icon="file"
            name={t('nav.drafts')}
            count={draftCount}
            isCurrent={view.kind === 'drafts'}
            onPress={() => onView({ kind: 'drafts' })}
          />
        )}
        {(outboxCount > 0 || view.kind === 'outbox') && (
          <NavItem
            icon="outbox"
            name={t('nav.outbox')}
            count={outboxCount}
            isWarning={props.isOutboxStuck}
            isCurrent={view.kind === 'outbox'}
            onPress={() => onView({ kind: 'outbox' })}
          />
        )}
        {accounts.map((account) => (
          <AccountSection key={account.accountId} {...props} account={account} />
        ))}
      </div>
      <div className="foot">
        <NavItem icon="key" name={t('command.accounts')} isWarning={isAnyCutOff} onPress={props.onAccess} />
        <NavItem icon="settings" name={t('nav.settings')} onPress={props.onSettings} />
        <div className="foot-state" role="status">
          {state}
        </div>
      </div>
    </nav>
  );
}
