import type { AccountView } from '../../src-shared/model/account.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { addLocalAccount, removeLocalAccount } from '../transfer/local-accounts.ts';
import type { EngineContext } from './context.ts';
import { savePage } from './files.ts';
import type { Handlers, Router } from './router.ts';

type AccountsHandlers = Pick<
  Handlers,
  | 'accounts.list'
  | 'accounts.findProvider'
  | 'credentials.submit'
  | 'accounts.signIn'
  | 'accounts.addByHand'
  | 'accounts.signInAgain'
  | 'accounts.cancelSignIn'
  | 'accounts.copySignInLink'
  | 'accounts.openSignInLink'
  | 'accounts.addLocal'
  | 'accounts.remove'
  | 'accounts.setBodyPolicy'
  | 'grants.list'
  | 'grants.openManagePage'
  | 'grants.previewSignOut'
  | 'grants.signOut'
  | 'receipts.list'
  | 'receipts.save'
>;

export function createAccountsHandlers(context: EngineContext, publish: Router['publish']): AccountsHandlers {
  const { accounts, clock, shell } = context;

  function view(accountId: AccountId): AccountView {
    const { store, sync } = context.rooms();
    const account = store.accounts.get(accountId);
    if (!account) throw new MailError('not-found');
    return { ...account, state: sync.state(accountId), progress: sync.progress(accountId) };
  }

  /**
   * A sign-in under the address of an account that is there gives its access back and may give it other servers: that takes an account
   * out of the program like a sign-out. Throws unlock-needed.
   */
  function requireUnlockToReplace(address: string): void {
    const there = context.rooms().store.accounts.byAddress(address.trim());
    if (there && context.lock.needsUnlock()) throw new MailError('unlock-needed');
  }

  /** A page that somebody took over could carry mail away in what a browser opens and a server is told, or learn what listens nearby. */
  const requirePress = () => shell.request('requirePress', {});

  return {
    'accounts.list': () =>
      context
        .rooms()
        .store.accounts.list()
        .map((account) => view(account.accountId)),
    'accounts.findProvider': ({ address }) => accounts.findProvider(address),
    'credentials.submit': ({ secret }) => ({ credentialId: accounts.submitCredential(secret) }),
    'accounts.signIn': async (input) => {
      requireUnlockToReplace(input.address);
      await requirePress();
      return view((await accounts.signIn(input)).accountId);
    },
    'accounts.addByHand': async (input) => {
      requireUnlockToReplace(input.settings.address);
      await requirePress();
      return view((await accounts.addByHand(input)).accountId);
    },
    'accounts.signInAgain': async (input) => {
      await requirePress();
      return view((await accounts.signInAgain(input)).accountId);
    },
    'accounts.cancelSignIn': ({ attemptId }) => {
      accounts.cancelSignIn(attemptId);
      return {};
    },
    'accounts.copySignInLink': ({ attemptId }) =>
      shell.request('copyText', { text: accounts.linkOf(attemptId) }),
    'accounts.openSignInLink': ({ attemptId }) =>
      shell.request('openExternal', { url: accounts.linkOf(attemptId) }),
    'accounts.addLocal': ({ name }) => {
      const { store } = context.rooms();
      return view(addLocalAccount(name, { store, clock }).accountId);
    },
    'accounts.remove': async ({ accountId }) => {
      // A page that somebody took over must not throw mail away that is nowhere else.
      await shell.request('requirePress', {});
      await removeLocalAccount(accountId, context.rooms());
      return {};
    },
    'accounts.setBodyPolicy': ({ accountId, months }) => {
      context.rooms().store.accounts.setBodyMonths(accountId, months);
      return view(accountId);
    },
    'grants.list': () => accounts.grantViews(),
    'grants.openManagePage': ({ accountId }) => {
      const grant = accounts.grantViews().find((one) => one.accountId === accountId);
      if (grant?.manageUrl === undefined) throw new MailError('not-found');
      return shell.request('openExternal', { url: grant.manageUrl });
    },
    'grants.previewSignOut': ({ accountId }) => accounts.previewSignOut(accountId),
    'grants.signOut': async (input) => {
      if (input.mail === 'erase') await shell.request('requirePress', {});
      return accounts.signOut({
        ...input,
        onStep: (step) => publish('signOutProgress', { accountId: input.accountId, step }),
      });
    },
    'receipts.list': () => context.rooms().store.receipts.list(),
    'receipts.save': async ({ receiptId }) => {
      const receipt = context.rooms().store.receipts.get(receiptId);
      if (!receipt) throw new MailError('not-found');
      const day = new Date(receipt.finishedAt).toISOString().slice(0, 10);
      // An address may have 254 characters, a file name 255 bytes.
      const address = receipt.address.slice(0, 150).replace(/[^a-z0-9@.-]/gi, '_');
      const name = `Latchkey receipt ${address} ${day}.html`;
      return { saved: await savePage(shell, name, accounts.receiptPage(receipt)) };
    },
  };
}
