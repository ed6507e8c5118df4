/**
 * What this computer may do with each account, and the way to take it back. Nothing here is a success or a failure:
 * access is a fact, so it carries a plug and no tick.
 */
import { type ReactNode, useRef, useState } from 'react';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { GrantView } from '../../../src-shared/model/grant.ts';
import type { Receipt } from '../../../src-shared/model/receipt.ts';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Page } from '../../components/page.tsx';
import { useFocusBack } from '../../components/use-focus-back.ts';
import { formatDateTime, t } from '../../i18n/i18n.ts';
import { AccessSection } from './access-section.tsx';
import { DebtsSection } from './debts-section.tsx';
import { DeleteMailDialog } from './delete-mail-dialog.tsx';
import { ExplainAccess } from './explain-access.tsx';
import { IdentitiesDialog } from './identities-dialog.tsx';
import { LocalSection } from './local-section.tsx';
import { sayAnswer } from './receipt-words.ts';
import { SignInAgain } from './sign-in-again.tsx';
import { type LeavingAccount, SignOutDialog } from './sign-out-dialog.tsx';
import { useNow } from './use-now.ts';
import './accounts.css';

export type AccessPageProps = {
  onBack: () => void;
  onAddAccount: () => void;
  onReceipt: (receipt: Receipt) => void;
};

const CLOCK_MS = 20_000;

function isSignedIn(account: AccountView, grant: GrantView | undefined): boolean {
  return account.auth !== 'none' && account.state !== 'signed-out' && grant?.state !== 'revoked';
}

export function AccessPage({ onAddAccount, onReceipt }: AccessPageProps): ReactNode {
  const accounts = useRequest('accounts.list', {}, { refetchOn: ['accountsChanged'] });
  const grants = useRequest('grants.list', {}, { refetchOn: ['accountsChanged', 'vaultChanged'] });
  const outbox = useRequest('outbox.list', {}, { refetchOn: ['outboxChanged'] });
  const receipts = useRequest('receipts.list', {}, { refetchOn: ['accountsChanged', 'debtsChanged'] });
  const debts = useRequest('debts.list', {}, { refetchOn: ['debtsChanged'] });
  const now = useNow(CLOCK_MS);
  // As they were when the dialog opened: signing out takes them from the list while it runs.
  const [leaving, setLeaving] = useState<readonly LeavingAccount[]>([]);
  const [emptying, setEmptying] = useState<AccountView>();
  const [again, setAgain] = useState<AccountView>();
  const [writing, setWriting] = useState<AccountView>();
  const [isExplained, setIsExplained] = useState(false);
  // The dialogs of the addresses follow one another; the last one does not know where the first was opened.
  const opener = useRef<Element>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useFocusBack(again !== undefined, () => title.current?.focus());
  useFocusBack(writing !== undefined, () => {
    if (opener.current instanceof HTMLElement) opener.current.focus();
  });

  const grantOf = (account: AccountView): GrantView | undefined =>
    grants.value?.find((grant) => grant.accountId === account.accountId);
  const waitingOf = (account: AccountView): number =>
    outbox.value?.filter((each) => each.accountId === account.accountId && each.state !== 'sent').length ?? 0;

  if (again) {
    const back = (): void => setAgain(undefined);
    return <SignInAgain account={again} onDone={back} onCancel={back} />;
  }

  const failure = accounts.failure ?? grants.failure;
  const all = accounts.value ?? [];
  const signedIn = all.filter((account) => isSignedIn(account, grantOf(account)));
  const leave = (them: readonly AccountView[]): void =>
    setLeaving(them.map((account) => ({ account, grant: grantOf(account) })));
  const close = (): void => setLeaving([]);

  return (
    <Page
      title={t('access.title')}
      headingRef={title}
      lede={
        <p className="lede">
          {t('access.lede')}{' '}
          <Button variant="link" onPress={() => setIsExplained(true)}>
            {t('access.how')}
          </Button>
        </p>
      }
      action={
        signedIn.length > 1 && (
          <Button variant="danger" onPress={() => leave(signedIn)}>
            {t('access.signOutOfEverything')}
          </Button>
        )
      }
    >
      {failure && <FailureNote failure={failure} />}
      <DebtsSection now={now} />
      {accounts.value &&
        grants.value &&
        all.map((account) =>
          account.auth === 'none' ? (
            <LocalSection key={account.accountId} account={account} />
          ) : (
            <AccessSection
              key={account.accountId}
              account={account}
              grant={grantOf(account)}
              isOwed={
                account.state === 'signed-out' &&
                (debts.value ?? []).some((debt) => debt.accountId === account.accountId)
              }
              waiting={waitingOf(account)}
              now={now}
              onSignInAgain={() => setAgain(account)}
              onSignOut={() => leave([account])}
              onDeleteMail={() => setEmptying(account)}
              onIdentities={() => {
                opener.current = document.activeElement;
                setWriting(account);
              }}
            />
          ),
        )}
      {accounts.value?.length === 0 && <p className="section c2">{t('access.empty')}</p>}
      <section className="section">
        <Button onPress={onAddAccount}>{t('access.addAccount')}</Button>
      </section>
      <PastReceipts receipts={receipts.value ?? []} onReceipt={onReceipt} />
      {leaving.length > 0 && (
        <SignOutDialog
          accounts={leaving}
          onClose={close}
          onReceipt={(receipt) => {
            close();
            onReceipt(receipt);
          }}
        />
      )}
      {isExplained && (
        <Dialog
          title={t('access.how')}
          isOpen
          onClose={() => setIsExplained(false)}
          actions={
            <Button variant="primary" onPress={() => setIsExplained(false)}>
              {t('common.close')}
            </Button>
          }
        >
          <ExplainAccess />
        </Dialog>
      )}
      {writing && <IdentitiesDialog account={writing} onClose={() => setWriting(undefined)} />}
      {emptying && (
        <DeleteMailDialog
          account={emptying}
          onClose={() => setEmptying(undefined)}
          onReceipt={(receipt) => {
            setEmptying(undefined);
            onReceipt(receipt);
          }}
        />
      )}
    </Page>
  );
}

/** The receipts are found again when the account is long gone. */
function PastReceipts({
  receipts,
  onReceipt,
}: {
  receipts: readonly Receipt[];
  onReceipt: (receipt: Receipt) => void;
}): ReactNode {
  if (receipts.length === 0) return null;
  return (
    <section className="section">
      <h2>{t('access.receipts')}</h2>
      <ul className="receipt-list">
        {receipts.map((receipt) => (
          <li key={receipt.receiptId}>
            <div className="grow">
              <div className="cut" dir="auto">
                {receipt.address}
              </div>
              <div className={receipt.answer === 'no' ? 'c2' : 'warn'}>
                {t('access.receiptLine', {
                  when: formatDateTime(receipt.finishedAt),
                  answer: sayAnswer(receipt),
                })}
              </div>
            </div>
            <Button
              variant="link"
              label={t('access.receiptOf', { address: receipt.address })}
              onPress={() => onReceipt(receipt)}
            >
              {t('access.receiptOpen')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
