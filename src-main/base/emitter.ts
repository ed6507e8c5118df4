export type Emitter<T> = {
  emit(value: T): void;
  /** Adds a listener; the answer takes it away. */
  subscribe(listener: (value: T) => void): () => void;
};

/**
 * A list of listeners. One that throws does not keep the others from hearing, nor the caller from going on; its error surfaces on its
 * own, or is given to `onError`.
 */
export function createEmitter<T>(onError?: (error: unknown) => void): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    emit(value) {
      for (const listener of [...listeners]) {
        try {
          listener(value);
        } catch (error) {
          if (onError) onError(error);
          else
            queueMicrotask(() => {
              throw error;
            });
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
