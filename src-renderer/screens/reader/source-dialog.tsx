import type { ReactNode } from 'react';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Note } from '../../components/note.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { t } from '../../i18n/i18n.ts';

/** The message as it was sent, as text. */
export function SourceDialog({
  messageId,
  onClose,
}: {
  messageId: MessageId;
  onClose: () => void;
}): ReactNode {
  const source = useRequest('messages.getSource', { messageId });
  return (
    <Dialog
      title={t('reader.source-title')}
      {...(source.value?.truncated ? { lede: t('reader.source-truncated') } : {})}
      isOpen
      isWide
      onClose={onClose}
      actions={
        <Button onPress={onClose} autoFocus>
          {t('common.close')}
        </Button>
      }
    >
      {source.failure && (
        <Note tone="warn" icon="warning" role="alert">
          {t(`error.${source.failure.code}.title`)} {t(`error.${source.failure.code}.next`)}
        </Note>
      )}
      {source.isLoading && <Skeleton lines={8} label={t('reader.loading')} />}
      {source.value && (
        <textarea
          className="message-source"
          aria-label={t('reader.source-title')}
          readOnly
          spellCheck={false}
          rows={24}
          value={source.value.source}
        />
      )}
    </Dialog>
  );
}
