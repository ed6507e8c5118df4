import { type RefObject, useCallback, useState } from 'react';
import { flushSync } from 'react-dom';
import type { MessageSummary } from '../../../src-shared/model/message.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { showToast } from '../../components/toast.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';
import type { ReaderTools } from './reader-tools.ts';

/**
 * Prints one message of those that are open. While `isPrinting` its place is marked, so that the rest of the window is left out
 * (print.css), and it is to be shown in the colours of paper.
 */
export function usePrint(
  place: RefObject<HTMLElement | null>,
  message: MessageSummary,
  { onFailure }: Pick<ReaderTools, 'onFailure'>,
): { isPrinting: boolean; print: (as: 'paper' | 'pdf') => void } {
  const backend = useBackend();
  const [isPrinting, setIsPrinting] = useState(false);
  const subject = cleanLine(message.subject) || t('list.no-subject');
  const print = useCallback(
    (as: 'paper' | 'pdf') => {
      const element = place.current;
      if (!element) return;
      // What goes on paper has to stand there when the engine is asked.
      flushSync(() => setIsPrinting(true));
      element.dataset.printed = subject;
      void backend.request('messages.print', { as, title: subject.slice(0, 300) }).then((result) => {
        delete element.dataset.printed;
        setIsPrinting(false);
        onFailure(result.ok ? undefined : result);
        if (result.ok && result.value.printed && as === 'pdf') showToast({ text: t('reader.pdf-saved') });
      });
    },
    [backend, place, subject, onFailure],
  );
  return { isPrinting, print };
}
