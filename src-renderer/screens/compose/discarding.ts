/**
 * Drafts that were discarded and can still be had back: they are gone for the person at once, and for the engine when
 * the time to undo is over. If the program ends before that they are there again, which loses nothing.
 */
import { useSyncExternalStore } from 'react';
import type { DraftId } from '../../../src-shared/model/ids.ts';
import type { Backend } from '../../backend/backend.ts';
import { showToast } from '../../components/toast.tsx';
import { t } from '../../i18n/i18n.ts';

const UNDO_MS = 8_000;

let discarding: ReadonlySet<DraftId> = new Set();
const watchers = new Set<() => void>();

function set(next: ReadonlySet<DraftId>): void {
  discarding = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The drafts that are not to be shown any more. */
export function useDiscarding(): ReadonlySet<DraftId> {
  return useSyncExternalStore(watch, () => discarding);
}

/** Discards a draft with a way back: `reopen` opens it again. */
export function discardLater(
  backend: Pick<Backend, 'request'>,
  draftId: DraftId,
  reopen: (draftId: DraftId) => void,
): void {
  const without = (): ReadonlySet<DraftId> => new Set([...discarding].filter((one) => one !== draftId));
  set(new Set([...discarding, draftId]));
  const timer = setTimeout(() => {
    void backend.request('drafts.discard', { draftId }).then(() => set(without()));
  }, UNDO_MS);
  showToast({
    text: t('compose.discarded'),
    actionLabel: t('common.undo'),
    kbd: 'Z',
    durationMs: UNDO_MS - 250,
    onAction: () => {
      clearTimeout(timer);
      set(without());
      reopen(draftId);
    },
  });
}
