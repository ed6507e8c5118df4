import { useEffect, useLayoutEffect, useState } from 'react';
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
  // Before the effects of what reads the theme's colours, as the frame of a message does.
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }, [isDark]);
  const [locale, setLocale] = useState(currentLocale);
  useEffect(() => void applyLanguage(settings.language).then(setLocale), [settings.language]);
  return { settings, isDark, locale };
}
