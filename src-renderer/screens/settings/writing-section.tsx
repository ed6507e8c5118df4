import type { ReactNode } from 'react';
import type { Settings } from '../../../src-shared/model/settings.ts';
import { Checkbox } from '../../components/checkbox.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { Select } from '../../components/select.tsx';
import { t } from '../../i18n/i18n.ts';

const COUNTS = [0, 5, 10, 20, 50, 100];

/** How new mail is written, and what is asked before it goes. */
export function WritingSection({
  settings,
  onChange,
}: {
  settings: Settings;
  onChange: (change: Partial<Settings>) => void;
}): ReactNode {
  const { writeFormat, remindsOfAttachment, manyRecipients } = settings;
  const offered = COUNTS.includes(manyRecipients)
    ? COUNTS
    : [...COUNTS, manyRecipients].sort((a, b) => a - b);
  return (
    <section className="section settings-choice">
      <h2>{t('settings.writing')}</h2>
      <div className="settings-choices">
        <RadioGroup
          label={t('settings.writeFormat')}
          value={writeFormat}
          onChange={(value) => onChange({ writeFormat: value })}
          options={(['rich', 'plain'] as const).map((value) => ({
            value,
            label: t(`settings.writeFormat.${value}`),
            description: t(`settings.writeFormat.${value}Text`),
          }))}
        />
      </div>
      <div className="settings-choices">
        <Checkbox
          isSelected={remindsOfAttachment}
          onChange={(value) => onChange({ remindsOfAttachment: value })}
        >
          {t('settings.remindsOfAttachment')}
        </Checkbox>
      </div>
      <Select
        label={t('settings.manyRecipients')}
        value={String(manyRecipients)}
        onChange={(value) => onChange({ manyRecipients: Number(value) })}
        options={offered.map((count) => ({
          value: String(count),
          label: t('settings.manyRecipients.count', { count }),
        }))}
      />
    </section>
  );
}
