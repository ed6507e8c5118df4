import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { t } from '../i18n/i18n.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';

export type Toast = {
  text: string;
  actionLabel?: string;
  onAction?: () => void;
  kbd?: string;
  durationMs?: number;
};

type Shown = Toast & { id: number };

const DURATION_MS = 8000;
const HINT_MS = 3000;
let shown: Shown | undefined;
let lastId = 0;
const watchers = new Set<() => void>();

function put(next: Shown | undefined): void {
  shown = next;
  for (const watcher of watchers) watcher();
}

/** Shows one line at the foot of the window, in place of the one before. Never for errors: these stand where the thing is. */
export function showToast(toast: Toast): void {
  lastId += 1;
  put({ ...toast, id: lastId });
}

/** Shows that something goes on. A line that offers something stays in its place. */
export function showHint(text: string): void {
  if (!shown?.onAction) showToast({ text, durationMs: HINT_MS });
}

/** Takes the line away, when what it offered is no longer possible. */
export function hideToast(): void {
  put(undefined);
}

/** Does what the line offers, as if its button was pressed; false when there is no line, or it offers nothing. */
export function runToastAction(): boolean {
  const act = shown?.onAction;
  if (!act) return false;
  put(undefined);
  act();
  return true;
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The place where the line appears; once per window. It stays as long as it is pointed at or focused. */
export function ToastRegion(): ReactNode {
  const toast = useSyncExternalStore(watch, () => shown);
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (!toast || isHeld) return;
    const timer = setTimeout(() => {
      if (shown?.id === toast.id) put(undefined);
    }, toast.durationMs ?? DURATION_MS);
    return () => clearTimeout(timer);
  }, [toast, isHeld]);

  const act = (): void => {
    setIsHeld(false);
    runToastAction();
  };
  return (
    <section
      className="toast-region"
      aria-label={t('common.notifications')}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <div role="status">
        {toast && (
          <div className="toast" key={toast.id}>
            <span>{toast.text}</span>
            {toast.actionLabel !== undefined && (
              <Button variant="quiet" size="small" onPress={act} {...(toast.kbd ? { kbd: toast.kbd } : {})}>
                <span className="accent">{toast.actionLabel}</span>
              </Button>
            )}
            {toast.actionLabel === undefined && (
              <IconButton label={t('common.dismiss')} icon="close" size={16} onPress={hideToast} />
            )}
          </div>
        )}
      </div>
    </section>
  );
}
