import { expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createAccountsHandlers } from '../../../../src-main/ipc/accounts-handlers.ts';
import type { EngineContext } from '../../../../src-main/ipc/context.ts';
import type { InputOf } from '../../../../src-shared/ipc/contract.ts';

/** The handlers over one account, in a program whose passphrase was given long ago (`needsUnlock`), or just now. */
function start(needsUnlock: boolean, isPressed = true) {
  const begun: string[] = [];
  const account = { accountId: 'a', address: 'maya@lab.test' };
  const begin = (name: string) => async () => {
    begun.push(name);
    return account;
  };
  const accounts = {
    list: () => [account],
    get: () => account,
    byAddress: (address: string) => (address.toLowerCase() === account.address ? account : undefined),
  };
  const context = {
    accounts: { signIn: begin('signIn'), addByHand: begin('addByHand'), signInAgain: begin('signInAgain') },
    shell: {
      async request(name: string) {
        if (name === 'requirePress' && !isPressed) throw new MailError('press-missing');
      },
    },
    lock: { needsUnlock: () => needsUnlock },
    rooms: () => ({ store: { accounts }, sync: { state: () => 'online', progress: () => undefined } }),
  };
  return { handlers: createAccountsHandlers(context as unknown as EngineContext, () => undefined), begun };
}

const signal = new AbortController().signal;
const known = (address: string) => ({ address }) as InputOf<'accounts.signIn'>;
const byHand = (address: string) => ({ settings: { address } }) as InputOf<'accounts.addByHand'>;

it('gives an account that is there other servers or another access only to who gave the passphrase a moment ago', async () => {
  const { handlers, begun } = start(true);
  for (const address of ['maya@lab.test', ' Maya@lab.test ']) {
    await expect(handlers['accounts.signIn'](known(address), signal)).rejects.toMatchObject({
      code: 'unlock-needed',
    });
    await expect(handlers['accounts.addByHand'](byHand(address), signal)).rejects.toMatchObject({
      code: 'unlock-needed',
    });
  }
  expect(begun).toEqual([]);
  const after = start(false);
  await after.handlers['accounts.addByHand'](byHand('maya@lab.test'), signal);
  expect(after.begun).toEqual(['addByHand']);
});

it('adds an account that is not there, and renews one at its own servers, without being asked again', async () => {
  const { handlers, begun } = start(true);
  await handlers['accounts.signIn'](known('erik@lab.test'), signal);
  await handlers['accounts.addByHand'](byHand('erik@lab.test'), signal);
  await handlers['accounts.signInAgain']({} as InputOf<'accounts.signInAgain'>, signal);
  expect(begun).toEqual(['signIn', 'addByHand', 'signInAgain']);
});

it('begins no sign-in for a page that asks for it without a press of the person', async () => {
  const { handlers, begun } = start(false, false);
  const again = {} as InputOf<'accounts.signInAgain'>;
  for (const asked of [
    handlers['accounts.signIn'](known('erik@lab.test'), signal),
    handlers['accounts.addByHand'](byHand('erik@lab.test'), signal),
    handlers['accounts.signInAgain'](again, signal),
  ])
    await expect(asked).rejects.toMatchObject({ code: 'press-missing' });
  expect(begun).toEqual([]);
});
