import type { ReactNode } from 'react';
import { t } from '../i18n/i18n.ts';
import { Icon, type IconName } from './icon.tsx';

export type Step = {
  id: string;
  title: ReactNode;
  more?: ReactNode;
  state: 'waiting' | 'running' | 'done' | 'owed' | 'skipped';
  /** Already written as a time. */
  time?: string;
};

const DRAWINGS: Record<Step['state'], IconName> = {
  waiting: 'circle',
  running: 'circle',
  done: 'check',
  owed: 'clock',
  skipped: 'minus',
};

/** What is done, one after the other. Ticks are neutral: the green one belongs to the answer of a receipt. */
export function Steps({ steps, label }: { steps: readonly Step[]; label?: string }): ReactNode {
  return (
    <ol className="steps" {...(label === undefined ? {} : { 'aria-label': label })}>
      {steps.map((step) => (
        <li
          key={step.id}
          className={`step-${step.state}`}
          {...(step.state === 'running' ? { 'aria-current': 'step' as const } : {})}
        >
          <Icon name={DRAWINGS[step.state]} />
          <div>
            <span className="visually-hidden">{t(`steps.${step.state}`)} </span>
            <span className={step.state === 'running' ? 'strong' : ''}>{step.title}</span>
            {step.more !== undefined && <div className="step-more">{step.more}</div>}
          </div>
          {step.time !== undefined && <time>{step.time}</time>}
        </li>
      ))}
    </ol>
  );
}
