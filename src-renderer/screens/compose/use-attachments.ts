/** What goes along: files that were dropped or pasted are read here, with their progress, and kept with the draft by the engine. */
import { useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { DraftAttachment } from '../../../src-shared/model/draft.ts';
import type { DraftId } from '../../../src-shared/model/ids.ts';
import type { SendLimits } from '../../../src-shared/model/writing.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { type LimitReached, limitReached } from './limits.ts';
import { readFile } from './read-file.ts';
import type { WrittenDraft } from './use-draft.ts';

/** A file that is being read in. Sizes in bytes. */
export type IncomingFile = { id: number; filename: string; size: number; read: number };

export type Attachments = {
  incoming: readonly IncomingFile[];
  /** The engine is asking for files and copying them. */
  isAttaching: boolean;
  limits: SendLimits | undefined;
  limit: LimitReached | undefined;
  attach: () => Promise<void>;
  addFiles: (files: readonly File[]) => void;
  /** Keeps a picture of the text; its Content-ID, or undefined when it was refused. */
  keepPicture: (picture: Blob, name: string, how?: { isOwn: boolean }) => Promise<string | undefined>;
  detach: (part: number) => Promise<void>;
  cancel: (id: number) => void;
  /** Asks again what the server takes. */
  askLimits: () => void;
};

export function useAttachments(
  draftId: DraftId,
  draft: WrittenDraft,
  onFailure: (failure: Fail | undefined) => void,
): Attachments {
  const backend = useBackend();
  const [incoming, setIncoming] = useState<readonly IncomingFile[]>([]);
  const [isAttaching, setIsAttaching] = useState(false);
  const cancelled = useRef(new Set<number>());
  const lastId = useRef(0);
  const limits = useRequest('drafts.getLimits', draft.fields && { draftId }, {
    refetchOn: ['accountsChanged', 'identitiesChanged'],
  });
  const putting = useRef<Promise<unknown>>(Promise.resolve());
  /** One after the other, so that the newest attachment in the answer is the one that was asked for. */
  const put = (
    file: { filename: string; contentType: string; content: Uint8Array<ArrayBuffer>; inText: boolean },
    how = { isOwn: true },
  ): Promise<DraftAttachment | undefined> => {
    const mine = putting.current.then(async () => {
      const result = await backend.request('drafts.attachContent', { draftId, ...file });
      onFailure(result.ok ? undefined : result);
      if (!result.ok) return undefined;
      draft.setAttachments(result.value.attachments, how);
      return result.value.attachments.toSorted((one, other) => one.part - other.part).at(-1);
    });
    putting.current = mine;
    return mine;
  };

  const detach = async (part: number): Promise<void> => {
    const result = await backend.request('drafts.detach', { draftId, part });
    onFailure(result.ok ? undefined : result);
    if (result.ok) draft.setAttachments(result.value.attachments);
  };

  const addOne = async (file: File): Promise<void> => {
    lastId.current += 1;
    const id = lastId.current;
    setIncoming((before) => [...before, { id, filename: file.name, size: file.size, read: 0 }]);
    const content = await readFile(file, (read) => {
      setIncoming((before) => before.map((one) => (one.id === id ? { ...one, read } : one)));
      return !cancelled.current.has(id);
    });
    if (content) {
      const kept = await put({ filename: file.name, contentType: file.type, content, inText: false });
      // It was taken back after the last byte had been read.
      if (kept && cancelled.current.has(id)) await detach(kept.part);
    } else if (!cancelled.current.has(id))
      onFailure({ ok: false, code: 'attachment-unreadable', retry: 'never' });
    setIncoming((before) => before.filter((one) => one.id !== id));
  };

  return {
    incoming,
    isAttaching,
    limits: limits.value,
    limit: limitReached([...draft.attachments, ...incoming], limits.value),
    attach: async () => {
      const failed = await draft.flush();
      setIsAttaching(true);
      const result = failed ?? (await backend.request('drafts.attach', { draftId }));
      setIsAttaching(false);
      onFailure(result.ok ? undefined : result);
      if (result.ok) draft.setAttachments(result.value.attachments);
    },
    addFiles: (files) => {
      const held = [...draft.attachments, ...incoming].reduce((sum, one) => sum + one.size, 0);
      const more = files.reduce((sum, file) => sum + file.size, 0);
      if (limits.value && held + more > limits.value.attachments) {
        onFailure({ ok: false, code: 'attachment-too-large', retry: 'never' });
        return;
      }
      // One after the other: they share one memory.
      void files.reduce((before, file) => before.then(() => addOne(file)), Promise.resolve());
    },
    keepPicture: async (picture, name, how) => {
      const content = new Uint8Array(await picture.arrayBuffer());
      const kept = await put({ filename: name, contentType: picture.type, content, inText: true }, how);
      return kept?.contentId;
    },
    detach,
    cancel: (id) => cancelled.current.add(id),
    askLimits: limits.refetch,
  };
}
