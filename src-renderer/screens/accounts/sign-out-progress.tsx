import type { ReactNode } from 'react';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { AccountId } from '../../../src-shared/model/ids.ts';
import { type Receipt, receiptStepName } from '../../../src-shared/model/receipt.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { type Step, Steps } from '../../components/steps.tsx';
import { showToast } from '../../components/toast.tsx';
import { formatTime, t } from '../../i18n/i18n.ts';
import { sayAnswer, sayStep } from './receipt-words.ts';
import type { Leaving, SignOut } from './use-sign-out.ts';

export type SignOutProgressProps = {
  accounts: readonly AccountView[];
  signOut: SignOut;
  onClose: () => void;
  onReceipt: (receipt: Receipt) => void;
};

/** The steps in their order: those that ran with their outcome, the others with what they will do. */
function stepsOf(leaving: Leaving, provider: string): Step[] {
  return receiptStepName.options.map((name) => {
    const step = leaving.steps.find((each) => each.name === name);
    if (!step || step.state === 'waiting' || step.state === 'running') {
      return { id: name, title: t(`signOut.step.${name}`, { provider }), state: step?.state ?? 'waiting' };
    }
    const { title, text } = sayStep(step, provider);
    return {
      id: name,
      title: step.state === 'owed' ? <span className="warn">{title}</span> : title,
      more: text,
      state: step.state,
      ...(step.at === undefined ? {} : { time: formatTime(step.at) }),
    };
  });
}

function titleOf({ accounts, signOut }: SignOutProgressProps): string {
  const only = accounts.length === 1 ? accounts[0] : undefined;
  if (only) return t('signOut.runningTitle', { address: only.address });
  if (signOut.phase === 'running') return t('signOut.everything.runningTitle');
  const isWhole = [...signOut.progress.values()].every((each) => each.receipt !== undefined);
  return isWhole ? t('signOut.everything.doneTitle') : t('signOut.everything.partTitle');
}

/** The same dialog while it runs. It cannot be closed before the end: half a sign-out has no receipt. */
export function SignOutProgress(props: SignOutProgressProps): ReactNode {
  const { accounts, signOut, onClose, onReceipt } = props;
  const hasEnded = signOut.phase === 'ended';
  const isOne = accounts.length === 1;
  return (
    <Dialog
      title={titleOf(props)}
      lede={hasEnded && !isOne ? t('signOut.everything.doneLede') : t('signOut.runningLede')}
      isOpen
      onClose={onClose}
      isDismissable={hasEnded}
      {...(hasEnded
        ? {
            actions: (
              <>
                {!isOne && <SaveAll signOut={signOut} />}
                <Button variant="primary" autoFocus onPress={onClose}>
                  {t('signOut.close')}
                </Button>
              </>
            ),
          }
        : {})}
    >
      <div className="sign-out-running" aria-live="polite">
        {accounts.map((account) => (
          <One
            key={account.accountId}
            account={account}
            isAlone={isOne}
            leaving={leavingOf(signOut, account.accountId)}
            onReceipt={onReceipt}
          />
        ))}
      </div>
    </Dialog>
  );
}

/** All receipts of this act as one page. */
function SaveAll({ signOut }: { signOut: SignOut }): ReactNode {
  const backend = useBackend();
  const batch = [...signOut.progress.values()].find((each) => each.receipt?.batch)?.receipt?.batch;
  if (batch === undefined) return null;
  const save = async (): Promise<void> => {
    const result = await backend.request('receipts.saveAll', { batch });
    if (result.ok && result.value.saved) showToast({ text: t('receipt.saved') });
  };
  return <Button onPress={() => void save()}>{t('access.saveAll')}</Button>;
}

function leavingOf(signOut: SignOut, accountId: AccountId): Leaving {
  return signOut.progress.get(accountId) ?? { steps: [], receipt: undefined, failure: undefined };
}

function One(props: {
  account: AccountView;
  isAlone: boolean;
  leaving: Leaving;
  onReceipt: (receipt: Receipt) => void;
}): ReactNode {
  const { account, isAlone, leaving, onReceipt } = props;
  const { receipt, failure } = leaving;
  if (failure) {
    return (
      <>
        {!isAlone && <h2>{account.address}</h2>}
        <FailureNote failure={failure} takesFocus={isAlone} />
      </>
    );
  }
  if (isAlone || !receipt) {
    return (
      <>
        {!isAlone && <h2>{account.address}</h2>}
        <Steps steps={stepsOf(leaving, account.providerName)} />
      </>
    );
  }
  return (
    <div className="sign-out-ended">
      <div className="grow">
        <div className="cut med" dir="auto">
          {account.address}
        </div>
        <div className={receipt.answer === 'no' ? 'c2' : 'warn'}>
          {t('signOut.everything.answer', { answer: sayAnswer(receipt) })}
        </div>
      </div>
      <Button
        variant="link"
        label={t('access.receiptOf', { address: account.address })}
        onPress={() => onReceipt(receipt)}
      >
        {t('access.receiptOpen')}
      </Button>
    </div>
  );
}
