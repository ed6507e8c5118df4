import type { ReactNode } from 'react';
import type { InputOf } from '../../../src-shared/ipc/contract.ts';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MailboxId, MessageId } from '../../../src-shared/model/ids.ts';
import type { KeyStroke } from '../../commands/keys.ts';
import type { ContextMenuTarget } from '../../components/context-menu.tsx';
import type { ReadAhead } from './read-ahead.ts';
import type { LinkHandlers } from './use-links.ts';
import type { TrustBook } from './use-trust.ts';

export type ComposeStart = InputOf<'drafts.create'>;

/** What is asked about one message, in a dialog over the thread. */
export type ReaderDialog = { kind: 'source' | 'redirect'; messageId: MessageId };

/** What every part of an open thread needs of the whole: one object, so that it is handed down in one piece. */
export type ReaderTools = {
  ownAddresses: ReadonlySet<string>;
  /** What this person sent stands there; nobody has to be told who that was. */
  sentMailboxes: ReadonlySet<MailboxId>;
  /** The program is dark. */
  isDark: boolean;
  /** Mail that brings its own colours is shown dark too. */
  isMailDark: boolean;
  zoom: number;
  links: LinkHandlers;
  trust: TrustBook;
  /** What was read before it was opened. */
  ahead: ReadAhead;
  /** False while something lies over the mail: its keys rest. */
  isActive: boolean;
  /** What failed of the whole, told over the messages. */
  onFailure: (failure: Fail | undefined) => void;
  onStroke: (stroke: KeyStroke) => boolean;
  onCompose: (start: ComposeStart) => void;
  onSearch: (query: string) => void;
  onDialog: (dialog: ReaderDialog) => void;
  /** A message that came inside another one, to be shown in a preview. `path`: the numbers of the attachments that lead to it. */
  showMessage: (messageId: MessageId, path: readonly number[]) => ReactNode;
  /** The commands of one thing, hanging at it. */
  onMenu: (target: ContextMenuTarget) => void;
};
