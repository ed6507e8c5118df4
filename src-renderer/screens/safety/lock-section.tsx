/** The lock of the program: set, changed, taken away, and after how long it locks by itself. */
import { type ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Select } from '../../components/select.tsx';
import { StrengthMeter } from '../../components/strength-meter.tsx';
import { TextField } from '../../components/text-field.tsx';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';

const MINUTES = ['0', '5', '15', '60', '240'] as const;
type Minutes = (typeof MINUTES)[number];

const offered = (minutes: number): Minutes => MINUTES.findLast((one) => Number(one) <= minutes) ?? '0';

export function LockSection(): ReactNode {
  const backend = useBackend();
  const lock = useRequest('lock.getState', {}, { refetchOn: ['lockChanged'] });
  const [dialog, setDialog] = useState<'set' | 'remove'>();
  const [failure, setFailure] = useState<Fail>();
  const state = lock.value;

  const lockNow = async (): Promise<void> => {
    const result = await backend.request('lock.lock', {});
    setFailure(result.ok ? undefined : result);
  };
  const setMinutes = async (minutes: Minutes): Promise<void> => {
    const result = await backend.request('lock.set', { afterMinutes: Number(minutes) });
    setFailure(result.ok ? undefined : result);
    lock.refetch();
  };
  return (
    <section className="section settings-choice">
      <h2>{t('lock.section')}</h2>
      <p className="c2">{t(state?.isSet ? 'lock.sectionSet' : 'lock.sectionUnset')}</p>
      {failure && <FailureNote failure={failure} />}
      {state?.isSet && (
        <Select
          label={t('lock.after')}
          value={offered(state.afterMinutes)}
          onChange={(minutes) => void setMinutes(minutes)}
          options={MINUTES.map((value) => ({ value, label: t('lock.minutes', { count: Number(value) }) }))}
        />
      )}
      {state && (
        <p className="row safety-buttons">
          <Button onPress={() => setDialog('set')}>{t(state.isSet ? 'lock.change' : 'lock.set')}</Button>
          {state.isSet && (
            <>
              <Button onPress={() => void lockNow()}>{t('lock.now')}</Button>
              <Button variant="quiet" onPress={() => setDialog('remove')}>
                {t('lock.remove')}
              </Button>
            </>
          )}
        </p>
      )}
      {dialog && state && (
        <LockDialog
          isSet={state.isSet}
          afterMinutes={state.isSet ? state.afterMinutes : 15}
          isRemoving={dialog === 'remove'}
          onClose={() => {
            setDialog(undefined);
            lock.refetch();
          }}
        />
      )}
    </section>
  );
}

function LockDialog(props: {
  isSet: boolean;
  afterMinutes: number;
  isRemoving: boolean;
  onClose: () => void;
}): ReactNode {
  const { isSet, afterMinutes, isRemoving, onClose } = props;
  const backend = useBackend();
  const app = useRequest('app.getState', {});
  const hasCode = app.value?.profile?.recoveryCode === 'set';
  const [current, setCurrent] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [isTried, setIsTried] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const differs = isTried && passphrase !== again;

  const hold = async (secret: string) => backend.request('credentials.submit', { secret });
  const run = async (): Promise<void> => {
    setIsTried(true);
    if (!isRemoving && (passphrase === '' || passphrase !== again)) return;
    const held = isSet ? await hold(current) : undefined;
    if (held && !held.ok) return setFailure(held);
    const known = held?.value.credentialId;
    if (isRemoving) {
      if (known === undefined) return;
      const result = await backend.request('lock.remove', { current: known });
      return end(result.ok ? undefined : result, t('lock.removed'));
    }
    const fresh = await hold(passphrase);
    if (!fresh.ok) return setFailure(fresh);
    const result = await backend.request('lock.set', {
      passphrase: fresh.value.credentialId,
      afterMinutes,
      ...(known !== undefined && { current: known }),
    });
    end(result.ok ? undefined : result, t('lock.wasSet'));
  };
  const end = (problem: Fail | undefined, words: string): void => {
    setFailure(problem);
    if (problem) return;
    // Drawn empty before they go: what draws a field remembers what it drew last.
    flushSync(() => {
      setCurrent('');
      setPassphrase('');
      setAgain('');
    });
    showToast({ text: words });
    onClose();
  };
  return (
    <Dialog
      title={t(isRemoving ? 'lock.removeTitle' : isSet ? 'lock.changeTitle' : 'lock.setTitle')}
      lede={t(isRemoving ? 'lock.removeLede' : hasCode ? 'lock.setLede' : 'lock.setLedeNoCode')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onPress={onClose}>
            {t('accounts.cancel')}
          </Button>
          <Button variant={isRemoving ? 'danger-final' : 'primary'} onPress={() => void run()}>
            {t(isRemoving ? 'lock.remove' : isSet ? 'lock.changeDo' : 'lock.setDo')}
          </Button>
        </>
      }
    >
      {failure && <FailureNote failure={failure} />}
      <form
        className="task-fields"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        {isSet && (
          <TextField
            label={t(isRemoving ? 'lock.passphrase' : 'lock.current')}
            type="password"
            autoFocus
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
          />
        )}
        {!isRemoving && (
          <>
            <div className="lock-new">
              <TextField
                label={t('lock.new')}
                type="password"
                autoFocus={!isSet}
                autoComplete="new-password"
                value={passphrase}
                onChange={setPassphrase}
              />
              <StrengthMeter passphrase={passphrase} />
            </div>
            <TextField
              label={t('lock.again2')}
              type="password"
              autoComplete="new-password"
              value={again}
              onChange={setAgain}
              {...(differs && { error: t('lock.differs') })}
            />
          </>
        )}
        <button type="submit" hidden>
          {t('lock.goOn')}
        </button>
      </form>
    </Dialog>
  );
}
