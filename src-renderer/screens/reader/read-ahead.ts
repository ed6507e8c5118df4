import { useEffect, useState } from 'react';
import type { MessageId, ThreadId } from '../../../src-shared/model/ids.ts';
import type { MessageSummary } from '../../../src-shared/model/message.ts';
import type { MessageBody } from '../../../src-shared/model/message-body.ts';
import type { MessageTrust } from '../../../src-shared/model/message-trust.ts';
import type { Backend } from '../../backend/backend.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { prepareFrames } from '../../html/spare-frame.ts';
import { openAtFirst } from './folding.ts';

/** A thread as the engine told it, with the bodies of those of its messages that stand open at first. */
export type ReadThread = {
  messages: MessageSummary[];
  bodies: ReadonlyMap<MessageId, MessageBody>;
  trust: ReadonlyMap<MessageId, MessageTrust>;
};

export type ReadAhead = {
  /** Reads a thread, unless that was done. Never rejects: what cannot be read now is asked for when it is opened. */
  read: (threadId: ThreadId) => Promise<void>;
  /** What was read of it and has not changed since. */
  of: (threadId: ThreadId) => ReadThread | undefined;
  stop: () => void;
};

/** The two neighbours of what is open, where the person was before, and the one that a finger is on. */
const MOST_THREADS = 4;
const MOST_BODIES = 3;
/** Bytes as sent; nothing large is fetched that nobody asked for. */
const LARGEST = 500_000;

/**
 * Reads threads that the person will probably open next. Few are kept; each is dropped when something of it changes, all of them
 * when another engine takes over. Kept by the ids that are asked for: nothing of one can be shown with another.
 */
export function createReadAhead(backend: Backend): ReadAhead {
  /** One for each reading: when it is gone from here before its answer came, the answer is old. */
  const kept = new Map<ThreadId, { thread?: ReadThread }>();

  async function ask(threadId: ThreadId): Promise<ReadThread | undefined> {
    const asked = await backend.request('threads.messages', { threadId });
    if (!asked.ok) return undefined;
    const messages = asked.value;
    const open = openAtFirst(messages);
    const wanted = messages.filter(({ messageId, size }) => open.has(messageId) && size <= LARGEST);
    const bodies = new Map<MessageId, MessageBody>();
    for (const { messageId } of wanted.slice(-MOST_BODIES)) {
      const body = await backend.request('messages.getBody', { messageId });
      if (body.ok) bodies.set(messageId, body.value);
    }
    // After the bodies: with them come the header fields out of which the engine tells it.
    const messageIds = [...bodies.keys()];
    const trust =
      messageIds.length > 0 ? await backend.request('messages.getTrust', { messageIds }) : undefined;
    return {
      messages,
      bodies,
      trust: new Map(trust?.ok ? trust.value.map((one) => [one.messageId, one]) : []),
    };
  }

  const stops = [
    backend.subscribe('messagesChanged', ({ threadIds }) => {
      for (const threadId of threadIds) kept.delete(threadId);
    }),
    backend.subscribeRenewed(() => kept.clear()),
  ];

  return {
    async read(threadId) {
      const before = kept.get(threadId);
      const mine = before ?? {};
      // Behind the others: it was wanted last.
      kept.delete(threadId);
      kept.set(threadId, mine);
      for (const oldest of kept.keys()) if (kept.size > MOST_THREADS) kept.delete(oldest);
      if (before) return;
      const thread = await ask(threadId);
      if (kept.get(threadId) !== mine) return;
      if (thread) mine.thread = thread;
      else kept.delete(threadId);
    },
    of: (threadId) => kept.get(threadId)?.thread,
    stop() {
      for (const stop of stops) stop();
      kept.clear();
    },
  };
}

/** Reads `next` one after the other, in the order given, whenever the window has nothing better to do. */
export function useReadAhead(next: readonly ThreadId[]): ReadAhead {
  const backend = useBackend();
  const [ahead] = useState(() => createReadAhead(backend));
  useEffect(() => ahead.stop, [ahead]);
  const names = next.join(' ');
  useEffect(() => {
    let isOver = false;
    const start = requestIdleCallback(
      async () => {
        prepareFrames();
        for (const name of names.split(' ')) {
          if (isOver || name === '') return;
          await ahead.read(Number(name) as ThreadId);
        }
      },
      { timeout: 1_000 },
    );
    return () => {
      isOver = true;
      cancelIdleCallback(start);
    };
  }, [names, ahead]);
  return ahead;
}
