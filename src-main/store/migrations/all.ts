import type { Migration } from '../migrate.ts';
import { JOURNAL_1 } from './journal-1.ts';
import { MAIL_1 } from './mail-1.ts';

export const JOURNAL_MIGRATIONS: Migration[] = [JOURNAL_1];
export const MAIL_MIGRATIONS: Migration[] = [MAIL_1];
