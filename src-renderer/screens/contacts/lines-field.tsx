import type { ReactNode } from 'react';
import { TextField } from '../../components/text-field.tsx';
import { withLine } from './contact-words.ts';

export type LinesFieldProps = {
  /** Names each line; the first is shown above all of them. */
  label: (number: number) => string;
  title: string;
  lines: readonly string[];
  /** What is wrong with one of them. */
  error?: { index: number; text: string } | undefined;
  inputMode?: 'email' | 'text';
  onChange: (lines: string[]) => void;
};

/** Several of one kind, each on a line of its own; there is always one more to type into, and an emptied one goes when it is saved. */
export function LinesField({ label, title, lines, error, inputMode, onChange }: LinesFieldProps): ReactNode {
  return (
    <fieldset className="contact-lines">
      <legend>{title}</legend>
      {lines
        .map((line, index) => ({ line, number: index + 1 }))
        .map(({ line, number }) => (
          <TextField
            key={number}
            label={label(number)}
            isLabelHidden
            value={line}
            error={error?.index === number - 1 ? error.text : undefined}
            {...(inputMode ? { inputMode } : {})}
            onChange={(value) => onChange(withLine(lines, number - 1, value))}
          />
        ))}
    </fieldset>
  );
}
