import { useCallback } from 'react';
import type { Submission } from '../../../src-shared/model/submission.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';

/**
 * Says that an answer goes out, with Undo for as long as it can be taken back. What comes back as a draft then was never written by
 * the person, so it is thrown away.
 */
export function useQueuedToast(): (submission: Submission, text: string, onUndone: () => void) => void {
  const backend = useBackend();
  return useCallback(
    (submission, text, onUndone) => {
      const durationMs = submission.notBefore - Date.now();
      if (durationMs < 500) {
        showToast({ text });
        return;
      }
      const undo = async (): Promise<void> => {
        const result = await backend.request('outbox.cancel', { submissionId: submission.submissionId });
        if (!result.ok) {
          showToast({ text: t('queued.too-late') });
          return;
        }
        if (result.value) await backend.request('drafts.discard', { draftId: result.value.draftId });
        onUndone();
      };
      showToast({ text, actionLabel: t('common.undo'), kbd: 'Z', onAction: () => void undo(), durationMs });
    },
    [backend],
  );
}
