/** Stands in front of mail whose key the keychain has lost: the code opens everything, and without it one sees what is lost. */
import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { formatShortDate, t } from '../../i18n/i18n.ts';
import { CentredPage, Headline, TaskForm } from './centred-page.tsx';

type GateProps = { vault: VaultState; onChange: () => void };

export function RecoveryGate(props: GateProps): ReactNode {
  const [isReplacing, setIsReplacing] = useState(false);
  return (
    <CentredPage>
      {isReplacing ? (
        <Replace {...props} onBack={() => setIsReplacing(false)} />
      ) : (
        <Open {...props} onReplace={() => setIsReplacing(true)} />
      )}
    </CentredPage>
  );
}

function Open({ vault, onChange, onReplace }: GateProps & { onReplace: () => void }): ReactNode {
  const backend = useBackend();
  const [code, setCode] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Fail>();

  const open = async (): Promise<void> => {
    setIsMissing(code.trim() === '');
    if (code.trim() === '') return;
    setIsBusy(true);
    const held = await backend.request('credentials.submit', { secret: code });
    const result = held.ok ? await backend.request('recovery.open', { code: held.value.credentialId }) : held;
    setIsBusy(false);
    setFailure(result.ok ? undefined : result);
    if (!result.ok) return;
    setCode('');
    onChange();
  };
  return (
    <>
      <Headline takesFocus>{t('recovery.gateTitle')}</Headline>
      <p className="task-lede">{t('recovery.gateLede', { keychain: vault.name })}</p>
      {failure && <FailureNote failure={failure} takesFocus />}
      <TaskForm onSubmit={() => void open()}>
        <TextField
          label={t('recovery.code')}
          description={t('recovery.codeHelp')}
          value={code}
          onChange={setCode}
          size="large"
          autoComplete="off"
          {...(isMissing && code.trim() === '' ? { error: t('recovery.codeMissing') } : {})}
        />
        <div className="task-actions">
          <Button type="submit" variant="primary" isDisabled={isBusy}>
            {t('recovery.open')}
          </Button>
          <Button variant="quiet" isDisabled={isBusy} onPress={onReplace}>
            {t('recovery.without')}
          </Button>
        </div>
      </TaskForm>
    </>
  );
}

function Replace({ onChange, onBack }: GateProps & { onBack: () => void }): ReactNode {
  const backend = useBackend();
  const preview = useRequest('recovery.previewReplace', {});
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const lost = preview.value;
  const lines = lost
    ? [
        { kind: 'drafts' as const, count: lost.drafts },
        { kind: 'unsent' as const, count: lost.unsent },
        { kind: 'changes' as const, count: lost.changes },
        { kind: 'imported' as const, count: lost.imported },
      ].filter(({ count }) => count > 0)
    : [];

  const replace = async (): Promise<void> => {
    setIsBusy(true);
    const result = await backend.request('recovery.replace', {});
    setIsBusy(false);
    setFailure(result.ok ? undefined : result);
    if (result.ok) onChange();
  };
  return (
    <>
      <Headline takesFocus>{t('recovery.replaceTitle')}</Headline>
      <p className="task-lede">{t('recovery.replaceLede')}</p>
      {(failure ?? preview.failure) && (
        <FailureNote failure={(failure ?? preview.failure) as Fail} takesFocus />
      )}
      {lost && (
        <>
          <h2 className="sign-out-heading">
            {t(lines.length > 0 ? 'recovery.lostHeading' : 'recovery.lostNothing')}
          </h2>
          <ul className="lost">
            {lines.map(({ kind, count }) => (
              <li key={kind}>
                <b className="num">{count}</b>
                <span className="lost-words">{t(`recovery.lost.${kind}`, { count })}</span>
              </li>
            ))}
          </ul>
          {lost.savedAt !== undefined && (
            <p className="c3 t12">{t('recovery.lostAsOf', { date: formatShortDate(lost.savedAt) })}</p>
          )}
        </>
      )}
      <div className="task-actions">
        <Button variant="primary" autoFocus isDisabled={isBusy} onPress={onBack}>
          {t('recovery.back')}
        </Button>
        {lost && (
          <Button variant="danger-final" isDisabled={isBusy} onPress={() => void replace()}>
            {t('recovery.replace')}
          </Button>
        )}
      </div>
    </>
  );
}
