import type { ReactNode } from 'react';
import type { Settings } from '../../../src-shared/model/settings.ts';
import { Select } from '../../components/select.tsx';
import { t } from '../../i18n/i18n.ts';

const SECONDS = [0, 5, 10, 20, 30];

/** How long a sent message can be taken back. */
export function SendingSection({
  undoSeconds,
  onChange,
}: {
  undoSeconds: number;
  onChange: (change: Partial<Settings>) => void;
}): ReactNode {
  const offered = SECONDS.includes(undoSeconds) ? SECONDS : [...SECONDS, undoSeconds].sort((a, b) => a - b);
  return (
    <section className="section settings-choice">
      <h2>{t('settings.sending')}</h2>
      <Select
        label={t('settings.undo')}
        value={String(undoSeconds)}
        onChange={(value) => onChange({ undoSeconds: Number(value) })}
        options={offered.map((count) => ({
          value: String(count),
          label: t('settings.undo.seconds', { count }),
        }))}
      />
    </section>
  );
}
