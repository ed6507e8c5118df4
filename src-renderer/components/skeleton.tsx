import { type ReactNode, useEffect, useState } from 'react';

const PATIENCE_MS = 200;

/** Still grey bars in the places of the text, and nothing at all for the first 200 ms. */
export function Skeleton({ lines, label }: { lines: number; label: string }): ReactNode {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLate) return null;
  const widths = Array.from({ length: lines }, (_, line) => ({
    id: `line-${line}`,
    width: `${92 - ((line * 37) % 45)}%`,
  }));
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {widths.map(({ id, width }) => (
        <span key={id} className="skeleton-line" style={{ width }} />
      ))}
    </div>
  );
}
