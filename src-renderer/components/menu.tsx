import type { ReactNode } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Button,
  MenuSection,
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
  /** The name of what it is one possibility of. Those that follow one another under one name are marked, and heard, as chosen or not. */
  choiceOf?: string;
  isChosen?: boolean;
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

/** Items that follow one another as possibilities of the same thing; anything else stands alone. */
function inRuns(items: readonly MenuItem[]): [MenuItem, ...MenuItem[]][] {
  const runs: [MenuItem, ...MenuItem[]][] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last && item.choiceOf !== undefined && item.choiceOf === last[0].choiceOf) last.push(item);
    else runs.push([item]);
  }
  return runs;
}

function Item({ item, hasMark }: { item: MenuItem; hasMark: boolean }): ReactNode {
  return (
    <AriaMenuItem
      id={item.id}
      textValue={item.label}
      isDisabled={item.isDisabled ?? false}
      onAction={item.onAction}
      className={item.isDanger ? 'menu-item menu-item-danger' : 'menu-item'}
    >
      {hasMark && <span className="menu-mark">{item.isChosen && <Icon name="check" />}</span>}
      {item.icon && <Icon name={item.icon} />}
      <span className="cut">{item.label}</span>
      {item.kbd && <Kbd>{item.kbd}</Kbd>}
    </AriaMenuItem>
  );
}

/** The commands themselves, for a button's menu and for one that hangs at something else. */
export function MenuList({
  label,
  items,
  onClose,
}: Pick<MenuProps, 'label' | 'items'> & { onClose?: () => void }): ReactNode {
  const all = typeof items === 'function' ? items() : items;
  // Words stand under one another, those that can have a mark and those that cannot.
  const hasMark = all.some(({ choiceOf }) => choiceOf !== undefined);
  return (
    <AriaMenu className="menu" aria-label={label} {...(onClose ? { onClose, autoFocus: true } : {})}>
      {inRuns(all).flatMap((run) => [
        ...(run[0].startsGroup ? [<Separator key={`${run[0].id}-line`} className="menu-separator" />] : []),
        run[0].choiceOf === undefined ? (
          <Item key={run[0].id} item={run[0]} hasMark={hasMark} />
        ) : (
          <MenuSection
            key={run[0].choiceOf}
            aria-label={run[0].choiceOf}
            selectionMode="single"
            selectedKeys={run.filter(({ isChosen }) => isChosen).map(({ id }) => id)}
          >
            {run.map((item) => (
              <Item key={item.id} item={item} hasMark />
            ))}
          </MenuSection>
        ),
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
