import { useCallback, useState } from 'react';
import type { InputOf, ThreadView } from '../../../src-shared/ipc/contract.ts';
import type { Fail, Result } from '../../../src-shared/ipc/result.ts';
import type { MessageId, OperationId, ThreadId } from '../../../src-shared/model/ids.ts';
import type { Mailbox } from '../../../src-shared/model/mailbox.ts';
import { FLAGGED, type MessageSummary, SEEN } from '../../../src-shared/model/message.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { t } from '../../i18n/i18n.ts';
import { mailboxIdsOf, messagesIn } from './mail-view.ts';
import type { RowChange } from './thread-pages.ts';
import type { ThreadPagesState } from './use-thread-pages.ts';
import type { Undoing } from './use-undo.ts';

export type MoveTarget = InputOf<'messages.move'>['to'];
export type MovedText = 'archived' | 'trashed' | 'junked' | 'moved';

export type ThreadActions = {
  move: (threadIds: readonly ThreadId[], to: MoveTarget, text: MovedText) => void;
  /** Out of Trash: nothing keeps them any more. */
  deleteForGood: (threadIds: readonly ThreadId[]) => void;
  setStarred: (threadIds: readonly ThreadId[], isStarred: boolean) => void;
  setUnread: (threadIds: readonly ThreadId[], isUnread: boolean) => void;
  /** Why the last change could not be made; shown over the list. */
  failure: Fail | undefined;
  clearFailure: () => void;
};

type Answer = Result<{ operationIds: OperationId[] }>;

/** What a person does to threads of a list: shown at once, told to the engine, handed to Undo. */
export function useThreadActions(
  /** Where the thread stands that the person acts on. */
  viewOf: (threadId: ThreadId) => ThreadView,
  mailboxes: readonly Mailbox[],
  pages: Pick<ThreadPagesState, 'change' | 'settle'>,
  { sayDone, follow }: Pick<Undoing, 'sayDone' | 'follow'>,
): ThreadActions {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();

  const readThreads = useCallback(
    async (threadIds: readonly ThreadId[]): Promise<Result<MessageSummary[][]>> => {
      const results = await Promise.all(
        threadIds.map((threadId) => backend.request('threads.messages', { threadId })),
      );
      const failed = results.find((result) => !result.ok);
      if (failed?.ok === false) return failed;
      return { ok: true, value: results.flatMap((result) => (result.ok ? [result.value] : [])) };
    },
    [backend],
  );

  const run = useCallback(
    async (
      threadIds: readonly ThreadId[],
      change: RowChange,
      act: (threads: MessageSummary[][]) => Promise<Answer | undefined>,
      text: string,
    ) => {
      if (threadIds.length === 0) return;
      pages.change(threadIds, change);
      const carryOut = async () => {
        const threads = await readThreads(threadIds);
        const answer = threads.ok ? await act(threads.value) : threads;
        setFailure(answer?.ok === false ? answer : undefined);
        if (answer?.ok) sayDone(text, answer.value.operationIds);
      };
      const carried = carryOut();
      follow(carried);
      await carried;
      await pages.settle(threadIds);
    },
    [pages, readThreads, sayDone, follow],
  );

  /** The messages of these threads, by the list that they stand in. */
  const bySource = (threads: MessageSummary[][]): { from: ThreadView; messageIds: MessageId[] }[] => {
    const groups = new Map<string, { from: ThreadView; messageIds: MessageId[] }>();
    for (const thread of threads) {
      const threadId = thread[0]?.threadId;
      if (threadId === undefined) continue;
      const from = viewOf(threadId);
      const group = groups.get(JSON.stringify(from)) ?? { from, messageIds: [] };
      const here = messagesIn(thread, mailboxIdsOf(from, mailboxes));
      group.messageIds.push(...here.map((one) => one.messageId));
      if (group.messageIds.length > 0) groups.set(JSON.stringify(from), group);
    }
    return [...groups.values()];
  };

  const leave = (
    threadIds: readonly ThreadId[],
    ask: (group: { from: ThreadView; messageIds: MessageId[] }) => Promise<Answer>,
    text: string,
  ): void => {
    const act = async (threads: MessageSummary[][]): Promise<Answer | undefined> => {
      const groups = bySource(threads);
      const operationIds: OperationId[] = [];
      for (const group of groups) {
        const answer = await ask(group);
        if (!answer.ok) return answer;
        operationIds.push(...answer.value.operationIds);
      }
      return groups.length === 0 ? undefined : { ok: true, value: { operationIds } };
    };
    void run(threadIds, { isHidden: true }, act, text);
  };

  const setFlag = (
    threadIds: readonly ThreadId[],
    flag: string,
    isAdded: boolean,
    /** A flag that is put on a thread stands on its newest message; taken off, it leaves all. */
    isForAll: boolean,
    change: RowChange,
    text: string,
  ): void => {
    const act = async (threads: MessageSummary[][]): Promise<Answer | undefined> => {
      const chosen = threads.flatMap((thread) => (isForAll ? thread : thread.slice(-1)));
      const messageIds = chosen
        .filter((one) => one.flags.includes(flag) !== isAdded)
        .map((one) => one.messageId);
      if (messageIds.length === 0) return undefined;
      const flags = isAdded ? { add: [flag], remove: [] } : { add: [], remove: [flag] };
      return backend.request('messages.setFlags', { messageIds, ...flags });
    };
    void run(threadIds, change, act, text);
  };

  return {
    move: (ids, to, text) =>
      leave(
        ids,
        (group) => backend.request('messages.move', { ...group, to }),
        t(`toast.${text}`, { count: ids.length }),
      ),
    deleteForGood: (ids) =>
      leave(
        ids,
        (group) => backend.request('messages.delete', group),
        t('toast.deleted', { count: ids.length }),
      ),
    setStarred: (ids, isStarred) =>
      setFlag(
        ids,
        FLAGGED,
        isStarred,
        !isStarred,
        { isStarred },
        t(isStarred ? 'toast.starred' : 'toast.unstarred', { count: ids.length }),
      ),
    setUnread: (ids, isUnread) =>
      setFlag(
        ids,
        SEEN,
        !isUnread,
        !isUnread,
        { isUnread },
        t(isUnread ? 'toast.unread' : 'toast.read', { count: ids.length }),
      ),
    failure,
    clearFailure: () => setFailure(undefined),
  };
}
