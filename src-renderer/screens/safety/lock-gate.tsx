/** Stands in front of everything while the program is locked. Mail goes on arriving behind it. */
import { type ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { LockState } from '../../../src-shared/model/settings.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { formatTime, t } from '../../i18n/i18n.ts';

export function LockGate({ lock, onOpened }: { lock: LockState; onOpened: () => void }): ReactNode {
  return (
    <main className="centred">
      <div className="column">
        <h1 className="headline">{t('lock.title')}</h1>
        <p className="task-lede">{t('lock.lede')}</p>
        <UnlockForm lock={lock} submit={t('lock.open')} onOpened={onOpened} />
      </div>
    </main>
  );
}

/** The field and its button; says when the next try is taken. */
export function UnlockForm({
  lock,
  submit,
  onOpened,
  onCancel,
}: {
  lock: LockState | undefined;
  submit: string;
  onOpened: () => void;
  onCancel?: () => void;
}): ReactNode {
  const backend = useBackend();
  const [passphrase, setPassphrase] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const [tries, setTries] = useState(0);

  const open = async (): Promise<void> => {
    if (passphrase === '') return;
    setIsBusy(true);
    const held = await backend.request('credentials.submit', { secret: passphrase });
    const result = held.ok
      ? await backend.request('lock.unlock', { passphrase: held.value.credentialId })
      : held;
    setIsBusy(false);
    // The field is drawn empty before it goes: what draws a field remembers what it drew last.
    flushSync(() => setPassphrase(''));
    setFailure(result.ok ? undefined : result);
    if (result.ok) onOpened();
    else setTries((before) => before + 1);
  };
  const waitUntil = lock?.waitUntil;
  return (
    <form
      className="task-fields"
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      {failure && <FailureNote failure={failure} />}
      {/* A new one after each wrong try: it takes the focus, which the button had. */}
      <TextField
        key={tries}
        label={t('lock.passphrase')}
        type="password"
        size="large"
        autoFocus
        value={passphrase}
        onChange={setPassphrase}
        {...(waitUntil !== undefined && { description: t('lock.wait', { time: formatTime(waitUntil) }) })}
      />
      <div className="row">
        <Button type="submit" variant="primary" isDisabled={isBusy}>
          {submit}
        </Button>
        {onCancel && (
          <Button variant="quiet" onPress={onCancel}>
            {t('accounts.cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}
