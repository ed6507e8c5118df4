import { readOtherProgram } from '../accounts/other-programs.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type IdentityHandlers = Pick<
  Handlers,
  'identities.list' | 'identities.save' | 'identities.remove' | 'accounts.readOtherProgram'
>;

export function createIdentityHandlers({ identities, shell, providerList }: EngineContext): IdentityHandlers {
  return {
    'identities.list': () => identities.list(),
    'identities.save': async (input, signal) => {
      // A page that somebody took over must not send mail by a server of its own from now on.
      if (input.submission) await shell.request('requirePress', {});
      return identities.save(input, signal);
    },
    async 'identities.remove'({ identityId }) {
      await identities.remove(identityId);
      return {};
    },
    async 'accounts.readOtherProgram'({ program }) {
      const path =
        program === 'thunderbird'
          ? (await shell.request('pickFolder', {})).path
          : (await shell.request('pickFiles', {})).paths[0];
      if (path === undefined) return { accounts: [], isCancelled: true };
      return { accounts: await readOtherProgram(program, path, providerList.providers), isCancelled: false };
    },
  };
}
