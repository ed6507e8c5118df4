import type { ReactNode } from 'react';
import { RadioGroup as AriaRadioGroup, Label, Radio } from 'react-aria-components';

export type RadioGroupProps<V extends string> = {
  label: string;
  /** Said after the label in quieter ink: "98,112 messages, 4.2 GB". */
  more?: string;
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: string; description?: string }[];
  isLabelHidden?: boolean;
  isDisabled?: boolean;
};

/** One of a few, all seen at once. */
export function RadioGroup<V extends string>(props: RadioGroupProps<V>): ReactNode {
  const { label, more, value, onChange, options, isLabelHidden, isDisabled = false } = props;
  const pick = (key: string): void => {
    const picked = options.find((option) => option.value === key);
    if (picked) onChange(picked.value);
  };
  return (
    <AriaRadioGroup value={value} onChange={pick} isDisabled={isDisabled}>
      <Label className={isLabelHidden ? 'visually-hidden' : 'field-label choice-text'}>
        {label}
        {more !== undefined && <span className="choice-more"> {more}</span>}
      </Label>
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className="choice">
          <span className="choice-mark choice-radio" />
          <span className="choice-text">
            {option.label}
            {option.description !== undefined && <span className="choice-more"> {option.description}</span>}
          </span>
        </Radio>
      ))}
    </AriaRadioGroup>
  );
}
