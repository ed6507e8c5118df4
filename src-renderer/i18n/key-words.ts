import { t } from './i18n.ts';

const isMac = (): boolean => (globalThis.navigator?.platform ?? '').startsWith('Mac');

/** Keys as they stand on this keyboard, in the person's language: `Mod Shift L` is "Ctrl Shift L", "Strg Umschalt L" or "⌘ ⇧ L". */
export function sayKeys(keys: string): string {
  return keys
    .split(' ')
    .map((key) => {
      if (key === 'Mod') return isMac() ? '⌘' : t('key.control');
      if (key === 'Shift') return isMac() ? '⇧' : t('key.shift');
      return key;
    })
    .join(' ');
}
