/**
 * The way out of one account or of all. It counts first what would be lost, says what a program cannot do, and its
 * button says what will happen. While it runs, the steps fill from above in the same place; it ends in the receipt.
 */
import { type ReactNode, useEffect, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { GrantView } from '../../../src-shared/model/grant.ts';
import type { Receipt, SignOutPreview } from '../../../src-shared/model/receipt.ts';
import type { Backend } from '../../backend/backend.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/checkbox.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { formatBytes, t } from '../../i18n/i18n.ts';
import { OnlyHereList } from './only-here-list.tsx';
import { SignOutProgress } from './sign-out-progress.tsx';
import {
  countOnlyHere,
  type OnlyHere,
  type SignOutChoice,
  sayButton,
  sayProviders,
} from './sign-out-words.ts';
import { useSignOut } from './use-sign-out.ts';

export type LeavingAccount = { account: AccountView; grant: GrantView | undefined };
export type SignOutDialogProps = {
  accounts: readonly LeavingAccount[];
  onClose: () => void;
  onReceipt: (receipt: Receipt) => void;
};

async function previewAll(
  backend: Backend,
  accounts: readonly AccountView[],
): Promise<SignOutPreview[] | Fail> {
  const previews: SignOutPreview[] = [];
  for (const { accountId } of accounts) {
    const result = await backend.request('grants.previewSignOut', { accountId });
    if (!result.ok) return result;
    previews.push(result.value);
  }
  return previews;
}

/** What is about to happen at this provider, before anything is asked. */
function sayLede(accounts: readonly LeavingAccount[]): string {
  const only = accounts.length === 1 ? accounts[0] : undefined;
  if (!only) {
    // What a program cannot give back is said before, too.
    const byHand = accounts.filter(
      ({ account, grant }) => account.auth === 'password' || grant?.revocation === 'none',
    );
    const providers = sayProviders(byHand.map(({ account }) => account.providerName));
    return [
      t('signOut.everything.lede', { count: accounts.length }),
      ...(byHand.length > 0 ? [t('signOut.everything.byHand', { providers })] : []),
    ].join(' ');
  }
  const provider = only.account.providerName;
  if (only.account.auth === 'password') return t('signOut.ledePassword', { provider });
  if (only.grant?.state === 'ended') return t('signOut.ledeEnded', { provider });
  return only.grant?.revocation === 'none'
    ? t('signOut.ledeNoEndpoint', { provider })
    : t('signOut.lede', { provider });
}

export function SignOutDialog({ accounts: leaving, onClose, onReceipt }: SignOutDialogProps): ReactNode {
  const backend = useBackend();
  const [onlyHere, setOnlyHere] = useState<OnlyHere>();
  const [failure, setFailure] = useState<Fail>();
  const [choice, setChoice] = useState<SignOutChoice>({ finishFirst: true, mail: 'keep' });
  const signOut = useSignOut();

  useEffect(() => {
    let isGone = false;
    void previewAll(
      backend,
      leaving.map((each) => each.account),
    ).then((result) => {
      if (isGone) return;
      if (Array.isArray(result)) setOnlyHere(countOnlyHere(result));
      else setFailure(result);
    });
    return () => {
      isGone = true;
    };
  }, [backend, leaving]);

  const only = leaving.length === 1 ? leaving[0]?.account : undefined;

  const run = async (): Promise<void> => {
    const finishFirst = choice.finishFirst && (onlyHere?.canFinish ?? false);
    const receipts = await signOut.run(
      leaving.map((each) => each.account),
      { ...choice, finishFirst },
    );
    const receipt = receipts[0];
    if (leaving.length === 1 && receipt) onReceipt(receipt);
  };

  if (signOut.phase !== 'asking') {
    return (
      <SignOutProgress
        accounts={leaving.map((each) => each.account)}
        signOut={signOut}
        onClose={onClose}
        onReceipt={onReceipt}
      />
    );
  }

  const button = onlyHere && sayButton(onlyHere, choice);
  return (
    <Dialog
      title={only ? t('signOut.title', { address: only.address }) : t('signOut.everything.title')}
      lede={sayLede(leaving)}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onPress={onClose}>
            {t('accounts.cancel')}
          </Button>
          {button && (
            <Button
              key={button.isLosing ? 'losing' : 'plain'}
              variant={button.isLosing ? 'danger-final' : 'primary'}
              autoFocus={!button.isLosing}
              onPress={() => void run()}
            >
              {button.words}
            </Button>
          )}
        </>
      }
    >
      {failure && <FailureNote failure={failure} />}
      <div role="status" className="sign-out-count">
        {!onlyHere && !failure && <p className="c2">{t('signOut.counting')}</p>}
      </div>
      {onlyHere && <Choices accounts={leaving} onlyHere={onlyHere} choice={choice} onChange={setChoice} />}
    </Dialog>
  );
}

function Choices(props: {
  accounts: readonly LeavingAccount[];
  onlyHere: OnlyHere;
  choice: SignOutChoice;
  onChange: (choice: SignOutChoice) => void;
}): ReactNode {
  const { accounts, onlyHere, choice, onChange } = props;
  const provider = sayProviders(accounts.map((each) => each.account.providerName));
  const cutOff = accounts.flatMap(({ account }) =>
    account.state === 'offline' ? [account.providerName] : [],
  );
  const whole = accounts
    .filter((each) => each.grant?.revokesWholeGrant)
    .map((each) => each.account.providerName);
  return (
    <>
      {onlyHere.things === 0 ? (
        <p className="sign-out-nothing">{t('signOut.nothingOnlyHere')}</p>
      ) : (
        <>
          <OnlyHereList onlyHere={onlyHere} provider={provider} />
          <Checkbox
            isSelected={choice.finishFirst && onlyHere.canFinish}
            isDisabled={!onlyHere.canFinish}
            onChange={(finishFirst) => onChange({ ...choice, finishFirst })}
          >
            {t('signOut.finishFirst')}
          </Checkbox>
          {!onlyHere.canFinish && <p className="t12 c2">{t('signOut.cannotFinish', { provider })}</p>}
          {onlyHere.canFinish && choice.finishFirst && cutOff.length > 0 && (
            <p className="t12 warn">{t('signOut.finishOffline', { provider: sayProviders(cutOff) })}</p>
          )}
        </>
      )}
      <div className="sign-out-mail">
        <RadioGroup
          label={t('signOut.mail')}
          more={t('signOut.mailCount', { messages: onlyHere.messages, size: formatBytes(onlyHere.bytes) })}
          value={choice.mail}
          onChange={(mail) => onChange({ ...choice, mail })}
          options={[
            { value: 'keep', label: t('signOut.keep'), description: t('signOut.keepTextRead') },
            {
              value: 'erase',
              label: t('signOut.delete'),
              description: t('signOut.deleteText', { provider }),
            },
          ]}
        />
      </div>
      <p className="sign-out-cannot">
        {t('signOut.cannot')}
        {whole.length > 0 && ` ${t('signOut.wholeGrant', { provider: sayProviders(whole) })}`}
      </p>
    </>
  );
}
