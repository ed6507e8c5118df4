import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Note } from '../../components/note.tsx';
import { t } from '../../i18n/i18n.ts';

/** Whether addresses in other programs open this one. */
export function MailHandlerSection(): ReactNode {
  const backend = useBackend();
  const handler = useRequest('app.getMailHandler', {});
  const [failure, setFailure] = useState<Fail>();
  if (!handler.value) return null;
  const { isDefault, canBecome } = handler.value;

  const become = async (): Promise<void> => {
    const result = await backend.request('app.becomeMailHandler', {});
    setFailure(result.ok ? undefined : result);
    handler.refetch();
  };

  return (
    <section className="section settings-choice">
      <h2>{t('settings.mailHandler')}</h2>
      <p className="c2">
        {isDefault
          ? t('settings.mailHandlerIs')
          : t(canBecome ? 'settings.mailHandlerText' : 'settings.mailHandlerCannot')}
      </p>
      {failure && <FailureNote failure={failure} />}
      {canBecome && !isDefault && (
        <p>
          <Button onPress={() => void become()}>{t('settings.mailHandlerBecome')}</Button>
        </p>
      )}
    </section>
  );
}

/** Asked once, beside the mail; whatever is answered, it is not asked again. */
export function MailHandlerOffer(): ReactNode {
  const backend = useBackend();
  const settings = useRequest('settings.get', {}, { refetchOn: ['settingsChanged'] });
  const isOffered = settings.value?.offersMailHandler === true;
  const handler = useRequest('app.getMailHandler', isOffered ? {} : undefined);
  if (!isOffered || !handler.value?.canBecome || handler.value.isDefault) return null;

  const answer = async (isWanted: boolean): Promise<void> => {
    if (isWanted) await backend.request('app.becomeMailHandler', {});
    await backend.request('settings.set', { offersMailHandler: false });
  };

  return (
    <Note icon="mail">
      {t('settings.mailHandlerOffer')}
      <div className="row note-actions">
        <Button size="small" onPress={() => void answer(true)}>
          {t('settings.mailHandlerBecome')}
        </Button>
        <Button size="small" variant="quiet" onPress={() => void answer(false)}>
          {t('settings.mailHandlerNo')}
        </Button>
      </div>
    </Note>
  );
}
