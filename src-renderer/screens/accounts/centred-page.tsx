import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/i18n.ts';
import './accounts.css';
import './sign-in.css';

/** A page with one task in the middle and nothing else: all of the sign-in stands on it. */
export function CentredPage({ children }: { children: ReactNode }): ReactNode {
  return (
    <main className="centred">
      <div className="brand">
        <span className="accent">
          <Icon name="key" size={18} />
        </span>
        <span className="strong">{t('app.name')}</span>
      </div>
      <div className="column">{children}</div>
    </main>
  );
}

/** The one sentence of such a page. It takes the focus when the page follows another, so that it is read out. */
export function Headline({
  children,
  takesFocus = false,
}: {
  children: ReactNode;
  takesFocus?: boolean;
}): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  return (
    <h1 className="headline" ref={heading} {...(takesFocus ? { tabIndex: -1 } : {})}>
      {children}
    </h1>
  );
}

type TaskFormProps = {
  onSubmit: () => void;
  /** Keeps the room of its longest state, so that the field does not move while one writes in it. */
  isSteady?: boolean;
  children: ReactNode;
};

/** A form that never leaves the page: Enter in any field does what its first button says. */
export function TaskForm({ onSubmit, isSteady = false, children }: TaskFormProps): ReactNode {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    onSubmit();
    // Where something is missing, the person is taken there; it is drawn by the next frame.
    requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <form className={isSteady ? 'task-form task-form-steady' : 'task-form'} noValidate onSubmit={submit}>
      {children}
    </form>
  );
}
