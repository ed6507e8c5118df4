import { useEffect } from 'react';
import { DEFAULT_SETTINGS, type Settings } from '../src-shared/model/settings.ts';
import { useRequest } from './backend/use-request.ts';
import { useMedia } from './use-media.ts';

/** The settings, and the theme that comes of them; the theme is set on the page. */
export function useLook(): { settings: Settings; isDark: boolean } {
  const settings =
    useRequest('settings.get', {}, { refetchOn: ['settingsChanged'] }).value ?? DEFAULT_SETTINGS;
  const isSystemDark = useMedia('(prefers-color-scheme: dark)');
  const isDark = settings.theme === 'dark' || (settings.theme === 'system' && isSystemDark);
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }, [isDark]);
  return { settings, isDark };
}
