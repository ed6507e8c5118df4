import type { ReactNode } from 'react';
import type { Fail } from '../../src-shared/ipc/result.ts';
import { t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { FailureNote } from './failure-note.tsx';

export type ConfirmDialogProps = {
  title: string;
  lede: string;
  /** The words of the button that does it; Cancel is focused, so that Enter alone loses nothing. */
  confirm: string;
  /** Whether it loses something: then the button is red. */
  isLosing?: boolean;
  failure?: Fail | undefined;
  onConfirm: () => void;
  onClose: () => void;
};

/** A question with one way on and one way back. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { title, lede, confirm, isLosing = false, failure, onConfirm, onClose } = props;
  return (
    <Dialog
      role="alertdialog"
      title={title}
      lede={lede}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" autoFocus onPress={onClose}>
            {t('accounts.cancel')}
          </Button>
          <Button variant={isLosing ? 'danger-final' : 'primary'} onPress={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {failure && <FailureNote failure={failure} takesFocus />}
    </Dialog>
  );
}
