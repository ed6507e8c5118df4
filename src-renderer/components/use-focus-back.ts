import { useEffect, useRef } from 'react';

/**
 * Calls when something that covered the page is gone and left the focus nowhere: the menu item or the row from which it was opened
 * is often gone by then. Two frames later, when nobody else takes the focus any more.
 */
export function useFocusBack(isCovered: boolean, onLost: () => void): void {
  const wasCovered = useRef(false);
  const lost = useRef(onLost);
  lost.current = onLost;
  useEffect(() => {
    const isUncovered = wasCovered.current && !isCovered;
    wasCovered.current = isCovered;
    if (!isUncovered) return;
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (document.activeElement === document.body || document.activeElement === null) lost.current();
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [isCovered]);
}
