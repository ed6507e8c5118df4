/**
 * What asks for the passphrase of the program once more is asked for here, in one place: a request that is refused with `unlock-needed`
 * waits for the person and is made again. The engine decides; nothing in a window can skip it.
 */
import { type ReactNode, useMemo, useState } from 'react';
import type { InputOf, OutputOf, RequestName } from '../src-shared/ipc/contract.ts';
import type { Result } from '../src-shared/ipc/result.ts';
import type { Backend } from './backend/backend.ts';
import { BackendProvider } from './backend/backend-context.tsx';
import { useRequest } from './backend/use-request.ts';
import { Dialog } from './components/dialog.tsx';
import { t } from './i18n/i18n.ts';
import { UnlockForm } from './screens/safety/lock-gate.tsx';

type Question = { answer: (isOpen: boolean) => void };

/** Hands a backend to `children` whose requests ask the person when the engine wants the passphrase. */
export function StepUp({ backend, children }: { backend: Backend; children: ReactNode }): ReactNode {
  const [question, setQuestion] = useState<Question>();
  const asking = useMemo<Backend>(
    () => ({
      ...backend,
      async request<N extends RequestName>(name: N, input: InputOf<N>): Promise<Result<OutputOf<N>>> {
        const result = await backend.request(name, input);
        if (result.ok || result.code !== 'unlock-needed') return result;
        const isOpen = await new Promise<boolean>((answer) => setQuestion({ answer }));
        return isOpen ? backend.request(name, input) : result;
      },
    }),
    [backend],
  );
  const end = (isOpen: boolean): void => {
    question?.answer(isOpen);
    setQuestion(undefined);
  };
  return (
    <BackendProvider backend={asking}>
      {children}
      {question && <Ask onEnd={end} />}
    </BackendProvider>
  );
}

function Ask({ onEnd }: { onEnd: (isOpen: boolean) => void }): ReactNode {
  const lock = useRequest('lock.getState', {}, { refetchOn: ['lockChanged'] });
  return (
    <Dialog title={t('lock.again')} lede={t('lock.againLede')} isOpen onClose={() => onEnd(false)}>
      <UnlockForm
        lock={lock.value}
        submit={t('lock.goOn')}
        onOpened={() => onEnd(true)}
        onCancel={() => onEnd(false)}
      />
    </Dialog>
  );
}
