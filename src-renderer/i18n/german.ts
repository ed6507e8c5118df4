/** The German words; loaded only where they are wanted. A key without German is said in English. */
import de from '../../app/locales/de.json';
import accounts from '../../app/locales/de-accounts.json';
import activity from '../../app/locales/de-activity.json';
import check from '../../app/locales/de-check.json';
import compose from '../../app/locales/de-compose.json';
import contacts from '../../app/locales/de-contacts.json';
import errors from '../../app/locales/de-errors.json';
import mailboxes from '../../app/locales/de-mailboxes.json';
import reader from '../../app/locales/de-reader.json';
import receipt from '../../app/locales/de-receipt.json';
import recovery from '../../app/locales/de-recovery.json';
import safety from '../../app/locales/de-safety.json';
import search from '../../app/locales/de-search.json';
import signIn from '../../app/locales/de-sign-in.json';

export const german: Partial<Record<string, string>> = {
  ...de,
  ...accounts,
  ...activity,
  ...check,
  ...compose,
  ...contacts,
  ...errors,
  ...mailboxes,
  ...reader,
  ...receipt,
  ...recovery,
  ...safety,
  ...search,
  ...signIn,
};
