import type { AccountView } from '../../src-shared/model/account.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { addLocalAccount, removeLocalAccount } from '../transfer/local-accounts.ts';
import type { EngineContext } from './context.ts';
import { pickExportPath, pickMail } from './files.ts';
import type { Handlers } from './router.ts';

type TransferHandlers = Pick<
  Handlers,
  | 'transfers.import'
  | 'transfers.export'
  | 'transfers.list'
  | 'transfers.cancel'
  | 'accounts.addLocal'
  | 'accounts.remove'
  | 'accounts.setBodyPolicy'
>;

export function createTransferHandlers(context: EngineContext): TransferHandlers {
  const { shell, clock } = context;

  function view(accountId: AccountId): AccountView {
    const { store, sync } = context.rooms();
    const account = store.accounts.get(accountId);
    if (!account) throw new MailError('not-found');
    return { ...account, state: sync.state(accountId), progress: sync.progress(accountId) };
  }

  return {
    'transfers.import': async ({ format, accountId }) => {
      const account = context.rooms().store.accounts.get(accountId);
      if (!account) throw new MailError('not-found');
      if (account.auth !== 'none') throw new MailError('input-invalid');
      const paths = await pickMail(shell, format);
      if (paths.length === 0) return {};
      return { transfer: context.rooms().transfers.importFrom({ accountId, format, paths }) };
    },
    'transfers.export': async ({ format, mailboxId }) => {
      const mailbox = context.rooms().store.mailboxes.get(mailboxId);
      if (!mailbox) throw new MailError('mailbox-missing');
      const path = await pickExportPath(shell, format, mailbox.name);
      if (path === undefined) return {};
      return { transfer: context.rooms().transfers.exportTo({ mailboxId, format, path }) };
    },
    'transfers.list': () => context.rooms().transfers.list(),
    'transfers.cancel': ({ transferId }) => {
      context.rooms().transfers.cancel(transferId);
      return {};
    },
    'accounts.addLocal': ({ name }) => {
      const { store } = context.rooms();
      return view(addLocalAccount(name, { store, clock }).accountId);
    },
    'accounts.remove': async ({ accountId }) => {
      await removeLocalAccount(accountId, context.rooms());
      return {};
    },
    'accounts.setBodyPolicy': ({ accountId, months }) => {
      context.rooms().store.accounts.setBodyMonths(accountId, months);
      return view(accountId);
    },
  };
}
