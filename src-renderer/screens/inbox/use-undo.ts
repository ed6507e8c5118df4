import { useCallback, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { OperationId } from '../../../src-shared/model/ids.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { hideToast, showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';

/** How many changes are remembered; older ones stand. */
const MOST = 50;

type Done = { text: string; operationIds: readonly OperationId[] };

export type Undoing = {
  /** Says what was done, and remembers it. Without operations there is nothing to take back. */
  sayDone: (text: string, operationIds: readonly OperationId[]) => void;
  /** A change that is shown already and that the engine has not answered: Undo waits for it, and does not take back the one before. */
  follow: (change: Promise<void>) => void;
  isFollowing: () => boolean;
  /** Takes the last change back and says which, for its own line may be gone by now. */
  undo: () => void;
  failure: Fail | undefined;
  clearFailure: () => void;
};

/** What was done to messages and to folders, in one row: Undo always takes back the last, whatever it was. */
export function useUndo(onUndone: () => Promise<void>): Undoing {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const done = useRef<Done[]>([]);
  const followed = useRef(new Set<Promise<void>>());

  const takeBack = useCallback(
    (one: Done, saysSo: boolean) => {
      done.current = done.current.filter((other) => other !== one);
      hideToast();
      void backend
        .request('operations.undo', { operationIds: [...one.operationIds] })
        .then(async (result) => {
          setFailure(result.ok ? undefined : result);
          if (result.ok && saysSo) showToast({ text: t('toast.undone', { text: one.text }) });
          await onUndone();
        });
    },
    [backend, onUndone],
  );

  const sayDone = useCallback<Undoing['sayDone']>(
    (text, operationIds) => {
      if (operationIds.length === 0) return showToast({ text });
      const one = { text, operationIds };
      done.current = [...done.current.slice(1 - MOST), one];
      showToast({ text, actionLabel: t('common.undo'), kbd: 'Z', onAction: () => takeBack(one, false) });
    },
    [takeBack],
  );

  const follow = useCallback((change: Promise<void>) => {
    followed.current.add(change);
    void change.finally(() => followed.current.delete(change));
  }, []);
  const isFollowing = useCallback(() => followed.current.size > 0, []);

  const undo = useCallback(() => {
    void Promise.allSettled(followed.current).then(() => {
      const last = done.current.at(-1);
      if (last) takeBack(last, true);
    });
  }, [takeBack]);

  return { sayDone, follow, isFollowing, undo, failure, clearFailure: () => setFailure(undefined) };
}
