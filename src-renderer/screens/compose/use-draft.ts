/**
 * A draft that is being written. What is typed is on disk within a second: the first change starts a clock of half a
 * second, and later changes do not push it back. Saves never overtake each other, and leaving saves what is left.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { DraftAttachment } from '../../../src-shared/model/draft.ts';
import type { DraftId } from '../../../src-shared/model/ids.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';
import { contentOf, type DraftFields, fieldsOf } from './draft-fields.ts';

const SAVE_AFTER_MS = 500;

export type WrittenDraft = {
  /** Undefined until the draft is here. */
  fields: DraftFields | undefined;
  attachments: readonly DraftAttachment[];
  isAnswer: boolean;
  savedAt: number | undefined;
  /** There are changes that are not on disk. */
  isDirty: boolean;
  /** Something was changed since it was opened. */
  wasTouched: boolean;
  loadFailure: Fail | undefined;
  saveFailure: Fail | undefined;
  change: (next: (fields: DraftFields) => DraftFields) => void;
  setAttachments: (attachments: readonly DraftAttachment[]) => void;
  /** Saves now what is not saved; answers with the failure, if there was one. */
  flush: () => Promise<Fail | undefined>;
  /** Nothing is to be saved any more: the draft was sent or discarded. */
  abandon: () => void;
};

export function useDraft(draftId: DraftId): WrittenDraft {
  const backend = useBackend();
  const [fields, setFields] = useState<DraftFields>();
  const [attachments, setAttachmentState] = useState<readonly DraftAttachment[]>([]);
  const [isAnswer, setIsAnswer] = useState(false);
  const [savedAt, setSavedAt] = useState<number>();
  const [isDirty, setIsDirty] = useState(false);
  const [wasTouched, setWasTouched] = useState(false);
  const [loadFailure, setLoadFailure] = useState<Fail>();
  const [saveFailure, setSaveFailure] = useState<Fail>();
  const newest = useRef<DraftFields>(undefined);
  const unsaved = useRef(false);
  const isAbandoned = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const saving = useRef<Promise<Fail | undefined>>(Promise.resolve(undefined));

  useEffect(() => {
    let isGone = false;
    void backend.request('drafts.get', { draftId }).then((result) => {
      if (isGone) return;
      if (!result.ok) {
        setLoadFailure(result);
        return;
      }
      newest.current = fieldsOf(result.value);
      setFields(newest.current);
      setAttachmentState(result.value.attachments);
      setIsAnswer(result.value.inReplyTo !== undefined);
      setSavedAt(result.value.savedAt);
    });
    return () => {
      isGone = true;
    };
  }, [backend, draftId]);

  const saveOnce = useCallback(async (): Promise<Fail | undefined> => {
    const present = newest.current;
    if (!unsaved.current || !present || isAbandoned.current) return undefined;
    unsaved.current = false;
    const result = await backend.request('drafts.save', { draftId, content: contentOf(present) });
    if (!result.ok) {
      unsaved.current = true;
      setSaveFailure(result);
      return result;
    }
    setSaveFailure(undefined);
    setSavedAt(result.value.savedAt);
    setIsDirty(unsaved.current);
    return undefined;
  }, [backend, draftId]);

  const flush = useCallback((): Promise<Fail | undefined> => {
    clearTimeout(timer.current);
    timer.current = undefined;
    saving.current = saving.current.then(saveOnce);
    return saving.current;
  }, [saveOnce]);

  useEffect(() => backend.subscribeRenewed(() => void flush()), [backend, flush]);
  // The disk has room again, say: what could not be saved is saved now.
  useEvent('profileChanged', () => void flush());
  // So is what the lock of the program came before.
  useEvent('lockChanged', () => void flush());
  useEffect(() => {
    return () => {
      void flush();
    };
  }, [flush]);

  const change = (next: (before: DraftFields) => DraftFields): void => {
    if (!newest.current) return;
    newest.current = next(newest.current);
    unsaved.current = true;
    setFields(newest.current);
    setIsDirty(true);
    setWasTouched(true);
    timer.current ??= setTimeout(() => void flush(), SAVE_AFTER_MS);
  };

  return {
    fields,
    attachments,
    isAnswer,
    savedAt,
    isDirty,
    wasTouched,
    loadFailure,
    saveFailure,
    change,
    setAttachments: (next) => {
      setAttachmentState(next);
      setWasTouched(true);
    },
    flush,
    abandon: () => {
      isAbandoned.current = true;
    },
  };
}
