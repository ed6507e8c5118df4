/** Takes the mail that was kept at a sign-out off this computer, and the account with it. It ends in a receipt too. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { Receipt } from '../../../src-shared/model/receipt.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { formatBytes, t } from '../../i18n/i18n.ts';
import { OnlyHereList } from './only-here-list.tsx';
import { countOnlyHere, sayDeleteButton } from './sign-out-words.ts';

export type DeleteMailDialogProps = {
  /** A signed-out account. */
  account: AccountView;
  onClose: () => void;
  onReceipt: (receipt: Receipt) => void;
};

export function DeleteMailDialog({ account, onClose, onReceipt }: DeleteMailDialogProps): ReactNode {
  const backend = useBackend();
  const { accountId, address, providerName: provider } = account;
  const preview = useRequest('grants.previewSignOut', { accountId });
  const [isRunning, setIsRunning] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const onlyHere = preview.value && countOnlyHere([preview.value]);

  const run = async (): Promise<void> => {
    setIsRunning(true);
    setFailure(undefined);
    const result = await backend.request('grants.signOut', { accountId, finishFirst: false, mail: 'erase' });
    if (result.ok) return onReceipt(result.value);
    setFailure(result);
    setIsRunning(false);
  };

  const actions = (
    <>
      <Button variant="quiet" autoFocus onPress={onClose}>
        {t('accounts.cancel')}
      </Button>
      {onlyHere && (
        <Button variant="danger-final" onPress={() => void run()}>
          {sayDeleteButton(onlyHere)}
        </Button>
      )}
    </>
  );

  return (
    <Dialog
      role="alertdialog"
      title={t('deleteMail.title', { address })}
      lede={t('deleteMail.lede', { provider })}
      isOpen
      onClose={onClose}
      isDismissable={!isRunning}
      actions={isRunning ? undefined : actions}
    >
      {preview.failure && <FailureNote failure={preview.failure} />}
      {failure && <FailureNote failure={failure} takesFocus />}
      {isRunning && <Running />}
      <div role="status" className="sign-out-count">
        {!onlyHere && !preview.failure && <p className="c2">{t('signOut.counting')}</p>}
      </div>
      {onlyHere && !isRunning && (
        <>
          {onlyHere.things > 0 && <OnlyHereList onlyHere={onlyHere} provider={provider} />}
          <p className="delete-mail-count c2">
            {t('deleteMail.count', { messages: onlyHere.messages, size: formatBytes(onlyHere.bytes) })}
          </p>
        </>
      )}
    </Dialog>
  );
}

/** Holds the focus while there is nothing to press, so that it does not fall out of the dialog. */
function Running(): ReactNode {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <p ref={place} tabIndex={-1} role="status" className="delete-mail-running c2">
      {t('deleteMail.running')}
    </p>
  );
}
