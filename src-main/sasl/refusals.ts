/**
 * What providers say when they let nobody in, as reasons (R13): one table for IMAP and SMTP. The words are compared, never shown.
 * A row is here because somebody has met these words; what is not here is told as a refused login.
 */
import type { RefusalReason } from '../../src-shared/model/refusal.ts';

export type Refusal = {
  code: 'imap-not-allowed' | 'smtp-not-allowed' | 'password-refused' | 'server-busy';
  reason: RefusalReason;
};

type Row = [protocol: 'imap' | 'smtp' | 'both', words: RegExp, refusal: Refusal];

const ROWS: Row[] = [
  // First, because a throttled try says nothing of the rest. Google (454 4.7.0), Yahoo (#AUTH005).
  [
    'both',
    /too many (?:\w+ ){0,3}(?:attempts|failures|tries)|login frequency limited/i,
    { code: 'server-busy', reason: 'too-many' },
  ],
  // Google; Google Workspace where the administrator switched it off; Zoho; Exchange, which logs everybody in and says it then.
  [
    'imap',
    /not enabled for IMAP|IMAP access is disabled|(?:yet to|please) enable IMAP|authenticated but not connected/i,
    { code: 'imap-not-allowed', reason: 'imap-off' },
  ],
  // Yandex names both, and does not tell which it is.
  ['imap', /invalid credentials or IMAP is disabled/i, { code: 'password-refused', reason: 'imap-off' }],
  // Exchange: for the mailbox, for the organisation, by security defaults, by conditional access; and when it took the login only in
  // appearance (5.7.57, which may come as late as MAIL FROM). Then Yandex.
  [
    'smtp',
    /SmtpClientAuth\w* is disabled|security defaults policy|did not meet the criteria to be authenticated|\b5\.7\.57\b|not have access rights to this service/i,
    { code: 'smtp-not-allowed', reason: 'smtp-auth-off' },
  ],
  // Exchange, for every password, also one for apps.
  [
    'both',
    /basic auth\w* (?:is|has been) (?:disabled|blocked)|basic auth\w* is not supported/i,
    { code: 'password-refused', reason: 'oauth-needed' },
  ],
  // Google on IMAP and SMTP (534 5.7.9), Mail.ru, Apple and Yahoo.
  [
    'both',
    /\b(?:application|app)[- ]specific password|\bapp(?:lication)? password (?:is )?required|InvalidSecondFactor/i,
    { code: 'password-refused', reason: 'app-password' },
  ],
  // Google (WEBALERT on IMAP, 534 5.7.14 on SMTP).
  [
    'both',
    /log ?in via your web browser|web login required|\bWEBALERT\b/i,
    { code: 'password-refused', reason: 'web-login' },
  ],
];

/** The reason that a server's words give for letting nobody in; undefined when they are not known. `words` may hold response codes. */
export function knownRefusal(protocol: 'imap' | 'smtp', words: string): Refusal | undefined {
  return ROWS.find(([of, pattern]) => (of === protocol || of === 'both') && pattern.test(words))?.[2];
}
