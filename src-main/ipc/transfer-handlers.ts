import { MailError } from '../base/errors.ts';
import { requireLocal } from '../transfer/local-accounts.ts';
import type { EngineContext } from './context.ts';
import { pickExportPath, pickMail } from './files.ts';
import type { Handlers } from './router.ts';

type TransferHandlers = Pick<
  Handlers,
  'transfers.import' | 'transfers.export' | 'transfers.list' | 'transfers.cancel'
>;

export function createTransferHandlers(context: EngineContext): TransferHandlers {
  const { shell } = context;
  return {
    'transfers.import': async ({ format, accountId }) => {
      // Before anybody is asked for files.
      requireLocal(accountId, context.rooms().store);
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
  };
}
