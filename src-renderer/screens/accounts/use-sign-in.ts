/**
 * One running sign-in of this page: its attempt, how far it is, and what came of it.
 * Cancelling changes nothing and is not shown as a failure; leaving the page cancels.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PayloadOf } from '../../../src-shared/ipc/events.ts';
import type { Fail, Result } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import {
  type AttemptId,
  attemptId as attemptIdSchema,
  type CredentialId,
} from '../../../src-shared/model/ids.ts';
import type { Backend } from '../../backend/backend.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';

export type SignInStep = PayloadOf<'signInProgress'>['step'];
export type RunningSignIn = {
  attemptId: AttemptId;
  step: SignInStep | undefined;
  until: number | undefined;
  /** The page and the code of a sign-in on another device. */
  device: PayloadOf<'signInProgress'>['device'];
};

export type SignIn = {
  running: RunningSignIn | undefined;
  failure: Fail | undefined;
  /** Starts an attempt; a second call while one runs does nothing. */
  start: (ask: (attemptId: AttemptId) => Promise<Result<AccountView>>) => void;
  cancel: () => void;
  forgetFailure: () => void;
};

/** Hands a secret to the engine and answers with the name that stands for it. The name works once. */
export async function submitSecret(backend: Backend, secret: string): Promise<Result<CredentialId>> {
  const result = await backend.request('credentials.submit', { secret });
  return result.ok ? { ok: true, value: result.value.credentialId } : result;
}

/** `onDone` hears of the account once it is saved. */
export function useSignIn(onDone: (account: AccountView) => void): SignIn {
  const backend = useBackend();
  const [running, setRunning] = useState<RunningSignIn>();
  const [failure, setFailure] = useState<Fail>();
  const current = useRef<AttemptId>(undefined);

  const isSaving = useRef(false);
  useEvent('signInProgress', ({ attemptId, step, until, device }) => {
    if (attemptId !== current.current) return;
    isSaving.current = step === 'saving';
    setRunning({ attemptId, step, until, device });
  });

  const cancel = useCallback(() => {
    const attemptId = current.current;
    if (!attemptId) return;
    current.current = undefined;
    setRunning(undefined);
    void backend.request('accounts.cancelSignIn', { attemptId });
  }, [backend]);

  useEffect(() => {
    return () => {
      // The news of the saved account may take this page away before its answer is here: that is no cancelling.
      if (!isSaving.current) cancel();
    };
  }, [cancel]);

  const run = async (ask: (attemptId: AttemptId) => Promise<Result<AccountView>>): Promise<void> => {
    if (current.current) return;
    const attemptId = attemptIdSchema.parse(crypto.randomUUID());
    current.current = attemptId;
    isSaving.current = false;
    setFailure(undefined);
    setRunning({ attemptId, step: undefined, until: undefined, device: undefined });
    const result = await ask(attemptId);
    // A cancelled attempt has no say any more, whatever it answers.
    if (current.current !== attemptId) return;
    current.current = undefined;
    // The waiting page stays until whoever hears of the account shows its mail: the form would flash up in between.
    if (result.ok) return onDone(result.value);
    setRunning(undefined);
    if (result.code !== 'sign-in-cancelled') setFailure(result);
  };

  return {
    running,
    failure,
    start: (ask) => void run(ask),
    cancel,
    forgetFailure: () => setFailure(undefined),
  };
}
