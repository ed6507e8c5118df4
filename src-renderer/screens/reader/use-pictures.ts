import { useCallback, useEffect, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import { useBackend } from '../../backend/backend-context.tsx';

export type Pictures = {
  state: 'blocked' | 'loading' | 'loaded';
  /** What was fetched, by its address in the message. */
  loaded: Readonly<Record<string, string>>;
  /** How many could not be had. */
  failedCount: number;
  failure: Fail | undefined;
  load: (always: boolean) => Promise<boolean>;
};

const NONE: Readonly<Record<string, string>> = {};

/**
 * The remote pictures of one message. They are asked for only when there are any, and then after a press, or by themselves where
 * `isWelcome`: the person wants those of this sender always. The engine has the last word on that.
 */
export function usePictures(messageId: MessageId, count: number, isWelcome: boolean): Pictures {
  const backend = useBackend();
  const [held, setHeld] = useState<Omit<Pictures, 'load'>>({
    state: 'blocked',
    loaded: NONE,
    failedCount: 0,
    failure: undefined,
  });
  const load = useCallback(
    async (always: boolean): Promise<boolean> => {
      setHeld((before) => ({ ...before, state: 'loading', failure: undefined }));
      const result = await backend.request('messages.loadPictures', { messageId, always });
      setHeld((before) => {
        if (!result.ok) return { ...before, state: 'blocked', failure: result };
        const { pictures, failed } = result.value;
        const isNothing = failed === 0 && Object.keys(pictures).length === 0;
        return {
          state: isNothing ? 'blocked' : 'loaded',
          loaded: { ...before.loaded, ...pictures },
          failedCount: failed,
          failure: undefined,
        };
      });
      return result.ok;
    },
    [backend, messageId],
  );
  const isDue = isWelcome && count > 0;
  useEffect(() => {
    if (isDue) void load(false);
  }, [isDue, load]);
  return { ...held, load };
}
