/** The way out of the compose window: what is typed is saved, looked at once, and handed to the outbox. */
import { useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { DraftId } from '../../../src-shared/model/ids.ts';
import type { Submission } from '../../../src-shared/model/submission.ts';
import type { SendWarning } from '../../../src-shared/model/writing.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { commitAll, contentOf, findObstacle, type SendObstacle } from './draft-fields.ts';
import type { WrittenDraft } from './use-draft.ts';

export type HowToSend = { at?: number; thenArchive?: boolean };

export type Sending = {
  isSending: boolean;
  obstacle: SendObstacle | undefined;
  /** What the person is asked about, before it goes as it was asked for. */
  warnings: readonly SendWarning[];
  send: (how: HowToSend) => void;
  /** Sends in spite of the warnings. */
  sendAnyway: () => void;
  dismiss: () => void;
  /** Something was changed: what stood in the way may be gone. */
  clearObstacle: () => void;
};

export function useSend(options: {
  draftId: DraftId;
  draft: WrittenDraft;
  /** Waits for what is still being made for this draft: pictures, the look of the quotation. */
  settle: () => Promise<unknown>;
  onFailure: (failure: Fail | undefined) => void;
  onSent: (submission: Submission) => void;
}): Sending {
  const { draftId, draft, settle, onFailure, onSent } = options;
  const backend = useBackend();
  const [isSending, setIsSending] = useState(false);
  const [obstacle, setObstacle] = useState<SendObstacle>();
  const [asked, setAsked] = useState<{ how: HowToSend; warnings: readonly SendWarning[] }>();

  /** A picture that was taken out of the text again does not go along unseen. */
  const dropUnused = async (): Promise<void> => {
    const written = draft.present();
    const html = `${written?.html ?? ''}${written?.quote?.html ?? ''}`;
    for (const { part, contentId } of draft.attachments) {
      if (contentId === undefined || html.includes(`cid:${encodeURIComponent(contentId)}`)) continue;
      const result = await backend.request('drafts.detach', { draftId, part });
      if (result.ok) draft.setAttachments(result.value.attachments);
    }
  };

  const run = async (how: HowToSend, isAnyway: boolean): Promise<void> => {
    if (isSending || !draft.fields) return;
    draft.change(commitAll);
    const written = draft.present();
    const found = written && findObstacle(contentOf(written));
    setObstacle(found);
    setAsked(undefined);
    onFailure(undefined);
    if (!written || found) return;
    setIsSending(true);
    // At once: the press may be too old when everything is there.
    const confirmed = backend.request('outbox.confirm', { draftId });
    await settle();
    const saved = await draft.flush();
    const allowed = await confirmed;
    const failed = saved ?? (allowed.ok ? undefined : allowed);
    if (!failed && !isAnyway) {
      const checked = await backend.request('drafts.check', { draftId });
      if (checked.ok && checked.value.length > 0) {
        setIsSending(false);
        setAsked({ how, warnings: checked.value });
        return;
      }
    }
    if (!failed) await dropUnused();
    const { at, thenArchive } = how;
    const result =
      failed ??
      (await backend.request('outbox.send', {
        draftId,
        ...(at !== undefined && { sendAt: at }),
        ...(thenArchive === true && { thenArchive }),
      }));
    setIsSending(false);
    if (!result.ok) {
      onFailure(result);
      return;
    }
    draft.abandon();
    onSent(result.value);
  };

  return {
    isSending,
    obstacle,
    warnings: asked?.warnings ?? [],
    send: (how) => void run(how, false),
    sendAnyway: () => void run(asked?.how ?? {}, true),
    dismiss: () => setAsked(undefined),
    clearObstacle: () => setObstacle(undefined),
  };
}
