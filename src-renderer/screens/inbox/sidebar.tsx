import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { AccountId } from '../../../src-shared/model/ids.ts';
import type { Mailbox } from '../../../src-shared/model/mailbox.ts';
import type { Transfer } from '../../../src-shared/model/transfer.ts';
import { COMMANDS } from '../../commands/command-table.ts';
import { Button } from '../../components/button.tsx';
import { ContextMenu, type ContextMenuTarget } from '../../components/context-menu.tsx';
import { Icon } from '../../components/icon.tsx';
import { sayTransfer } from '../../components/transfer-words.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { formatTime, t } from '../../i18n/i18n.ts';
import { accountName, type MailView, mailboxName, sortMailboxes } from './mail-view.ts';
import { MailboxItems } from './mailbox-items.tsx';
import { NavItem } from './nav-item.tsx';
import { readSyncState } from './sync-words.ts';
import type { MailboxActions } from './use-mailbox-actions.tsx';

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
  onContacts: () => void;
  itemsFor: MailboxActions['itemsFor'];
  itemsForAccount: MailboxActions['itemsForAccount'];
  /** An import or an export that runs. */
  transfer: Transfer | undefined;
};

function AccountSection(props: SidebarProps & { account: AccountView }): ReactNode {
  const { account, view, onView } = props;
  const [isOpen, setIsOpen] = useState(true);
  const isCutOff = account.state === 'needs-sign-in' || account.state === 'signed-out';
  const mailboxes = useMemo(
    () => sortMailboxes(props.mailboxes.filter((one) => one.accountId === account.accountId)),
    [props.mailboxes, account.accountId],
  );
  return (
    <>
      <AriaButton
        className="nav-head"
        aria-expanded={isOpen}
        data-account={account.accountId}
        onPress={() => setIsOpen(!isOpen)}
      >
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
      {isOpen && <MailboxItems mailboxes={mailboxes} view={view} onView={onView} />}
    </>
  );
}

/** The name that the mailbox has in the sidebar: the engine says what the server calls it. */
function workedOn(account: AccountView, name: string, mailboxes: readonly Mailbox[]): string {
  const found = mailboxes.find((one) => one.accountId === account.accountId && one.name === name);
  return found ? mailboxName(found) : cleanLine(name);
}

function footText({ accounts, mailboxes, transfer }: SidebarProps): string {
  if (transfer) return sayTransfer(transfer);
  const state = readSyncState(accounts);
  switch (state.kind) {
    case 'none':
      return '';
    case 'offline':
      return t('sync.offline');
    case 'fault':
      return t('sync.fault', { account: accountName(state.account), why: t(`error.${state.code}.title`) });
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

/** The commands of the mailbox or the account that this button stands for. */
function menuOf(button: HTMLElement, props: SidebarProps): Omit<ContextMenuTarget, 'anchor'> | undefined {
  const { accounts, mailboxes } = props;
  const mailbox = mailboxes.find((one) => String(one.mailboxId) === button.dataset.mailbox);
  const account = accounts.find((one) => one.accountId === (mailbox?.accountId ?? button.dataset.account));
  if (!account) return undefined;
  const items = mailbox ? props.itemsFor(mailbox, account) : props.itemsForAccount(account);
  const name = mailbox ? mailboxName(mailbox) : accountName(account);
  return items.length === 0 ? undefined : { label: t('mailbox.menuOf', { name }), items };
}

/** Where one can go: all inboxes, then each account with its mailboxes; at the foot what goes on. */
export function Sidebar(props: SidebarProps): ReactNode {
  const { accounts, mailboxes, view, draftCount, outboxCount, onView } = props;
  const inboxUnread = mailboxes
    .filter((one) => one.specialUse === 'inbox')
    .reduce((sum, one) => sum + one.unread, 0);
  const isAnyCutOff = accounts.some((one) => one.state === 'needs-sign-in');
  const state = footText(props);
  const [menu, setMenu] = useState<ContextMenuTarget>();
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
  });
  const listenForMenu = useCallback((place: HTMLElement | null) => {
    const listen = (event: MouseEvent): void => {
      const target = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null;
      const found = target && menuOf(target, newest.current);
      if (!target || !found) return;
      event.preventDefault();
      setMenu({ anchor: target, ...found });
    };
    place?.addEventListener('contextmenu', listen);
    return () => place?.removeEventListener('contextmenu', listen);
  }, []);
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
      <div className="nav" ref={listenForMenu}>
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
      <ContextMenu target={menu} onClose={() => setMenu(undefined)} />
      <div className="foot">
        <NavItem icon="person" name={t('pages.contacts')} onPress={props.onContacts} />
        <NavItem icon="key" name={t('command.accounts')} isWarning={isAnyCutOff} onPress={props.onAccess} />
        <NavItem icon="settings" name={t('nav.settings')} onPress={props.onSettings} />
        <div className="foot-state" role="status">
          {state}
        </div>
      </div>
    </nav>
  );
}
