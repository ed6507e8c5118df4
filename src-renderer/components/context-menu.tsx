import type { ReactNode } from 'react';
import { Popover } from 'react-aria-components';
import { type MenuItem, MenuList } from './menu.tsx';

/** What was asked for its commands, with the secondary button or the menu key. */
export type ContextMenuTarget = { anchor: HTMLElement; label: string; items: readonly MenuItem[] };

/** The commands of one thing, hanging at it. Each of them can be reached without it too. */
export function ContextMenu({
  target,
  onClose,
}: {
  target: ContextMenuTarget | undefined;
  onClose: () => void;
}): ReactNode {
  return (
    <Popover
      className="popover"
      {...(target && { 'aria-label': target.label })}
      isOpen={target !== undefined}
      triggerRef={{ current: target?.anchor ?? null }}
      placement="bottom start"
      offset={2}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      {target && <MenuList label={target.label} items={target.items} onClose={onClose} />}
    </Popover>
  );
}
