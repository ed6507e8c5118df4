import { type ReactNode, useState } from 'react';
import type { Fail, Result } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { OperationId } from '../../../src-shared/model/ids.ts';
import type { Mailbox } from '../../../src-shared/model/mailbox.ts';
import type { TransferFormat } from '../../../src-shared/model/transfer.ts';
import type { Backend } from '../../backend/backend.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { COMMANDS } from '../../commands/command-table.ts';
import { runCommand } from '../../commands/use-commands.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import type { MenuItem } from '../../components/menu.tsx';
import { TextField } from '../../components/text-field.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { mailboxName } from './mail-view.ts';
import type { Undoing } from './use-undo.ts';

type Asked =
  | { kind: 'create'; account: AccountView; parent?: Mailbox }
  | { kind: 'rename'; mailbox: Mailbox }
  | { kind: 'delete'; mailbox: Mailbox }
  | { kind: 'empty'; mailbox: Mailbox };

type Answer = Result<{ operationIds: OperationId[] }>;

export type MailboxActions = {
  itemsFor: (mailbox: Mailbox, account: AccountView) => MenuItem[];
  itemsForAccount: (account: AccountView) => MenuItem[];
  /** The question that is open just now. */
  dialog: ReactNode;
  failure: Fail | undefined;
};

/** What can be done to a mailbox as a whole. Everything is shown at once and can be undone. */
export function useMailboxActions(say: Undoing['sayDone']): MailboxActions {
  const backend = useBackend();
  const [asked, setAsked] = useState<Asked>();
  const [failure, setFailure] = useState<Fail>();

  const sayDone = (text: string, answer: Answer): void => {
    setFailure(answer.ok ? undefined : answer);
    if (answer.ok) say(text, answer.value.operationIds);
  };
  const exportAs = async (mailbox: Mailbox, format: TransferFormat): Promise<void> => {
    const result = await backend.request('transfers.export', { mailboxId: mailbox.mailboxId, format });
    setFailure(result.ok ? undefined : result);
  };
  const subscribe = async (mailbox: Mailbox): Promise<void> => {
    const subscribed = !mailbox.subscribed;
    const answer = await backend.request('mailboxes.setSubscribed', {
      mailboxId: mailbox.mailboxId,
      subscribed,
    });
    sayDone(t(subscribed ? 'mailbox.subscribed' : 'mailbox.unsubscribed'), answer);
  };

  const canChange = (account: AccountView): boolean =>
    account.state !== 'signed-out' && account.state !== 'needs-sign-in';

  const itemsFor = (mailbox: Mailbox, account: AccountView): MenuItem[] => {
    const { specialUse } = mailbox;
    const isOwn = specialUse === undefined;
    const items: MenuItem[] = [];
    if (canChange(account)) {
      if (mailbox.delimiter !== '') {
        items.push({
          id: 'create',
          label: t('mailbox.createInside'),
          icon: 'plus',
          onAction: () => setAsked({ kind: 'create', account, parent: mailbox }),
        });
      }
      if (isOwn) {
        items.push(
          {
            id: 'rename',
            label: t('mailbox.rename'),
            icon: 'compose',
            onAction: () => setAsked({ kind: 'rename', mailbox }),
          },
          {
            id: 'delete',
            label: t('mailbox.delete'),
            icon: 'trash',
            isDanger: true,
            onAction: () => setAsked({ kind: 'delete', mailbox }),
          },
        );
      }
      if (specialUse === 'trash' || specialUse === 'junk') {
        items.push({
          id: 'empty',
          label: t(`mailbox.empty.${specialUse}`),
          icon: 'trash',
          isDanger: true,
          isDisabled: mailbox.total === 0,
          onAction: () => setAsked({ kind: 'empty', mailbox }),
        });
      }
      if (isOwn && account.auth !== 'none') {
        items.push({
          id: 'subscribe',
          label: t(mailbox.subscribed ? 'mailbox.unsubscribe' : 'mailbox.subscribe'),
          icon: 'check',
          startsGroup: true,
          onAction: () => void subscribe(mailbox),
        });
      }
    }
    items.push(
      {
        id: 'export-mbox',
        label: t('mailbox.exportMbox'),
        icon: 'download',
        startsGroup: true,
        onAction: () => void exportAs(mailbox, 'mbox'),
      },
      {
        id: 'export-eml',
        label: t('mailbox.exportEml'),
        icon: 'download',
        onAction: () => void exportAs(mailbox, 'eml'),
      },
    );
    return items;
  };

  const getMail: MenuItem = {
    id: 'get-mail',
    label: t('command.get-mail'),
    icon: 'refresh',
    kbd: COMMANDS['get-mail'].shown,
    onAction: () => runCommand('get-mail'),
  };
  const itemsForAccount = (account: AccountView): MenuItem[] =>
    canChange(account)
      ? [
          {
            id: 'create',
            label: t('mailbox.create'),
            icon: 'plus',
            onAction: () => setAsked({ kind: 'create', account }),
          },
          ...(account.auth === 'none' ? [] : [getMail]),
        ]
      : [];

  const close = (): void => setAsked(undefined);
  return {
    itemsFor,
    itemsForAccount,
    failure,
    dialog: asked && <Question key={keyOf(asked)} asked={asked} onClose={close} onDone={sayDone} />,
  };
}

const keyOf = (asked: Asked): string =>
  asked.kind === 'create'
    ? `create ${asked.parent?.mailboxId ?? asked.account.accountId}`
    : `${asked.kind} ${asked.mailbox.mailboxId}`;

function ask(backend: Backend, asked: Asked, name: string): Promise<Answer> {
  switch (asked.kind) {
    case 'create':
      return backend.request('mailboxes.create', {
        accountId: asked.account.accountId,
        name,
        ...(asked.parent && { parentId: asked.parent.mailboxId }),
      });
    case 'rename':
      return backend.request('mailboxes.rename', { mailboxId: asked.mailbox.mailboxId, name });
    case 'delete':
      return backend.request('mailboxes.delete', { mailboxId: asked.mailbox.mailboxId });
    case 'empty':
      return backend.request('mailboxes.empty', { mailboxId: asked.mailbox.mailboxId });
  }
}

/** A name to type, or a loss to agree to. */
function Question(props: {
  asked: Asked;
  onClose: () => void;
  onDone: (text: string, answer: Answer) => void;
}): ReactNode {
  const { asked, onClose, onDone } = props;
  const backend = useBackend();
  const isNaming = asked.kind === 'create' || asked.kind === 'rename';
  const before = asked.kind === 'rename' ? cleanLine(asked.mailbox.name) : '';
  const [name, setName] = useState(before);
  const [isMissing, setIsMissing] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const shown =
    asked.kind === 'create' ? (asked.parent ? mailboxName(asked.parent) : '') : mailboxName(asked.mailbox);
  const count = asked.kind === 'create' ? 0 : asked.mailbox.total;

  const run = async (): Promise<void> => {
    const typed = name.trim();
    setIsMissing(isNaming && typed === '');
    if (isNaming && typed === '') return;
    if (asked.kind === 'rename' && typed === before) return onClose();
    const answer = await ask(backend, asked, typed);
    setFailure(answer.ok ? undefined : answer);
    if (!answer.ok) return;
    onClose();
    onDone(t(`mailbox.done.${asked.kind}`, { name: isNaming ? typed : shown, count }), answer);
  };

  const title =
    asked.kind === 'create' && asked.parent
      ? t('mailbox.ask.createInside', { name: shown })
      : t(`mailbox.ask.${asked.kind}`, { name: shown });
  return (
    <Dialog
      role={isNaming ? 'dialog' : 'alertdialog'}
      title={title}
      {...(isNaming
        ? {}
        : {
            lede: t(asked.kind === 'delete' ? 'mailbox.ask.deleteText' : 'mailbox.ask.emptyText', { count }),
          })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" autoFocus={!isNaming} onPress={onClose}>
            {t('mailbox.cancel')}
          </Button>
          <Button variant={isNaming ? 'primary' : 'danger-final'} onPress={() => void run()}>
            {t(`mailbox.do.${asked.kind}`)}
          </Button>
        </>
      }
    >
      {failure && <FailureNote failure={failure} takesFocus />}
      {isNaming && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
        >
          <TextField
            label={t('mailbox.name')}
            value={name}
            onChange={setName}
            autoFocus
            selectsAll
            {...(isMissing && name.trim() === '' ? { error: t('mailbox.nameMissing') } : {})}
          />
        </form>
      )}
    </Dialog>
  );
}
