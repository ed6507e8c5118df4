export type Emitter<T> = {
  emit(value: T): void;
  /** Adds a listener; the answer takes it away. */
  subscribe(listener: (value: T) => void): () => void;
};

/** A list of listeners. One that throws does not keep the others from hearing; its error surfaces on its own. */
export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    emit(value) {
      for (const listener of [...listeners]) {
        try {
          listener(value);
        } catch (error) {
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
