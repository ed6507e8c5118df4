import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components';
import { Icon } from './icon.tsx';

export type CheckboxProps = {
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  isDisabled?: boolean;
  children: ReactNode;
};

/** A yes or no that stands by itself. */
export function Checkbox({ children, isDisabled = false, ...rest }: CheckboxProps): ReactNode {
  return (
    <AriaCheckbox {...rest} isDisabled={isDisabled} className="choice">
      <span className="choice-mark choice-box">{rest.isSelected && <Icon name="check" size={12} />}</span>
      <span className="choice-text">{children}</span>
    </AriaCheckbox>
  );
}
