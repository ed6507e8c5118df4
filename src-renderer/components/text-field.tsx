import { type HTMLInputAutoCompleteAttribute, type ReactNode, useEffect, useRef } from 'react';
import { TextField as AriaTextField, FieldError, Group, Input, Label, Text } from 'react-aria-components';

export type TextFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'url';
  /** What is wrong, as a sentence; the field is marked while it is there. */
  error?: string | undefined;
  description?: ReactNode;
  placeholder?: string;
  autoFocus?: boolean;
  /** What stands in it is chosen with the focus, so that typing replaces it. */
  selectsAll?: boolean;
  suffix?: ReactNode;
  isRequired?: boolean;
  isDisabled?: boolean;
  isLabelHidden?: boolean;
  size?: 'medium' | 'large';
  name?: string;
  autoComplete?: HTMLInputAutoCompleteAttribute;
  inputMode?: 'text' | 'email' | 'numeric' | 'url';
};

/** One line of text with its label, help and error. */
export function TextField(props: TextFieldProps): ReactNode {
  const {
    label,
    error,
    description,
    placeholder,
    suffix,
    isLabelHidden,
    size,
    selectsAll = false,
    autoComplete = 'off',
    ...rest
  } = props;
  const input = useRef<HTMLInputElement>(null);
  const isSecret = rest.type === 'password';
  // A field that has left the page may be held on to for a while, and React keeps what stood in it, also as an attribute: a secret
  // does not outlive its field.
  useEffect(() => {
    const field = input.current;
    return () => {
      if (!isSecret || !field) return;
      field.value = '';
      field.removeAttribute('value');
    };
  }, [isSecret]);
  return (
    <AriaTextField
      {...rest}
      autoComplete={autoComplete}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={size === 'large' ? 'field field-large' : 'field'}
    >
      <Label className={isLabelHidden ? 'visually-hidden' : ''}>{label}</Label>
      <Group className="field-box">
        <Input
          ref={input}
          spellCheck={false}
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(selectsAll ? { onFocus: (event) => event.currentTarget.select() } : {})}
        />
        {suffix}
      </Group>
      {description !== undefined && (
        <Text slot="description" className="field-help">
          {description}
        </Text>
      )}
      {error !== undefined && <FieldError className="field-error">{error}</FieldError>}
    </AriaTextField>
  );
}
