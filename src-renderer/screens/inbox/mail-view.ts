import type { ThreadView } from '../../../src-shared/ipc/contract.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { MailboxId } from '../../../src-shared/model/ids.ts';
import type { Mailbox, SpecialUse } from '../../../src-shared/model/mailbox.ts';
import type { MessageSummary } from '../../../src-shared/model/message.ts';
import type { Submission } from '../../../src-shared/model/submission.ts';
import type { IconName } from '../../components/icon.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import type { SearchInput } from './search-words.ts';

/** What the list pane shows: threads, or what is only on this computer. */
export type MailView = PlainView | { kind: 'search'; input: SearchInput; from: PlainView };
type PlainView = ThreadView | { kind: 'drafts' } | { kind: 'outbox' };

/** The same place without its search. */
export function withoutSearch(view: MailView): PlainView {
  return view.kind === 'search' ? view.from : view;
}

/** Whether the list shows threads, of a mailbox or found. */
export function hasThreads(view: MailView): boolean {
  return isThreadView(view) || view.kind === 'search';
}

export function isThreadView(view: MailView): view is ThreadView {
  return view.kind === 'mailbox' || view.kind === 'inboxes';
}

export function isSameView(one: MailView, other: MailView): boolean {
  return (
    one.kind === other.kind &&
    (one.kind !== 'mailbox' || other.kind !== 'mailbox' || one.mailboxId === other.mailboxId)
  );
}

const ICONS: Record<SpecialUse, IconName> = {
  inbox: 'inbox',
  drafts: 'file',
  sent: 'send',
  archive: 'archive',
  all: 'archive',
  junk: 'junk',
  trash: 'trash',
  flagged: 'star',
};
const ORDER: readonly SpecialUse[] = [
  'inbox',
  'flagged',
  'drafts',
  'sent',
  'archive',
  'all',
  'junk',
  'trash',
];

export function iconOf(mailbox: Mailbox): IconName {
  return mailbox.specialUse === undefined ? 'folder' : ICONS[mailbox.specialUse];
}

/** Our own word for mailboxes of known use, the server's name for the rest. */
export function mailboxName(mailbox: Mailbox): string {
  return mailbox.specialUse === undefined
    ? cleanLine(mailbox.name) || t('nav.unnamed')
    : t(`mailbox.${mailbox.specialUse}`);
}

/** Mailboxes in the order of the sidebar: those of known use first, the rest by path, each parent before its children. */
export function sortMailboxes(mailboxes: readonly Mailbox[]): Mailbox[] {
  const rank = (mailbox: Mailbox): number =>
    mailbox.specialUse === undefined ? ORDER.length : ORDER.indexOf(mailbox.specialUse);
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  return mailboxes
    .filter((mailbox) => mailbox.selectable)
    .sort((one, other) => rank(one) - rank(other) || collator.compare(one.path, other.path));
}

/** How deep a mailbox stands below others that are shown, for its indent. */
export function depthOf(mailbox: Mailbox, shownPaths: ReadonlySet<string>): number {
  if (mailbox.specialUse !== undefined || mailbox.delimiter === '') return 0;
  const parts = mailbox.path.split(mailbox.delimiter);
  return parts
    .slice(0, -1)
    .filter((_, index) => shownPaths.has(parts.slice(0, index + 1).join(mailbox.delimiter))).length;
}

/** The number beside a mailbox: drafts are counted, of the rest only what is unread. Trash is not counted. */
export function countOf(mailbox: Mailbox): number {
  if (mailbox.specialUse === 'drafts') return mailbox.total;
  return mailbox.specialUse === 'trash' || mailbox.specialUse === 'sent' ? 0 : mailbox.unread;
}

/** The mailboxes of which a list of threads is made. */
export function mailboxIdsOf(view: ThreadView, mailboxes: readonly Mailbox[]): Set<MailboxId> {
  if (view.kind === 'mailbox') return new Set([view.mailboxId]);
  return new Set(mailboxes.filter((one) => one.specialUse === 'inbox').map((one) => one.mailboxId));
}

/** Those messages of a thread that stand in this list; an answer in Sent is not archived with its question. */
export function messagesIn(
  messages: readonly MessageSummary[],
  mailboxIds: ReadonlySet<MailboxId>,
): MessageSummary[] {
  return messages.filter((message) => message.mailboxIds.some((id) => mailboxIds.has(id)));
}

export function accountName(account: AccountView): string {
  return cleanLine(account.displayName) || account.address;
}

/** The title over the list. */
export function titleOf(view: MailView, mailboxes: readonly Mailbox[]): string {
  if (view.kind === 'inboxes') return t('nav.inboxes');
  if (view.kind === 'drafts') return t('nav.drafts');
  if (view.kind === 'outbox') return t('nav.outbox');
  if (view.kind === 'search') return t('command.search');
  const mailbox = mailboxes.find((one) => one.mailboxId === view.mailboxId);
  return mailbox ? mailboxName(mailbox) : '';
}

/** The account that has to be signed in to again before this message can leave. */
export function signInNeededFor(
  { accountId }: Submission,
  accounts: readonly AccountView[],
): AccountView | undefined {
  return accounts.find(
    (one) => one.accountId === accountId && (one.state === 'signed-out' || one.state === 'needs-sign-in'),
  );
}

/** Whether a message does not leave by itself. */
export function isStuck(submission: Submission, accounts: readonly AccountView[]): boolean {
  if (submission.state === 'queued') return signInNeededFor(submission, accounts) !== undefined;
  return submission.state !== 'sending';
}
