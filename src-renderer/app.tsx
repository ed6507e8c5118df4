/** Which screen stands in the window. Screens do not know each other; they meet here. */
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { InputOf } from '../src-shared/ipc/contract.ts';
import type { Fail } from '../src-shared/ipc/result.ts';
import type { AccountView } from '../src-shared/model/account.ts';
import type { AccountId, DraftId } from '../src-shared/model/ids.ts';
import type { ProfileState } from '../src-shared/model/profile.ts';
import type { Receipt } from '../src-shared/model/receipt.ts';
import type { Submission } from '../src-shared/model/submission.ts';
import { useBackend, useEvent } from './backend/backend-context.tsx';
import { useRequest } from './backend/use-request.ts';
import { Button } from './components/button.tsx';
import { FailureNote } from './components/failure-note.tsx';
import { hideToast, showToast, ToastRegion } from './components/toast.tsx';
import { dayLocale, formatDateTime, t } from './i18n/i18n.ts';
import { MailPage } from './mail-page.tsx';
import { FIRST_PLACE, useMailPlace } from './mail-place.ts';
import { PageFrame } from './page-frame.tsx';
import { AccessPage } from './screens/accounts/access-page.tsx';
import { AddAccount } from './screens/accounts/add-account.tsx';
import { ProfileNotes, RecoverySection } from './screens/accounts/profile-notes.tsx';
import { ReceiptPage } from './screens/accounts/receipt-page.tsx';
import { RecoveryGate } from './screens/accounts/recovery-gate.tsx';
import { SignInAgain } from './screens/accounts/sign-in-again.tsx';
import { VaultGate } from './screens/accounts/vault-gate.tsx';
import { ActivityPage } from './screens/activity/activity-page.tsx';
import { Compose } from './screens/compose/compose.tsx';
import { ContactsPage } from './screens/contacts/contacts-page.tsx';
import { accountName, signInNeededFor } from './screens/inbox/mail-view.ts';
import { useGetMail } from './screens/inbox/use-get-mail.ts';
import { CheckPage } from './screens/safety/check-page.tsx';
import { LockGate } from './screens/safety/lock-gate.tsx';
import { PrivacyPage } from './screens/safety/privacy-page.tsx';
import { MailHandlerOffer } from './screens/settings/mail-handler.tsx';
import { SettingsPage } from './screens/settings/settings-page.tsx';
import { useLook } from './use-look.ts';

type Route =
  | { screen: 'mail' }
  | { screen: 'welcome' }
  | { screen: 'access' }
  | { screen: 'settings' }
  | { screen: 'activity' }
  | { screen: 'check' }
  | { screen: 'privacy' }
  | { screen: 'contacts' }
  | { screen: 'receipt'; receipt: Receipt }
  | { screen: 'sign-in-again'; accountId: AccountId };

const LATER_TOAST_MS = 10_000;

/** One question at a time. */
const asksForCode = ({ recoveryCode }: ProfileState): boolean =>
  recoveryCode === 'unset' || recoveryCode === 'skipped';

/** Opens drafts for writing, and sends word when one has left. */
function useCompose(accounts: readonly AccountView[]): {
  open: { draftId: DraftId; isNew: boolean } | undefined;
  failure: Fail | undefined;
  openDraft: (draftId: DraftId) => void;
  compose: (start: InputOf<'drafts.create'>) => void;
  close: () => void;
  sent: (submission: Submission) => void;
} {
  const backend = useBackend();
  const [open, setOpen] = useState<{ draftId: DraftId; isNew: boolean }>();
  const [failure, setFailure] = useState<Fail>();

  const compose = useCallback(
    (start: InputOf<'drafts.create'>) => {
      void backend.request('drafts.create', start).then((result) => {
        setFailure(result.ok ? undefined : result);
        if (result.ok) setOpen({ draftId: result.value.draftId, isNew: true });
      });
    },
    [backend],
  );
  const openDraft = useCallback((draftId: DraftId) => setOpen({ draftId, isNew: false }), []);

  /** What a mailto: link or another program began; of several the last one, the others are among the drafts. */
  const takeRequested = useCallback(() => {
    void backend.request('drafts.takeRequested', {}).then((result) => {
      // Behind the lock, or before the mail is open, nothing was begun.
      if (!result.ok) return;
      const { draftIds, problem } = result.value;
      if (problem !== undefined) setFailure({ ok: false, code: problem, retry: 'never' });
      const draftId = draftIds.at(-1);
      if (draftId !== undefined) setOpen({ draftId, isNew: true });
    });
  }, [backend]);
  useEffect(takeRequested, [takeRequested]);
  useEvent('draftRequested', takeRequested);

  const sent = (submission: Submission): void => {
    setOpen(undefined);
    const undo = (): void => {
      void backend.request('outbox.cancel', { submissionId: submission.submissionId }).then((result) => {
        setFailure(result.ok ? undefined : result);
        if (result.ok && result.value) setOpen({ draftId: result.value.draftId, isNew: false });
      });
    };
    const waitsFor = signInNeededFor(submission, accounts);
    const { sendAt } = submission;
    const sent =
      sendAt === undefined
        ? t('toast.queued', { count: Math.max(0, Math.round((submission.notBefore - Date.now()) / 1000)) })
        : t('toast.goesAt', { time: formatDateTime(sendAt) });
    const text = waitsFor ? t('toast.queued-needs-sign-in', { account: accountName(waitsFor) }) : sent;
    const durationMs = sendAt === undefined ? submission.notBefore - Date.now() : LATER_TOAST_MS;
    if (durationMs < 500) showToast({ text });
    else
      showToast({
        text,
        actionLabel: t('common.undo'),
        kbd: 'Z',
        onAction: undo,
        durationMs,
      });
  };
  return { open, failure, openDraft, compose, close: () => setOpen(undefined), sent };
}

export function App(): ReactNode {
  const backend = useBackend();
  const look = useLook();
  const state = useRequest('app.getState', {}, { refetchOn: ['vaultChanged', 'profileChanged'] });
  const accounts = useRequest('accounts.list', {}, { refetchOn: ['accountsChanged', 'vaultChanged'] });
  const lock = useRequest('lock.getState', {}, { refetchOn: ['lockChanged', 'vaultChanged'] });
  const [route, setRoute] = useState<Route>({ screen: 'mail' });
  const writing = useCompose(accounts.value ?? []);
  const mailPlace = useMailPlace();
  const toMail = useCallback(() => setRoute({ screen: 'mail' }), []);
  const toAccess = useCallback(() => setRoute({ screen: 'access' }), []);

  const isLocked = lock.value?.isLocked === true;
  const vault = state.value?.vault;
  const isShut = vault?.state === 'locked' || vault?.state === 'absent';
  const problem = state.failure ?? (isShut ? undefined : accounts.failure);
  useGetMail((accounts.value ?? []).length > 0 && !isLocked && writing.open === undefined);

  const screen = (): ReactNode => {
    /** The way in for people who bring their mail along: an account without a server, and the page to import on. */
    const onWithoutAccount = (): void => {
      void backend.request('accounts.addLocal', { name: t('transfer.localName') }).then((result) => {
        if (result.ok) setRoute({ screen: 'settings' });
      });
    };
    const lookAgain = (): void => {
      state.refetch();
      accounts.refetch();
    };
    if (isLocked && lock.value) {
      return (
        <LockGate
          lock={lock.value}
          onOpened={() => {
            lock.refetch();
            lookAgain();
          }}
        />
      );
    }
    if (vault && isShut) return <VaultGate vault={vault} onChange={lookAgain} />;
    if (vault && state.value?.problem === 'store-key-lost') {
      return <RecoveryGate vault={vault} onChange={lookAgain} />;
    }
    if (problem) {
      return (
        <main className="centred">
          <div className="column">
            <h1 className="visually-hidden">{t('app.name')}</h1>
            <FailureNote
              failure={problem}
              actions={<Button onPress={lookAgain}>{t('reader.try-again')}</Button>}
            />
          </div>
        </main>
      );
    }
    if (!state.value || !accounts.value) return null;
    const all = accounts.value;
    const profile = vault?.state === 'ready' ? state.value.profile : undefined;
    // Signing out of the last account empties the list while its dialog still runs: only the mail gives way to the welcome.
    const isFirst = all.length === 0 && (route.screen === 'mail' || route.screen === 'sign-in-again');
    if (isFirst || route.screen === 'welcome') {
      return (
        <AddAccount
          state={state.value}
          hint={state.value.addressHint}
          onAdded={() => {
            mailPlace.setPlace(FIRST_PLACE);
            toMail();
          }}
          {...(all.length === 0 ? { onWithoutAccount } : { onCancel: toAccess })}
        />
      );
    }
    if (route.screen === 'sign-in-again') {
      const account = all.find((one) => one.accountId === route.accountId);
      if (account) return <SignInAgain account={account} onDone={toMail} onCancel={toMail} />;
    }
    if (route.screen !== 'mail' && route.screen !== 'sign-in-again') {
      return (
        <PageFrame
          current={route.screen === 'receipt' ? undefined : route.screen}
          needsPerson={all.some((one) => one.state === 'needs-sign-in')}
          onBack={toMail}
          onPage={(page) => setRoute({ screen: page })}
        >
          {route.screen === 'access' && (
            <AccessPage
              onBack={toMail}
              onAddAccount={() => setRoute({ screen: 'welcome' })}
              onReceipt={(receipt) => {
                hideToast();
                setRoute({ screen: 'receipt', receipt });
              }}
            />
          )}
          {route.screen === 'activity' && (
            <ActivityPage
              onReceipt={(receiptId) => {
                void backend.request('receipts.list', {}).then((result) => {
                  const receipt = result.ok && result.value.find((one) => one.receiptId === receiptId);
                  if (receipt) setRoute({ screen: 'receipt', receipt });
                });
              }}
            />
          )}
          {route.screen === 'contacts' && <ContactsPage onCompose={(to) => writing.compose({ to })} />}
          {route.screen === 'check' && <CheckPage />}
          {route.screen === 'privacy' && (
            <PrivacyPage
              onErased={() => {
                lookAgain();
                toMail();
              }}
            />
          )}
          {route.screen === 'settings' && (
            <SettingsPage>{profile && <RecoverySection profile={profile} />}</SettingsPage>
          )}
          {route.screen === 'receipt' && <ReceiptPage receipt={route.receipt} onDone={toAccess} />}
        </PageFrame>
      );
    }
    return (
      <MailPage
        accounts={all}
        place={mailPlace}
        density={look.settings.density}
        isDark={look.isDark}
        isMailDark={look.isDark && look.settings.darkMail}
        isActive={writing.open === undefined}
        writeFailure={writing.failure}
        notes={(isInboxes) =>
          state.value?.profile && (
            <>
              <ProfileNotes
                profile={state.value.profile}
                offersCode={isInboxes && state.value.vault.state === 'ready'}
              />
              {isInboxes && !asksForCode(state.value.profile) && <MailHandlerOffer />}
            </>
          )
        }
        onCompose={writing.compose}
        onOpenDraft={writing.openDraft}
        onAccess={toAccess}
        onSettings={() => setRoute({ screen: 'settings' })}
        onContacts={() => setRoute({ screen: 'contacts' })}
        onSignInAgain={(accountId) => setRoute({ screen: 'sign-in-again', accountId })}
      />
    );
  };

  return (
    <I18nProvider key={look.locale} locale={dayLocale()}>
      {screen()}
      {writing.open && (
        <Compose
          key={writing.open.draftId}
          draftId={writing.open.draftId}
          isNew={writing.open.isNew}
          undoSeconds={look.settings.undoSeconds}
          isDark={look.isDark}
          checksSpelling={look.settings.checksSpelling}
          isHidden={isLocked}
          onClose={writing.close}
          onSent={writing.sent}
          onReopen={writing.openDraft}
        />
      )}
      {!isLocked && <ToastRegion />}
    </I18nProvider>
  );
}
