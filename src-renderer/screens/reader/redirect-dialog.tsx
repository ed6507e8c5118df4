import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import { isAddress, parseTypedAddress } from '../../../src-shared/text/address.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { t } from '../../i18n/i18n.ts';
import { useQueuedToast } from './use-queued-toast.ts';
import { isolate } from './visible-signs.ts';

const MOST = 100;

/** Addresses as a person types them one after the other; those that are none are named. */
export function readRecipients(text: string): {
  people: ReturnType<typeof parseTypedAddress>[];
  bad: string[];
} {
  const people = text
    .split(/[,;\n]/u)
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map(parseTypedAddress);
  return { people, bad: people.filter((one) => !isAddress(one.address)).map((one) => one.address) };
}

/** Passes a message on as it is: its sender stays who it was, and answers go there. */
export function RedirectDialog({
  messageId,
  onClose,
}: {
  messageId: MessageId;
  onClose: () => void;
}): ReactNode {
  const backend = useBackend();
  const sayQueued = useQueuedToast();
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const send = async (): Promise<void> => {
    const { people, bad } = readRecipients(text);
    if (people.length === 0) return setError(t('redirect.nobody'));
    if (bad[0] !== undefined) return setError(t('redirect.bad', { address: isolate(bad[0]) }));
    if (people.length > MOST) return setError(t('redirect.too-many', { count: MOST }));
    setIsSending(true);
    const result = await backend.request('messages.redirect', { messageId, to: people });
    setIsSending(false);
    setFailure(result.ok ? undefined : result);
    if (!result.ok) return;
    sayQueued(result.value, t('redirect.queued', { count: people.length }), () => undefined);
    onClose();
  };
  return (
    <Dialog
      title={t('redirect.title')}
      lede={t('redirect.lede')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onPress={onClose}>
            {t('accounts.cancel')}
          </Button>
          <Button variant="primary" isDisabled={isSending} onPress={() => void send()}>
            {t('redirect.send')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <TextField
          label={t('redirect.to')}
          value={text}
          onChange={(next) => {
            setText(next);
            setError(undefined);
          }}
          error={error}
          description={t('redirect.help')}
          inputMode="email"
          autoFocus
        />
      </form>
      {failure && <FailureNote failure={failure} />}
    </Dialog>
  );
}
