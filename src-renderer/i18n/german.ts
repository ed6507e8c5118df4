/** The German words; loaded only where they are wanted. */
import accounts from '../../app/locales/de-accounts.json';

export const german: Partial<Record<string, string>> = { ...accounts };
