import type { ReactNode } from 'react';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Note } from '../../components/note.tsx';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';
import type { Pictures } from './use-pictures.ts';
import { isolate } from './visible-signs.ts';

/** What stays hidden in a message and why; with pictures from elsewhere, the ways to have them. */
export function PictureBar({
  pictures,
  count,
  blockedCount,
  sender,
  canLoad,
}: {
  pictures: Pictures;
  /** Pictures that could be loaded. */
  count: number;
  /** Other things that would have been fetched. */
  blockedCount: number;
  sender: string;
  canLoad: boolean;
}): ReactNode {
  const backend = useBackend();
  const always = async (): Promise<void> => {
    if (!(await pictures.load(true))) return;
    showToast({
      text: t('pictures.always-done', { address: isolate(sender) }),
      actionLabel: t('common.undo'),
      kbd: 'Z',
      onAction: () => void backend.request('senders.forget', { address: sender }),
    });
  };
  if (pictures.failure) {
    return (
      <FailureNote
        failure={pictures.failure}
        actions={
          <Button size="small" onPress={() => void pictures.load(false)}>
            {t('reader.try-again')}
          </Button>
        }
      />
    );
  }
  if (pictures.state === 'loaded') {
    return (
      pictures.failedCount > 0 && (
        <Note
          icon="images-off"
          role="status"
          actions={
            <Button variant="quiet" size="small" onPress={() => void pictures.load(false)}>
              {t('reader.try-again')}
            </Button>
          }
        >
          {t('pictures.failed', { count: pictures.failedCount })}
        </Note>
      )
    );
  }
  if (count === 0) {
    return blockedCount > 0 && <Note icon="images-off">{t('pictures.other-blocked')}</Note>;
  }
  const isLoading = pictures.state === 'loading';
  return (
    <Note
      icon="images-off"
      {...(isLoading ? { role: 'status' as const } : {})}
      actions={
        canLoad && (
          <div className="picture-actions">
            <Button
              variant="quiet"
              size="small"
              isDisabled={isLoading}
              onPress={() => void pictures.load(false)}
            >
              {t('pictures.once')}
            </Button>
            {sender !== '' && (
              <Button variant="quiet" size="small" isDisabled={isLoading} onPress={() => void always()}>
                {t('pictures.always')}
              </Button>
            )}
          </div>
        )
      }
    >
      {isLoading ? t('pictures.loading', { count }) : t('reader.images-blocked', { count })}
    </Note>
  );
}
