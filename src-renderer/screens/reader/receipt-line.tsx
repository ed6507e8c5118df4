import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import { MDN_SENT, type MessageSummary } from '../../../src-shared/model/message.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/i18n.ts';
import { useQueuedToast } from './use-queued-toast.ts';

/** Somebody would like to hear that it was read. They hear it only when the person says so. */
export function ReceiptLine({ message }: { message: MessageSummary }): ReactNode {
  const backend = useBackend();
  const sayQueued = useQueuedToast();
  const [state, setState] = useState<'idle' | 'sending' | 'sent'>('idle');
  const [failure, setFailure] = useState<Fail>();
  const wasSent = message.flags.some((flag) => flag.toLowerCase() === MDN_SENT.toLowerCase());
  const isSent = state === 'sent' || wasSent;
  const send = async (): Promise<void> => {
    setState('sending');
    const result = await backend.request('messages.sendReceipt', { messageId: message.messageId });
    setFailure(result.ok ? undefined : result);
    setState(result.ok ? 'sent' : 'idle');
    if (result.ok) sayQueued(result.value, t('receipt-ask.queued'), () => setState('idle'));
  };
  return (
    <>
      <div className="trust-line receipt-line">
        <Icon name="check" size={14} />
        <span className="trust-words">{t(isSent ? 'receipt-ask.sent' : 'receipt-ask.asked')}</span>
        {!isSent && (
          <Button variant="link" className="t12" isDisabled={state === 'sending'} onPress={() => void send()}>
            {t('receipt-ask.send')}
          </Button>
        )}
      </div>
      {failure && <FailureNote failure={failure} />}
    </>
  );
}
