/** Signs one account out, or all of them as one act, and collects what each step says and each receipt. */
import { useState } from 'react';
import type { Fail, Result } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { AccountId } from '../../../src-shared/model/ids.ts';
import type { Receipt, ReceiptStep } from '../../../src-shared/model/receipt.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';
import type { SignOutChoice } from './sign-out-words.ts';

export type Leaving = {
  steps: readonly ReceiptStep[];
  receipt: Receipt | undefined;
  failure: Fail | undefined;
};
export type SignOut = {
  phase: 'asking' | 'running' | 'ended';
  progress: ReadonlyMap<AccountId, Leaving>;
  run: (accounts: readonly AccountView[], choice: SignOutChoice) => Promise<readonly Receipt[]>;
};

const NOTHING_YET: Leaving = { steps: [], receipt: undefined, failure: undefined };

function putStep(steps: readonly ReceiptStep[], step: ReceiptStep): readonly ReceiptStep[] {
  return steps.some((each) => each.name === step.name)
    ? steps.map((each) => (each.name === step.name ? step : each))
    : [...steps, step];
}

export function useSignOut(): SignOut {
  const backend = useBackend();
  const [phase, setPhase] = useState<SignOut['phase']>('asking');
  const [progress, setProgress] = useState<ReadonlyMap<AccountId, Leaving>>(new Map());
  const change = (accountId: AccountId, next: (before: Leaving) => Leaving): void => {
    setProgress((before) => new Map(before).set(accountId, next(before.get(accountId) ?? NOTHING_YET)));
  };

  useEvent('signOutProgress', ({ accountId, step }) => {
    if (phase === 'running')
      change(accountId, (before) => ({ ...before, steps: putStep(before.steps, step) }));
  });

  const end = (accountId: AccountId, result: Result<Receipt>): void =>
    change(accountId, (before) =>
      result.ok
        ? { steps: result.value.steps, receipt: result.value, failure: undefined }
        : { ...before, failure: result },
    );
  const signOutOne = async (accounts: readonly AccountView[], choice: SignOutChoice): Promise<Receipt[]> => {
    const [account] = accounts;
    if (!account) return [];
    const result = await backend.request('grants.signOut', { accountId: account.accountId, ...choice });
    end(account.accountId, result);
    return result.ok ? [result.value] : [];
  };
  /** The engine does it as one act: it goes on when this window is closed. */
  const signOutAll = async (accounts: readonly AccountView[], choice: SignOutChoice): Promise<Receipt[]> => {
    const result = await backend.request('grants.signOutEverything', choice);
    const { receipts, failed } = result.ok ? result.value : { receipts: [], failed: [] };
    for (const { accountId } of accounts) {
      const receipt = receipts.find((one) => one.accountId === accountId);
      const code = failed.find((one) => one.accountId === accountId)?.code ?? 'not-found';
      if (receipt) end(accountId, { ok: true, value: receipt });
      else end(accountId, result.ok ? { ok: false, code, retry: 'later' } : result);
    }
    return receipts;
  };

  const run = async (
    accounts: readonly AccountView[],
    choice: SignOutChoice,
  ): Promise<readonly Receipt[]> => {
    setPhase('running');
    setProgress(new Map(accounts.map(({ accountId }) => [accountId, NOTHING_YET])));
    const receipts =
      accounts.length === 1 ? await signOutOne(accounts, choice) : await signOutAll(accounts, choice);
    setPhase('ended');
    return receipts;
  };

  return { phase, progress, run };
}
