import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import { savePage } from './files.ts';
import type { Handlers, Router } from './router.ts';

type AccessHandlers = Pick<
  Handlers,
  'debts.list' | 'debts.retry' | 'debts.giveUp' | 'grants.signOutEverything' | 'receipts.saveAll'
>;

export function createAccessHandlers(context: EngineContext, publish: Router['publish']): AccessHandlers {
  const { accounts, shell } = context;
  return {
    'debts.list': () => accounts.debts.list(),
    'debts.retry': ({ debtId }) => accounts.debts.retry(debtId),
    'debts.giveUp': async ({ debtId }) => {
      // A page that somebody took over must not leave an access open at its provider.
      await shell.request('requirePress', {});
      return accounts.debts.giveUp(debtId);
    },
    'grants.signOutEverything': async (input) => {
      if (input.mail === 'erase') await shell.request('requirePress', {});
      return accounts.signOutEverything({
        ...input,
        onStep: (accountId, step) => publish('signOutProgress', { accountId, step }),
      });
    },
    'receipts.saveAll': async ({ batch }) => {
      const receipts = context.rooms().store.receipts.list();
      const mine = receipts.filter((receipt) => receipt.batch === batch);
      const [first] = mine;
      if (!first) throw new MailError('not-found');
      const day = new Date(first.finishedAt).toISOString().slice(0, 10);
      const page = accounts.receiptsPage(mine);
      return { saved: await savePage(shell, `Latchkey receipts ${day}.html`, page) };
    },
  };
}
