/** The sentences of Accounts and access that depend on times and states. Plain functions, so that each can be tested. */
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { GrantView } from '../../../src-shared/model/grant.ts';
import { formatDateTime, formatTime, t } from '../../i18n/i18n.ts';

const MINUTE = 60_000;

function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

/** A time inside a sentence: "just now", "2 minutes ago", "today at 09:12", "3 March 2026 at 14:05". */
export function sayWhen(time: number, now: number): string {
  const age = now - time;
  if (age >= 0 && age < MINUTE) return t('access.justNow');
  if (age >= 0 && age < 60 * MINUTE) return t('access.minutesAgo', { count: Math.floor(age / MINUTE) });
  if (isSameDay(time, now)) return t('access.todayAt', { time: formatTime(time) });
  return formatDateTime(time);
}

/** A time that opens a line: "Today 09:12", "3 March 2026 at 14:05". */
export function sayWhenFirst(time: number, now: number): string {
  return isSameDay(time, now) ? t('access.todayAtStart', { time: formatTime(time) }) : formatDateTime(time);
}

/** The line under the address, and whether a person must act. */
export function sayState(
  account: AccountView,
  grant: GrantView | undefined,
  now: number,
): { words: string; isWarning: boolean } {
  const provider = account.providerName;
  switch (account.state) {
    case 'needs-sign-in':
      if (grant?.state === 'revoking') return { words: t('access.cutOff', { provider }), isWarning: true };
      return {
        words:
          grant?.endedAt === undefined
            ? t('access.ended', { provider })
            : t('access.endedAt', { provider, when: sayWhen(grant.endedAt, now) }),
        isWarning: true,
      };
    case 'local':
      return { words: t('access.local'), isWarning: false };
    case 'signed-out':
      return { words: t('access.signedOut'), isWarning: false };
    case 'connecting':
      return { words: t('access.connecting', { provider }), isWarning: false };
    case 'offline':
      return { words: t('access.offline', { provider }), isWarning: false };
    case 'online':
      return {
        words:
          grant?.lastUsedAt === undefined
            ? t('access.connected', { provider })
            : t('access.connectedUsed', { provider, when: sayWhen(grant.lastUsedAt, now) }),
        isWarning: false,
      };
  }
}

/** When the short key was renewed and when it ends; the access token is meant, in people's words. */
export function sayRenewed(grant: GrantView, now: number): string {
  const ends = grant.accessTokenEndsAt;
  const isAlive = ends !== undefined && ends > now;
  if (grant.refreshedAt === undefined) {
    return isAlive ? t('access.shortKeyEnds', { time: formatTime(ends) }) : t('access.renewedNone');
  }
  const when = sayWhenFirst(grant.refreshedAt, now);
  return isAlive
    ? t('access.renewedEnds', { when, time: formatTime(ends) })
    : t('access.renewedText', { when });
}

export function sayLastUsed(grant: GrantView, now: number): string {
  if (grant.lastUsedAt === undefined) return t('access.lastUsedNever');
  const when = sayWhenFirst(grant.lastUsedAt, now);
  if (grant.lastUsedFor === 'imap') return t('access.lastUsedImap', { when });
  if (grant.lastUsedFor === 'smtp') return t('access.lastUsedSmtp', { when });
  return t('access.lastUsedText', { when });
}

export function sayGranted(grant: GrantView): string {
  const when = formatDateTime(grant.grantedAt);
  return grant.kind === 'oauth'
    ? t('access.grantedBrowser', { when })
    : t('access.grantedPassword', { when });
}

export function sayKept(grant: GrantView): string {
  if (grant.state === 'revoked') return t('access.keptGone');
  if (grant.keptIn === 'session') return t('access.keptSession');
  if (grant.keptIn === 'passphrase') return t('access.keptPassphrase');
  if (grant.state === 'ended') return t('access.keptDead', { keychain: grant.keychainName });
  return t('access.keptKeychain', { keychain: grant.keychainName });
}

/** Whose client ID it is, in front of the ID itself. */
export function sayClientIdOwner({ clientIdOwner, providerName: provider }: GrantView): string {
  switch (clientIdOwner) {
    case 'person':
      return t('access.clientIdYours');
    case 'registered':
      return t('access.clientIdRegistered', { provider });
    case 'metadata-document':
      return t('access.clientIdDocument');
    default:
      return t('access.clientIdOurs');
  }
}
