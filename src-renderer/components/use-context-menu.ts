import { type RefObject, useEffect, useRef } from 'react';

/** Calls when the commands of what stands at `place` are asked for with the secondary button: a short way to what can be reached without it. */
export function useContextMenu(
  place: RefObject<HTMLElement | null>,
  onAsk: (anchor: HTMLElement) => void,
): void {
  const newest = useRef(onAsk);
  useEffect(() => {
    newest.current = onAsk;
  });
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const ask = (event: MouseEvent): void => {
      event.preventDefault();
      newest.current(element);
    };
    element.addEventListener('contextmenu', ask);
    return () => element.removeEventListener('contextmenu', ask);
  }, [place]);
}
