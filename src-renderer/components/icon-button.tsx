import { type ReactNode, type Ref, useEffect, useState } from 'react';
import { Button as AriaButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { flushSync } from 'react-dom';
import { Icon, type IconName } from './icon.tsx';
import { Kbd } from './kbd.tsx';

export type IconButtonProps = {
  /** Its accessible name; shown, with its key, when pointed at or focused. */
  label: string;
  icon: IconName;
  kbd?: string;
  onPress?: () => void;
  /** For a button that stays on or off, like the star. */
  isPressed?: boolean;
  isDisabled?: boolean;
  size?: number;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
};

/** A button that is only a drawing. Any key puts its name away and does what it does anyhow. */
export function IconButton(props: IconButtonProps): ReactNode {
  const { label, icon, kbd, isPressed, size = 18, className, ...rest } = props;
  const [isNamed, setIsNamed] = useState(false);
  useEffect(() => {
    if (!isNamed) return;
    // Before React Aria hears of it, which would keep Escape from what has the focus: the pointer only happens to rest here.
    const hide = (): void => flushSync(() => setIsNamed(false));
    window.addEventListener('keydown', hide, true);
    return () => window.removeEventListener('keydown', hide, true);
  }, [isNamed]);
  return (
    <TooltipTrigger delay={600} closeDelay={0} isOpen={isNamed} onOpenChange={setIsNamed}>
      <AriaButton
        {...rest}
        aria-label={label}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        className={className ? `icon-button ${className}` : 'icon-button'}
      >
        <Icon name={icon} size={size} isSolid={isPressed === true} />
      </AriaButton>
      <Tooltip className="tooltip" offset={4}>
        {label}
        {kbd && <Kbd>{kbd}</Kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
