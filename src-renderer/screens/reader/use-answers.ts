import { useCallback, useEffect, useRef } from 'react';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { ComposeStart } from './reader-tools.ts';

export type AnswerKind = 'reply' | 'reply-all' | 'forward';

/**
 * Answers to the newest message of the open thread. Which one that is, is known some moments after it was opened: what was pressed
 * before is done then. Kept beside the state of the page, which need not be drawn again for it.
 */
export function useAnswers(onCompose: (start: ComposeStart) => void): {
  answer: (as: AnswerKind) => void;
  onNewest: (messageId: MessageId | undefined) => void;
} {
  const newest = useRef<MessageId>(undefined);
  const wish = useRef<AnswerKind>(undefined);
  const compose = useRef(onCompose);
  useEffect(() => {
    compose.current = onCompose;
  });
  const settle = useCallback((): void => {
    const [messageId, as] = [newest.current, wish.current];
    if (messageId === undefined || as === undefined) return;
    wish.current = undefined;
    compose.current({ basedOn: { messageId, as } });
  }, []);
  return {
    answer: (as) => {
      wish.current = as;
      settle();
    },
    onNewest: useCallback(
      (messageId) => {
        // It went: nothing else was meant.
        if (messageId === undefined) wish.current = undefined;
        newest.current = messageId;
        settle();
      },
      [settle],
    ),
  };
}
