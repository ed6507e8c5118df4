/**
 * How far a draft is saved. It changes at the first key after each save, so that it stands apart from what is drawn
 * anew with it: only the words at the foot hear of it.
 */
import { useSyncExternalStore } from 'react';

export type SaveStatus = {
  savedAt: number | undefined;
  /** This version is on the server too. */
  isStored: boolean;
  /** There are changes that are not on disk. */
  isDirty: boolean;
  /** The last try to save failed. */
  isNotSaved: boolean;
};

export type SaveStatusBoard = {
  get(): SaveStatus;
  set(change: Partial<SaveStatus>): void;
  subscribe(watcher: () => void): () => void;
};

export function createSaveStatus(): SaveStatusBoard {
  let status: SaveStatus = { savedAt: undefined, isStored: false, isDirty: false, isNotSaved: false };
  const watchers = new Set<() => void>();
  return {
    get: () => status,
    set(change) {
      const next = { ...status, ...change };
      const names = Object.keys(next) as (keyof SaveStatus)[];
      if (names.every((name) => next[name] === status[name])) return;
      status = next;
      for (const watcher of watchers) watcher();
    },
    subscribe(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

export function useSaveStatus(board: SaveStatusBoard): SaveStatus {
  return useSyncExternalStore(board.subscribe, board.get);
}
