import type { ReactNode, Ref } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';
import { Kbd } from './kbd.tsx';

export type ButtonProps = {
  /** `danger`: red words, before a losing choice; `danger-final`: the button that loses something; `link`: words that lead elsewhere. */
  variant?: 'primary' | 'neutral' | 'quiet' | 'danger' | 'danger-final' | 'link';
  size?: 'small' | 'medium' | 'large';
  icon?: IconName;
  kbd?: string;
  onPress?: () => void;
  isDisabled?: boolean;
  autoFocus?: boolean;
  type?: 'button' | 'submit';
  /** Only where the words on the button are too short out of their place. */
  label?: string;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
  children: ReactNode;
};

/** A button with words. One primary button per view. */
export function Button(props: ButtonProps): ReactNode {
  const { variant = 'neutral', size = 'medium', icon, kbd, label, className, children, ...rest } = props;
  const names = ['button', `button-${variant}`, size === 'medium' ? '' : `button-${size}`, className ?? ''];
  return (
    <AriaButton
      {...rest}
      {...(label === undefined ? {} : { 'aria-label': label })}
      className={names.filter((each) => each !== '').join(' ')}
    >
      {icon && <Icon name={icon} />}
      {children}
      {kbd && <Kbd>{kbd}</Kbd>}
    </AriaButton>
  );
}
