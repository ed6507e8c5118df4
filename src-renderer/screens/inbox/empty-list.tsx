import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';

/** One sentence, one next step. No drawing. */
export function EmptyList(props: {
  title: string;
  more?: string;
  actionLabel?: string;
  onAction?: () => void;
}): ReactNode {
  return (
    <div className="empty-list">
      <h2 className="pane-title balance">{props.title}</h2>
      {props.more !== undefined && <p className="c2 balance">{props.more}</p>}
      {props.actionLabel !== undefined && props.onAction !== undefined && (
        <Button onPress={props.onAction}>{props.actionLabel}</Button>
      )}
    </div>
  );
}
