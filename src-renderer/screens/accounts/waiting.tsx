import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { type Step, Steps } from '../../components/steps.tsx';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';
import { Headline } from './centred-page.tsx';
import { sayCountdown } from './countdown.ts';
import { WaitingForDevice } from './device.tsx';
import { useNow } from './use-now.ts';
import type { RunningSignIn, SignInStep } from './use-sign-in.ts';

const PERSON_STEPS: readonly SignInStep[] = [
  'finding-provider',
  'registering',
  'waiting-for-browser',
  'waiting-for-device',
];
const CHECK_STEPS: readonly SignInStep[] = ['exchanging-code', 'checking-imap', 'checking-smtp', 'saving'];

export type WaitingProps = {
  running: RunningSignIn;
  address: string;
  auth: 'oauth' | 'password';
  host?: string | undefined;
  consentWords?: string | undefined;
  /** Where the person agrees; in the browser of this computer when left out. */
  via?: 'device' | undefined;
  onCancel: () => void;
};

/** A sign-in that runs: first it waits for the person in a browser, then it tries the account. */
export function Waiting(props: WaitingProps): ReactNode {
  const { running, auth, address, via, onCancel } = props;
  const { step } = running;
  if (auth === 'password' || (step !== undefined && !PERSON_STEPS.includes(step))) {
    return <TryingAccount {...props} />;
  }
  if (step === 'registering') return <Registering {...props} />;
  if (via === 'device' || step === 'waiting-for-device') {
    const { device, until } = running;
    return <WaitingForDevice address={address} device={device} until={until} onCancel={onCancel} />;
  }
  return <WaitingForBrowser {...props} />;
}

function Registering({ address, host, onCancel }: WaitingProps): ReactNode {
  return (
    <>
      <Headline takesFocus>{t('signIn.registering.title')}</Headline>
      <p className="task-lede">
        {host === undefined ? t('signIn.registering.ledeAnywhere') : t('signIn.registering.lede', { host })}
      </p>
      <dl className="facts task-facts">
        <dt>{t('accounts.wait.account')}</dt>
        <dd dir="auto">{address}</dd>
      </dl>
      <div className="task-actions">
        <Button variant="quiet" onPress={onCancel}>
          {t('accounts.cancel')}
        </Button>
      </div>
    </>
  );
}

function WaitingForBrowser({ running, address, host, consentWords, onCancel }: WaitingProps): ReactNode {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const isOpen = running.step === 'waiting-for-browser';
  const now = useNow(running.until === undefined ? 0 : 1000);
  const countdown = running.until === undefined ? undefined : sayCountdown(running.until - now);

  const ask = async (name: 'accounts.copySignInLink' | 'accounts.openSignInLink'): Promise<void> => {
    const result = await backend.request(name, { attemptId: running.attemptId });
    setFailure(result.ok ? undefined : result);
    if (result.ok && name === 'accounts.copySignInLink') showToast({ text: t('accounts.wait.copied') });
  };

  return (
    <>
      <Headline takesFocus>{t('accounts.wait.title')}</Headline>
      <p className="task-lede">{t('accounts.wait.lede')}</p>
      <dl className="facts task-facts">
        <dt>{t('accounts.wait.account')}</dt>
        <dd dir="auto">{address}</dd>
        {host !== undefined && (
          <>
            <dt>{t('accounts.wait.page')}</dt>
            <dd>{host}</dd>
          </>
        )}
        {consentWords !== undefined && (
          <>
            <dt>{t('accounts.wait.youWillRead')}</dt>
            <dd>{t('accounts.wait.words', { words: consentWords })}</dd>
          </>
        )}
      </dl>
      {failure && <FailureNote failure={failure} />}
      <div className="task-actions">
        <Button icon="copy" isDisabled={!isOpen} onPress={() => void ask('accounts.copySignInLink')}>
          {t('accounts.wait.copyLink')}
        </Button>
        <Button icon="external" isDisabled={!isOpen} onPress={() => void ask('accounts.openSignInLink')}>
          {t('accounts.wait.openAgain')}
        </Button>
        <Button variant="quiet" onPress={onCancel}>
          {t('accounts.cancel')}
        </Button>
      </div>
      <p className="task-foot num" role="timer">
        {countdown === undefined
          ? t('accounts.wait.noPage')
          : t('accounts.wait.lastMinute', { time: countdown })}
      </p>
    </>
  );
}

function TryingAccount({ running, address, auth, onCancel }: WaitingProps): ReactNode {
  const names = auth === 'password' ? CHECK_STEPS.filter((name) => name !== 'exchanging-code') : CHECK_STEPS;
  const at = running.step === undefined ? -1 : names.indexOf(running.step);
  const steps = names.map((name, index): Step => {
    const state = index < at ? 'done' : index === at ? 'running' : 'waiting';
    return { id: name, title: t(`accounts.wait.step.${name}`), state };
  });
  return (
    <>
      <Headline takesFocus>{t('accounts.wait.checkTitle')}</Headline>
      <p className="task-lede">{t('accounts.wait.checkLede')}</p>
      <dl className="facts task-facts">
        <dt>{t('accounts.wait.account')}</dt>
        <dd dir="auto">{address}</dd>
      </dl>
      <div className="task-steps" role="status">
        <Steps steps={steps} />
      </div>
      <div className="task-actions">
        <Button variant="quiet" onPress={onCancel}>
          {t('accounts.cancel')}
        </Button>
      </div>
    </>
  );
}
