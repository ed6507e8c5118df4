import { type ReactNode, useState } from 'react';
import type { Fail, Result } from '../../../src-shared/ipc/result.ts';
import type { Dictionary } from '../../../src-shared/model/writing.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/checkbox.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { currentLocale, t } from '../../i18n/i18n.ts';

/** Which dictionaries are used, and the words that were taught. */
export function SpellingSection({
  checksSpelling,
  onChange,
}: {
  checksSpelling: boolean;
  onChange: (checksSpelling: boolean) => void;
}): ReactNode {
  const backend = useBackend();
  const dictionaries = useRequest('spelling.list', {});
  const learned = useRequest('spelling.words', {});
  const [failure, setFailure] = useState<Fail>();
  const words = learned.value?.words ?? [];

  const take = (result: Result<unknown>): void => {
    setFailure(result.ok ? undefined : result);
    dictionaries.refetch();
    learned.refetch();
  };

  return (
    <section className="section settings-choice">
      <h2>{t('settings.spelling')}</h2>
      <Checkbox isSelected={checksSpelling} onChange={onChange}>
        {t('settings.checksSpelling')}
      </Checkbox>
      {failure && <FailureNote failure={failure} />}
      {checksSpelling && (
        <>
          <h3>{t('settings.dictionaries')}</h3>
          <div className="settings-choices">
            {(dictionaries.value ?? []).map((one) => (
              <Checkbox
                key={one.id}
                isSelected={one.isOn}
                onChange={(isOn) => void backend.request('spelling.setOn', { id: one.id, isOn }).then(take)}
              >
                {t(`settings.dictionary.${one.from}`, { language: languageName(one) })}
              </Checkbox>
            ))}
          </div>
          <p className="c2">{t('settings.dictionariesText')}</p>
          <p>
            <Button onPress={() => void backend.request('spelling.addFile', {}).then(take)}>
              {t('settings.addDictionary')}
            </Button>
          </p>
          {words.length > 0 && (
            <Disclosure title={t('settings.learned', { count: words.length })}>
              <ul className="settings-list">
                {words.map((word) => (
                  <li key={word} className="row">
                    <span className="grow cut" dir="auto">
                      {cleanLine(word)}
                    </span>
                    <Button
                      size="small"
                      variant="quiet"
                      label={t('settings.forgetWord', { word: cleanLine(word) })}
                      onPress={() =>
                        void backend.request('spelling.learn', { word, isKnown: false }).then(take)
                      }
                    >
                      {t('settings.forget')}
                    </Button>
                  </li>
                ))}
              </ul>
            </Disclosure>
          )}
        </>
      )}
    </section>
  );
}

/** "German (Austria)", in the language of the window. A file may be called anything. */
function languageName({ id, language }: Dictionary): string {
  if (language === 'und') return cleanLine(id.replace(/^file:/, ''));
  const locale = currentLocale() === 'en-XA' ? 'en' : currentLocale();
  return new Intl.DisplayNames(locale, { type: 'language' }).of(language) ?? language;
}
