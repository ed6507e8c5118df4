import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Settings } from '../../../src-shared/model/settings.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { FailureNote } from '../../components/failure-note.tsx';
import { Page } from '../../components/page.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { Select } from '../../components/select.tsx';
import { t } from '../../i18n/i18n.ts';
import { KeptSection } from './kept-section.tsx';
import { MailHandlerSection } from './mail-handler.tsx';
import { ReadingSection } from './reading-section.tsx';
import { SendingSection } from './sending-section.tsx';
import { SpellingSection } from './spelling-section.tsx';
import { TemplatesSection } from './templates-section.tsx';
import { WritingSection } from './writing-section.tsx';
import './settings.css';

/** How the window looks. A choice holds at once; the engine's event tells every window. */
export function SettingsPage({ children }: { children?: ReactNode }): ReactNode {
  const backend = useBackend();
  const settings = useRequest('settings.get', {}, { refetchOn: ['settingsChanged'] });
  const [chosen, setChosen] = useState<Partial<Settings>>({});
  const [failure, setFailure] = useState<Fail>();
  const problem = failure ?? settings.failure;
  const shown = settings.value && { ...settings.value, ...chosen };

  const set = async (change: Partial<Settings>): Promise<void> => {
    setChosen((before) => ({ ...before, ...change }));
    const result = await backend.request('settings.set', change);
    setFailure(result.ok ? undefined : result);
    // What was chosen stays shown: until the settings are read again they still say the old.
    if (!result.ok) setChosen({});
    settings.refetch();
  };

  return (
    <Page title={t('settings.general')} lede={<p className="lede">{t('settings.generalLede')}</p>}>
      {problem && <FailureNote failure={problem} />}
      {shown && (
        <>
          <section className="section settings-choice">
            <RadioGroup
              label={t('settings.theme')}
              value={shown.theme}
              onChange={(theme) => void set({ theme })}
              options={(['system', 'light', 'dark'] as const).map((theme) => ({
                value: theme,
                label: t(`settings.theme.${theme}`),
                description: t(`settings.theme.${theme}Text`),
              }))}
            />
          </section>
          <section className="section settings-choice">
            <RadioGroup
              label={t('settings.density')}
              value={shown.density}
              onChange={(density) => void set({ density })}
              options={(['comfortable', 'compact'] as const).map((density) => ({
                value: density,
                label: t(`settings.density.${density}`),
                description: t(`settings.density.${density}Text`),
              }))}
            />
          </section>
          <section className="section settings-choice">
            <h2>{t('settings.language')}</h2>
            <Select
              label={t('settings.language')}
              isLabelHidden
              value={shown.language}
              onChange={(language) => void set({ language })}
              options={(['system', 'en', 'de'] as const).map((language) => ({
                value: language,
                label: t(`settings.language.${language}`),
              }))}
            />
          </section>
          <ReadingSection settings={shown} onChange={(change) => void set(change)} />
          <WritingSection settings={shown} onChange={(change) => void set(change)} />
          <SendingSection undoSeconds={shown.undoSeconds} onChange={(change) => void set(change)} />
          <SpellingSection
            checksSpelling={shown.checksSpelling}
            onChange={(checksSpelling) => void set({ checksSpelling })}
          />
          <TemplatesSection />
          <MailHandlerSection />
        </>
      )}
      <KeptSection />
      {children}
    </Page>
  );
}
