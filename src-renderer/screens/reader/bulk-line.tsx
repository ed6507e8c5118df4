import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageTrust } from '../../../src-shared/model/message-trust.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';
import type { ReaderTools } from './reader-tools.ts';
import { sayBulk } from './trust-words.ts';
import { isolate } from './visible-signs.ts';

/** A draft that leaves a list: its words are ours, and the person sees it before it goes. */
function leavingDraft(address: string): string {
  return `mailto:${encodeURIComponent(address)}?subject=unsubscribe`;
}

/** A mailing list, mail to many, or mail of a program, and how to leave it. */
export function BulkLine({ trust, tools }: { trust: MessageTrust; tools: ReaderTools }): ReactNode {
  const backend = useBackend();
  const [state, setState] = useState<'idle' | 'leaving' | 'left'>('idle');
  const [failure, setFailure] = useState<Fail>();
  const { unsubscribe } = trust;
  const text = sayBulk(trust);
  if (text === undefined && unsubscribe === undefined) return null;

  const leaveAtOnce = async (): Promise<void> => {
    setState('leaving');
    const result = await backend.request('messages.unsubscribe', { messageId: trust.messageId });
    setFailure(result.ok ? undefined : result);
    setState(result.ok ? 'left' : 'idle');
    if (result.ok) showToast({ text: t('unsubscribe.done', { host: isolate(result.value.host) }) });
  };
  const leave = (): void => {
    if (unsubscribe?.kind === 'one-click') void leaveAtOnce();
    else if (unsubscribe?.kind === 'mail') tools.onCompose({ mailto: leavingDraft(unsubscribe.address) });
    else if (unsubscribe?.kind === 'page') tools.links.onLeave(unsubscribe.url);
  };
  return (
    <>
      <div className="trust-line">
        <Icon name="list" size={14} />
        <span className="trust-words">{text ?? t('trust.list-unnamed')}</span>
        {unsubscribe && state !== 'left' && (
          <Button variant="link" className="t12" isDisabled={state === 'leaving'} onPress={leave}>
            {t(state === 'leaving' ? 'unsubscribe.leaving' : 'unsubscribe.leave')}
          </Button>
        )}
        {state === 'left' && <span className="trust-words">{t('unsubscribe.left')}</span>}
      </div>
      {failure && <FailureNote failure={failure} />}
    </>
  );
}
