import type { ReactNode } from 'react';
import { formatDateTime, formatMessageDate } from '../../i18n/i18n.ts';

export function MessageDate({ time }: { time: number }): ReactNode {
  return (
    <time className="message-date" dateTime={new Date(time).toISOString()} title={formatDateTime(time)}>
      {formatMessageDate(time)}
    </time>
  );
}
