import type { ReactNode } from 'react';
import type { SendWarning } from '../../../src-shared/model/writing.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import { sayLookalike } from './recipient-chip.tsx';

function sayWarning(warning: SendWarning): string {
  switch (warning.kind) {
    case 'no-subject':
      return t('compose.noSubject');
    case 'no-attachment':
      return t('compose.noAttachment', { word: cleanLine(warning.word) });
    case 'many-recipients':
      return t('compose.manyRecipients', { count: warning.count });
    case 'lookalike':
      return sayLookalike(warning, warning.resembles);
  }
}

/** What somebody may want to know before the message goes, all at once, and once. */
export function WarningsDialog({
  warnings,
  onSend,
  onClose,
}: {
  warnings: readonly SendWarning[];
  onSend: () => void;
  onClose: () => void;
}): ReactNode {
  return (
    <Dialog
      role="alertdialog"
      title={t('compose.warningsTitle')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onSend}>{t('compose.sendAnyway')}</Button>
          <Button variant="primary" autoFocus onPress={onClose}>
            {t('compose.keepWriting')}
          </Button>
        </>
      }
    >
      <ul className="compose-warnings">
        {warnings.map((warning) => (
          <li key={warning.kind === 'lookalike' ? warning.address : warning.kind}>
            <Icon name="warning" />
            <span>{sayWarning(warning)}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
