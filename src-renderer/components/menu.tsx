import type { ReactNode } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Button,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';
import { Kbd } from './kbd.tsx';

export type MenuItem = {
  id: string;
  label: string;
  icon?: IconName;
  kbd?: string;
  isDanger?: boolean;
  isDisabled?: boolean;
  /** A line above this item. */
  startsGroup?: boolean;
  onAction: () => void;
};

export type MenuProps = {
  /** The accessible name of the button and of the menu. */
  label: string;
  /** What is there now; a function is asked each time the menu opens. */
  items: readonly MenuItem[] | (() => readonly MenuItem[]);
  icon?: IconName;
  /** What the button shows; without it only the icon. */
  children?: ReactNode;
  className?: string;
  isDisabled?: boolean;
  variant?: 'neutral' | 'quiet';
  /** Given together by whoever opens it by key. */
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
};

/** The commands themselves, for a button's menu and for one that hangs at something else. */
export function MenuList({
  label,
  items,
  onClose,
}: Pick<MenuProps, 'label' | 'items'> & { onClose?: () => void }): ReactNode {
  return (
    <AriaMenu className="menu" aria-label={label} {...(onClose ? { onClose, autoFocus: true } : {})}>
      {(typeof items === 'function' ? items() : items).flatMap((item) => [
        ...(item.startsGroup ? [<Separator key={`${item.id}-line`} className="menu-separator" />] : []),
        <AriaMenuItem
          key={item.id}
          id={item.id}
          textValue={item.label}
          isDisabled={item.isDisabled ?? false}
          onAction={item.onAction}
          className={item.isDanger ? 'menu-item menu-item-danger' : 'menu-item'}
        >
          {item.icon && <Icon name={item.icon} />}
          <span className="cut">{item.label}</span>
          {item.kbd && <Kbd>{item.kbd}</Kbd>}
        </AriaMenuItem>,
      ])}
    </AriaMenu>
  );
}

/** A button that opens a list of commands. */
export function Menu(props: MenuProps): ReactNode {
  const {
    label,
    items,
    icon,
    children,
    className,
    isDisabled = false,
    variant = 'neutral',
    isOpen,
    onOpenChange,
  } = props;
  return (
    <MenuTrigger
      {...(isOpen === undefined ? {} : { isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <Button
        aria-label={label}
        isDisabled={isDisabled}
        className={[children === undefined ? 'icon-button' : `button button-${variant}`, className ?? '']
          .join(' ')
          .trim()}
      >
        {icon && <Icon name={icon} size={children === undefined ? 18 : 16} />}
        {children}
      </Button>
      <Popover className="popover" offset={4}>
        <MenuList label={label} items={items} />
      </Popover>
    </MenuTrigger>
  );
}
