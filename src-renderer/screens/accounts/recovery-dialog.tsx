/** Makes a recovery code and shows it, once. Nothing of it stays in the window when the dialog is closed. */
import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { t } from '../../i18n/i18n.ts';

export function RecoveryDialog({
  hasOldCode,
  onClose,
}: {
  /** A code was made before; it is worth nothing when there is another. */
  hasOldCode: boolean;
  onClose: () => void;
}): ReactNode {
  const backend = useBackend();
  const [code, setCode] = useState<string>();
  const [isSaved, setIsSaved] = useState(false);
  const [failure, setFailure] = useState<Fail>();

  const create = async (): Promise<void> => {
    const result = await backend.request('recovery.create', {});
    setFailure(result.ok ? undefined : result);
    if (result.ok) setCode(result.value.code);
  };
  const save = async (): Promise<void> => {
    const result = await backend.request('recovery.save', {});
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.saved) setIsSaved(true);
  };
  const putOff = (): void => {
    void backend.request('recovery.putOff', {});
    onClose();
  };

  const actions =
    code === undefined ? (
      <>
        <Button variant="quiet" onPress={hasOldCode ? onClose : putOff}>
          {hasOldCode ? t('accounts.cancel') : t('recovery.later')}
        </Button>
        <Button variant="primary" autoFocus onPress={() => void create()}>
          {t('recovery.show')}
        </Button>
      </>
    ) : (
      <>
        <Button onPress={() => void save()}>{t('recovery.save')}</Button>
        <Button variant="primary" onPress={onClose}>
          {t('recovery.done')}
        </Button>
      </>
    );
  return (
    <Dialog
      title={t(code === undefined ? 'recovery.title' : 'recovery.codeTitle')}
      lede={t(code === undefined ? 'recovery.lede' : 'recovery.codeLede')}
      isOpen
      onClose={onClose}
      isDismissable={code === undefined}
      actions={actions}
    >
      {failure && <FailureNote failure={failure} takesFocus />}
      {code === undefined && hasOldCode && <p className="c2">{t('recovery.replaces')}</p>}
      {code !== undefined && (
        <output className="recovery-code selectable" aria-label={t('recovery.codeTitle')}>
          {code.split('-').map((group, index, all) => (
            <span key={all.slice(0, index + 1).join('-')}>{group}</span>
          ))}
        </output>
      )}
      <p className="c2" role="status">
        {isSaved ? t('recovery.saved') : ''}
      </p>
    </Dialog>
  );
}
