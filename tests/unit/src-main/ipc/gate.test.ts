import { expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createGate } from '../../../../src-main/ipc/gate.ts';
import { REQUEST_CLASSES } from '../../../../src-main/ipc/request-classes.ts';
import { contract, type RequestName } from '../../../../src-shared/ipc/contract.ts';
import { type EventName, events } from '../../../../src-shared/ipc/events.ts';

const names = Object.keys(contract) as RequestName[];

function world(lock: { isKnown?: boolean; isLocked?: boolean; needsUnlock?: boolean }, problem?: MailError) {
  const loaded: number[] = [];
  const gate = createGate(
    {
      load: async () => void loaded.push(1),
      isKnown: () => lock.isKnown ?? true,
      isLocked: () => lock.isLocked ?? false,
      needsUnlock: () => lock.needsUnlock ?? false,
    },
    { busy: () => undefined, problem: () => problem },
  );
  const codeOf = (name: RequestName): string | undefined => {
    try {
      gate.admit(name);
      return undefined;
    } catch (error) {
      return error instanceof MailError ? error.code : 'other';
    }
  };
  return { gate, codeOf, loaded };
}

it('has a class for each request of the contract, and for nothing else', () => {
  expect(Object.keys(REQUEST_CLASSES).sort()).toEqual(names.sort());
});

it('lets through only what opens the program while it is locked', () => {
  const { gate, codeOf } = world({ isLocked: true, needsUnlock: true });
  const open = names.filter((name) => codeOf(name) === undefined).sort();
  expect(open).toEqual([
    'app.checkVault',
    'app.createPassphrase',
    'app.forgetPassphrase',
    'app.getState',
    'app.openPassphrase',
    'app.useSessionOnly',
    'credentials.submit',
    'lock.getState',
    'lock.lock',
    'lock.unlock',
    'recovery.open',
    'settings.get',
  ]);
  for (const name of names.filter((one) => !open.includes(one))) expect(codeOf(name)).toBe('app-locked');
  expect(() => gate.admitAnswer('threads.page')).toThrow('app-locked');
  const heard = (Object.keys(events) as EventName[]).filter((name) => gate.admitsEvent(name)).sort();
  expect(heard).toEqual(['lockChanged', 'settingsChanged', 'vaultChanged']);
});

it('wants the passphrase once more for what takes mail, keys or accounts out of the program', () => {
  const { gate, codeOf } = world({ needsUnlock: true });
  const refused = names.filter((name) => codeOf(name) === 'unlock-needed').sort();
  expect(refused).toEqual([
    'accounts.remove',
    'activity.export',
    'contacts.export',
    'grants.signOut',
    'grants.signOutEverything',
    'privacy.eraseAll',
    'privacy.exportAll',
    'recovery.create',
    'transfers.export',
  ]);
  // What was let in a moment ago is answered.
  gate.admitAnswer('grants.signOut');
  expect(world({}).codeOf('grants.signOut')).toBeUndefined();
});

it('counts as locked while nobody knows, once there is mail to see; before, the handlers say why there is none', async () => {
  const open = world({ isKnown: false });
  expect(open.codeOf('threads.page')).toBe('keychain-locked');
  expect(open.gate.admitsEvent('messagesChanged')).toBe(false);
  await open.gate.ready();
  expect(open.loaded).toHaveLength(1);
  const closed = world({ isKnown: false }, new MailError('keychain-absent'));
  expect(closed.codeOf('threads.page')).toBeUndefined();
  await closed.gate.ready();
  expect(closed.loaded).toHaveLength(0);
});
