import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Note } from '../../components/note.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';

/** The message as it was sent, as text. */
export function SourceDialog({
  messageId,
  onClose,
}: {
  messageId: MessageId;
  onClose: () => void;
}): ReactNode {
  const backend = useBackend();
  const source = useRequest('messages.getSource', { messageId });
  const [failure, setFailure] = useState<Fail>();
  const copy = async (): Promise<void> => {
    if (!source.value?.source) return;
    const result = await backend.request('app.copyText', { text: source.value.source });
    setFailure(result.ok ? undefined : result);
    if (result.ok) showToast({ text: t('source.copied') });
  };
  const save = async (): Promise<void> => {
    const result = await backend.request('messages.saveSource', { messageId });
    setFailure(result.ok ? undefined : result);
    if (result.ok && result.value.saved) showToast({ text: t('source.saved') });
  };
  return (
    <Dialog
      title={t('reader.source-title')}
      {...(source.value?.truncated ? { lede: t('reader.source-truncated') } : {})}
      isOpen
      isWide
      onClose={onClose}
      actions={
        <>
          {source.value && (
            <>
              <Button icon="copy" onPress={() => void copy()}>
                {t('source.copy')}
              </Button>
              <Button icon="download" onPress={() => void save()}>
                {t('source.save')}
              </Button>
            </>
          )}
          <Button onPress={onClose} autoFocus>
            {t('common.close')}
          </Button>
        </>
      }
    >
      {source.failure && (
        <Note tone="warn" icon="warning" role="alert">
          {t(`error.${source.failure.code}.title`)} {t(`error.${source.failure.code}.next`)}
        </Note>
      )}
      {failure && <FailureNote failure={failure} />}
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
