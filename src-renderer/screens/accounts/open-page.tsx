import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';

/** A button that leads to a page of the provider in the browser. */
export function OpenPage({ url, children }: { url: string; children: ReactNode }): ReactNode {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const open = async (): Promise<void> => {
    const result = await backend.request('links.open', { url });
    setFailure(result.ok ? undefined : result);
  };
  return (
    <div className="open-page">
      <Button onPress={() => void open()}>
        {children}
        <Icon name="external" size={14} />
      </Button>
      {failure && <FailureNote failure={failure} />}
    </div>
  );
}
