import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId, ThreadId } from '../../../src-shared/model/ids.ts';
import type { MessageTrust } from '../../../src-shared/model/message-trust.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';

export type TrustBook = {
  /** What is known of this message; never of another one. */
  of: (messageId: MessageId) => MessageTrust | undefined;
  /** Looks again, when more of the message is here. */
  look: (messageId: MessageId) => void;
  /** Checks the signature, which asks DNS; after a press only. */
  check: (messageId: MessageId) => Promise<Fail | undefined>;
};

const NOTHING: ReadonlyMap<MessageId, MessageTrust> = new Map();

/**
 * Who the open messages of a thread are from. Asked for beside their bodies, which do not wait for it; kept by message, so that nothing
 * that is true of one is ever said of another.
 */
export function useTrust(
  threadId: ThreadId,
  open: ReadonlySet<MessageId>,
  /** What is known of them when the thread is opened. */
  first: ReadonlyMap<MessageId, MessageTrust> = NOTHING,
): TrustBook {
  const backend = useBackend();
  const [known, setKnown] = useState(first);
  const asked = useRef(new Set<MessageId>());

  const put = useCallback((answers: readonly MessageTrust[]): void => {
    setKnown((before) => {
      const news = answers.filter((one) => JSON.stringify(before.get(one.messageId)) !== JSON.stringify(one));
      if (news.length === 0) return before;
      return new Map([...before, ...news.map((one) => [one.messageId, one] as const)]);
    });
  }, []);
  const ask = useCallback(
    async (messageIds: readonly MessageId[]): Promise<void> => {
      if (messageIds.length === 0) return;
      const result = await backend.request('messages.getTrust', { messageIds: messageIds.slice(0, 200) });
      if (result.ok) put(result.value);
    },
    [backend, put],
  );

  useEffect(() => {
    const fresh = [...open].filter((id) => !asked.current.has(id));
    for (const id of fresh) asked.current.add(id);
    void ask(fresh);
  }, [open, ask]);
  useEvent('messagesChanged', ({ threadIds }) => {
    if (threadIds.includes(threadId)) void ask([...asked.current]);
  });

  const isFirst = useRef(first);
  const look = useCallback(
    (messageId: MessageId) => {
      // What is known of it was read when its body was here; it has been asked for again since.
      if (!isFirst.current.has(messageId)) void ask([messageId]);
    },
    [ask],
  );
  return useMemo(
    () => ({
      of: (messageId) => known.get(messageId),
      look,
      check: async (messageId) => {
        const result = await backend.request('messages.checkSignature', { messageId });
        if (!result.ok) return result;
        put([result.value]);
        return undefined;
      },
    }),
    [known, look, backend, put],
  );
}
