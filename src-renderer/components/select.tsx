import type { ReactNode } from 'react';
import {
  Select as AriaSelect,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from 'react-aria-components';
import { Icon } from './icon.tsx';

export type SelectProps<V extends string> = {
  label: string;
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: string }[];
  isDisabled?: boolean;
  isLabelHidden?: boolean;
  name?: string;
};

/** One of a few. */
export function Select<V extends string>(props: SelectProps<V>): ReactNode {
  const { label, value, onChange, options, isLabelHidden, ...rest } = props;
  const pick = (key: unknown): void => {
    const picked = options.find((option) => option.value === key);
    if (picked) onChange(picked.value);
  };
  return (
    <AriaSelect {...rest} className="field" value={value} onChange={pick}>
      <Label className={isLabelHidden ? 'visually-hidden' : ''}>{label}</Label>
      <Button className="select-button">
        <SelectValue className="grow cut" />
        <Icon name="chevron-down" />
      </Button>
      <Popover className="popover">
        <ListBox className="menu">
          {options.map((option) => (
            <ListBoxItem key={option.value} id={option.value} textValue={option.label} className="menu-item">
              {option.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
