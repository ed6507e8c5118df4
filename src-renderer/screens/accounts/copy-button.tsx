import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { showToast } from '../../components/toast.tsx';

/** Puts a text that stands beside it on the clipboard, and says so. */
export function CopyButton({
  text,
  said,
  children,
}: {
  text: string;
  said: string;
  children: ReactNode;
}): ReactNode {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const copy = async (): Promise<void> => {
    const result = await backend.request('app.copyText', { text });
    setFailure(result.ok ? undefined : result);
    if (result.ok) showToast({ text: said });
  };
  return (
    <>
      <Button icon="copy" onPress={() => void copy()}>
        {children}
      </Button>
      {failure && <FailureNote failure={failure} />}
    </>
  );
}
