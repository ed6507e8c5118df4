/** The sign-ins that the page for adding an account can start, each with what its waiting page shows. */
import { useRef, useState } from 'react';
import type { Result } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { Discovered } from '../../../src-shared/model/discovery.ts';
import type { AttemptId, CredentialId } from '../../../src-shared/model/ids.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { type ByHandFields, secretOf, toHandSettings } from './by-hand-form.ts';
import { settingsOf } from './discovery-words.ts';
import { type SignIn, submitSecret, useSignIn } from './use-sign-in.ts';

type Shown = {
  auth: 'oauth' | 'password';
  host: string | undefined;
  consentWords: string | undefined;
  via?: 'device' | undefined;
};

export type Attempts = {
  signIn: SignIn;
  shown: Shown;
  inBrowser: (options: {
    clientId?: string | undefined;
    clientSecret?: string | undefined;
    via?: 'device' | undefined;
  }) => void;
  withPassword: (password: string) => void;
  withFound: (found: Discovered, password: string | undefined, via?: 'device') => void;
  byHand: (fields: ByHandFields) => void;
  /** What was tried last, with the browser of another device. */
  onDevice: () => void;
};

type Ask = (
  attemptId: AttemptId,
  secret: CredentialId | undefined,
  by: { via?: 'device' },
) => Promise<Result<AccountView>>;

const WRONG: Result<AccountView> = { ok: false, code: 'input-invalid', retry: 'never' };

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

export function useAttempts({
  address,
  loginAddress,
  provider,
  onAdded,
}: {
  address: string;
  /** Empty for the address itself. */
  loginAddress: string;
  provider: ProviderView | undefined;
  onAdded: (account: AccountView) => void;
}): Attempts {
  const backend = useBackend();
  const signIn = useSignIn(onAdded);
  const [shown, setShown] = useState<Shown>({ auth: 'oauth', host: undefined, consentWords: undefined });
  const last = useRef<(via: 'device') => void>(undefined);
  const login = loginAddress === '' ? undefined : loginAddress;

  /** A name for a secret works once, so each attempt hands it over anew. */
  const start = (what: Shown, secret: string | undefined, ask: Ask): void => {
    const begin = (via: 'device' | undefined): void => {
      setShown({ ...what, via });
      signIn.start(async (attemptId) => {
        const held = secret ? await submitSecret(backend, secret) : undefined;
        if (held && !held.ok) return held;
        return ask(attemptId, held?.value, via ? { via } : {});
      });
    };
    last.current = begin;
    begin(what.via);
  };

  return {
    signIn,
    shown,
    onDevice: () => last.current?.('device'),

    inBrowser({ clientId, clientSecret, via }) {
      if (!provider) return;
      const { authorizationHost: host, consentWords, providerId } = provider;
      start({ auth: 'oauth', host, consentWords, via }, clientSecret, (attemptId, secret, by) =>
        backend.request('accounts.signIn', {
          attemptId,
          address,
          providerId,
          ...(clientId !== undefined && { clientId }),
          ...(secret && { clientSecret: secret }),
          ...(login !== undefined && { loginAddress: login }),
          ...by,
        }),
      );
    },

    withPassword(password) {
      if (!provider) return;
      const { providerId } = provider;
      const what = { auth: 'password', host: undefined, consentWords: undefined } as const;
      start(what, password, (attemptId, secret) =>
        backend.request('accounts.signIn', {
          attemptId,
          address,
          providerId,
          ...(secret && { password: secret }),
          ...(login !== undefined && { loginAddress: login }),
        }),
      );
    },

    withFound(found, password, via) {
      const auth = password === undefined ? 'oauth' : 'password';
      const what: Shown = { auth, host: found.oauth?.authorizationHost, consentWords: undefined, via };
      start(what, password, async (attemptId, secret, by) => {
        const settings = settingsOf(found, { address, loginAddress: login }, secret);
        return settings ? backend.request('accounts.addByHand', { attemptId, settings, ...by }) : WRONG;
      });
    },

    byHand(fields) {
      const text = secretOf(fields);
      const host = hostOf(fields.issuer.trim());
      const what: Shown = { auth: fields.auth, host, consentWords: undefined };
      start(what, text === '' ? undefined : text, async (attemptId, secret, by) => {
        const settings = toHandSettings(fields, secret);
        return settings ? backend.request('accounts.addByHand', { attemptId, settings, ...by }) : WRONG;
      });
    },
  };
}
