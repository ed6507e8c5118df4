import { useEffect, useInsertionEffect, useState } from 'react';
import { DEFAULT_SETTINGS, type Settings } from '../src-shared/model/settings.ts';
import { useRequest } from './backend/use-request.ts';
import { applyLanguage } from './i18n/apply-language.ts';
import { currentLocale } from './i18n/i18n.ts';
import { useMedia } from './use-media.ts';

/** The settings, and the theme and language that come of them; both are set on the page. */
export function useLook(): { settings: Settings; isDark: boolean; locale: string } {
  const settings =
    useRequest('settings.get', {}, { refetchOn: ['settingsChanged'] }).value ?? DEFAULT_SETTINGS;
  const isSystemDark = useMedia('(prefers-color-scheme: dark)');
  const isDark = settings.theme === 'dark' || (settings.theme === 'system' && isSystemDark);
  // Before what reads the theme's colours in an effect of its own, as the frame of a message does: the effects of what is inside come
  // before those of what is around it, only these come before all.
  useInsertionEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }, [isDark]);
  const [locale, setLocale] = useState(currentLocale);
  useEffect(() => void applyLanguage(settings.language).then(setLocale), [settings.language]);
  return { settings, isDark, locale };
}
