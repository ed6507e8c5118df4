/**
 * A draft that is being written. What is typed is on disk within a second: the first change starts a clock of half a
 * second, and later changes do not push it back. Saves never overtake each other, and leaving saves what is left.
 * The text itself is asked of whoever it is written in, once for each save: no key waits for it.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Draft, DraftAttachment } from '../../../src-shared/model/draft.ts';
import type { DraftId } from '../../../src-shared/model/ids.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';
import type { BodyHandle } from './body-handle.ts';
import { contentOf, type DraftFields, fieldsOf } from './draft-fields.ts';
import { createSaveStatus, type SaveStatus, type SaveStatusBoard } from './save-status.ts';

const SAVE_AFTER_MS = 500;

export type WrittenDraft = {
  /** Undefined until the draft is here. Its text is that of the last save. */
  fields: DraftFields | undefined;
  attachments: readonly DraftAttachment[];
  isAnswer: boolean;
  /** Another device changed it too, and both are kept. */
  isCopy: boolean;
  status: SaveStatusBoard;
  /** Something was changed since it was opened. */
  wasTouched: () => boolean;
  loadFailure: Fail | undefined;
  /** Where the text is written; whoever shows it puts itself in. */
  body: RefObject<BodyHandle | undefined>;
  /** `isOwn: false`: the program did it, nobody would miss it. */
  change: (next: (fields: DraftFields) => DraftFields, how?: { isOwn: boolean }) => void;
  /** The text was changed. */
  touch: () => void;
  setAttachments: (attachments: readonly DraftAttachment[], how?: { isOwn: boolean }) => void;
  /** What the draft is now, with its text. */
  present: () => DraftFields | undefined;
  /** Saves now what is not saved; answers with the failure, if there was one. */
  flush: () => Promise<Fail | undefined>;
  /** Nothing is to be saved any more: the draft was sent or discarded. */
  abandon: () => void;
};

function statusOf({ savedAt, storedAt }: Draft): Partial<SaveStatus> {
  return { savedAt, isStored: storedAt !== undefined };
}

export function useDraft(draftId: DraftId): WrittenDraft {
  const backend = useBackend();
  const [fields, setFields] = useState<DraftFields>();
  const [attachments, setAttachments] = useState<readonly DraftAttachment[]>([]);
  const [isCopy, setIsCopy] = useState(false);
  const [status] = useState(createSaveStatus);
  const [isAnswer, setIsAnswer] = useState(false);
  const [loadFailure, setLoadFailure] = useState<Fail>();
  const body = useRef<BodyHandle>(undefined);
  const newest = useRef<DraftFields>(undefined);
  const unsaved = useRef(false);
  const wasTouched = useRef(false);
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
      setAttachments(result.value.attachments);
      setIsCopy(result.value.isCopy === true);
      status.set(statusOf(result.value));
      setIsAnswer(result.value.inReplyTo !== undefined);
    });
    return () => {
      isGone = true;
    };
  }, [backend, draftId, status]);

  const present = useCallback((): DraftFields | undefined => {
    if (!newest.current || !body.current) return newest.current;
    const { html: _before, ...rest } = newest.current;
    const { text, html } = body.current.read();
    newest.current = { ...rest, text, ...(html !== undefined && { html }) };
    return newest.current;
  }, []);

  const saveOnce = useCallback(async (): Promise<Fail | undefined> => {
    if (!unsaved.current || isAbandoned.current) return undefined;
    const written = present();
    if (!written) return undefined;
    unsaved.current = false;
    const result = await backend.request('drafts.save', { draftId, content: contentOf(written) });
    if (!result.ok) {
      unsaved.current = true;
      status.set({ isNotSaved: true });
      return result;
    }
    setIsCopy(result.value.isCopy === true);
    status.set({ ...statusOf(result.value), isNotSaved: false, isDirty: unsaved.current });
    return undefined;
  }, [backend, draftId, present, status]);

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
  // It was stored on the server, or another device wrote it too.
  useEvent('draftsChanged', () => {
    if (unsaved.current || isAbandoned.current) return;
    void backend.request('drafts.get', { draftId }).then((result) => {
      if (!result.ok || unsaved.current) return;
      setIsCopy(result.value.isCopy === true);
      status.set(statusOf(result.value));
    });
  });
  useEffect(() => {
    return () => {
      void flush().then((failure) => {
        // Nobody writes on it any more: it goes to the server now.
        if (failure || isAbandoned.current) return;
        void backend.request('drafts.save', { draftId, isLeft: true });
      });
    };
  }, [backend, draftId, flush]);

  const startClock = useCallback(
    (isOwn: boolean): void => {
      unsaved.current = true;
      status.set({ isDirty: true });
      if (isOwn) wasTouched.current = true;
      timer.current ??= setTimeout(() => void flush(), SAVE_AFTER_MS);
    },
    [flush, status],
  );
  const change = useCallback(
    (next: (before: DraftFields) => DraftFields, { isOwn } = { isOwn: true }): void => {
      if (!newest.current) return;
      newest.current = next(newest.current);
      setFields(newest.current);
      startClock(isOwn);
    },
    [startClock],
  );

  return {
    fields,
    attachments,
    isAnswer,
    isCopy,
    status,
    wasTouched: () => wasTouched.current,
    loadFailure,
    body,
    change,
    touch: useCallback(() => startClock(true), [startClock]),
    setAttachments: (next, { isOwn } = { isOwn: true }) => {
      setAttachments(next);
      if (isOwn) wasTouched.current = true;
    },
    present,
    flush,
    abandon: () => {
      isAbandoned.current = true;
    },
  };
}
