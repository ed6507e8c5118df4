import { describe, expect, it } from 'vitest';
import { findOdd } from '../../../../src-main/activity/findings.ts';
import type { ActivityEntry, AuditKind } from '../../../../src-shared/model/activity.ts';
import type { AccountId } from '../../../../src-shared/model/ids.ts';
import { START } from '../store/test-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Collects entries in the order of their times. */
function logOf() {
  const entries: Omit<ActivityEntry, 'number'>[] = [];
  return {
    add(at: number, kind: AuditKind, account: string | undefined, more: Partial<ActivityEntry> = {}) {
      entries.push({
        at: START + at,
        kind,
        ...(account !== undefined && { accountId: account as AccountId, address: `${account}@example.org` }),
        facts: {},
        ...more,
      });
    },
    found: () =>
      findOdd(
        entries
          .sort((one, other) => one.at - other.at)
          .map((entry, index) => ({ ...entry, number: index + 1 })),
      ),
  };
}

/** A week of four accounts: renewals, nights asleep, an outage, restarts, a typo at the lock, one account that has to sign in again. */
function normalWeek() {
  const log = logOf();
  log.add(0, 'program-began', undefined);
  const lives = { maya: 3_600, samir: 3_600, work: 4_000, lab: 60 };
  for (const [account, seconds] of Object.entries(lives)) {
    log.add(MINUTE, 'provider-found', account);
    log.add(MINUTE, 'signed-in', account, { host: 'auth.example.org' });
    const every = (seconds - Math.min(60, seconds / 4)) * 1_000;
    for (let day = 0; day < 7; day++) {
      // Asleep from 23:00 to 7:00; an outage of three hours on Wednesday.
      for (let at = 7 * HOUR + 10 * MINUTE; at < 23 * HOUR; at += every) {
        const isOutage = day === 2 && at > 12 * HOUR && at < 15 * HOUR;
        if (!isOutage) log.add(day * DAY + at, 'refreshed', account, { facts: { seconds } });
      }
      // Restarts, each with a renewal of its own, and once a token that a server did not take.
      for (const hour of [7, 12, 18])
        log.add(day * DAY + hour * HOUR + 11 * MINUTE, 'refreshed', account, { facts: { seconds } });
      log.add(day * DAY + 20 * HOUR, 'refreshed', account, { facts: { seconds } });
    }
    for (let attempt = 0; attempt < 30; attempt++)
      log.add(2 * DAY + 12 * HOUR + attempt * 6 * MINUTE, 'refresh-failed', account, {
        facts: { code: 'offline' },
      });
  }
  log.add(3 * DAY + 9 * HOUR, 'login-refused', 'work');
  log.add(3 * DAY + 9 * HOUR + 1, 'grant-ended', 'work');
  for (const code of [
    'sign-in-timed-out',
    'sign-in-timed-out',
    'offline',
    'browser-unavailable',
    'sign-in-refused',
  ])
    log.add(3 * DAY + 9 * HOUR + 5 * MINUTE, 'sign-in-failed', 'work', { facts: { code } });
  log.add(3 * DAY + 10 * HOUR, 'signed-in-again', 'work', { host: 'auth.example.org' });
  log.add(3 * DAY + 10 * HOUR, 'scopes-changed', 'work', { facts: { added: '', removed: 'calendar' } });
  log.add(4 * DAY, 'lock-refused', undefined);
  log.add(4 * DAY + MINUTE, 'lock-refused', undefined);
  log.add(5 * DAY, 'security-checked', undefined, { facts: { good: 10, bad: 0, unknown: 3 } });
  return log;
}

describe('a normal week', () => {
  it('has nothing odd in it', () => {
    expect(normalWeek().found()).toEqual([]);
  });
});

describe('is found, once, in a week that is normal otherwise', () => {
  it('a burst of renewals that the life of the token does not explain', () => {
    const log = normalWeek();
    for (let index = 0; index < 40; index++)
      log.add(6 * DAY + 8 * HOUR + index * MINUTE, 'refreshed', 'maya', { facts: { seconds: 3_600 } });
    expect(log.found()).toMatchObject([
      {
        kind: 'refresh-burst',
        accountId: 'maya',
        address: 'maya@example.org',
        facts: { count: expect.any(Number) },
      },
    ]);
  });

  it('a burst that goes on for half a day', () => {
    const log = normalWeek();
    for (let index = 0; index < 700; index++)
      log.add(6 * DAY + 8 * HOUR + index * MINUTE, 'refreshed', 'samir', { facts: { seconds: 3_600 } });
    expect(log.found()).toHaveLength(1);
  });

  it('a renewal every few seconds of a token that lives for a minute', () => {
    const log = normalWeek();
    for (let index = 0; index < 360; index++)
      log.add(6 * DAY + 8 * HOUR + index * 10_000, 'refreshed', 'lab', { facts: { seconds: 60 } });
    expect(log.found()).toMatchObject([{ kind: 'refresh-burst', accountId: 'lab' }]);
  });

  it('another service that signs in', () => {
    const log = normalWeek();
    log.add(6 * DAY, 'signed-in-again', 'maya', { host: 'auth.elsewhere.example' });
    log.add(6 * DAY, 'issuer-changed', 'maya', {
      host: 'auth.elsewhere.example',
      facts: { before: 'auth.example.org' },
    });
    expect(log.found()).toMatchObject([
      {
        kind: 'new-issuer',
        accountId: 'maya',
        facts: { before: 'auth.example.org', host: 'auth.elsewhere.example' },
      },
    ]);
  });

  it.each([
    ['after a sign-in', { added: 'contacts', removed: '' }],
    ['after a renewal', { before: 'mail', scopes: 'mail contacts' }],
  ])('more access than before, %s', (_when, facts) => {
    const log = normalWeek();
    log.add(6 * DAY, 'scopes-changed', 'maya', { facts });
    expect(log.found()).toMatchObject([
      { kind: 'wider-scopes', accountId: 'maya', facts: { added: 'contacts' } },
    ]);
  });

  it.each(['login-refused', 'grant-ended', 'lock-refused', 'sign-in-failed'] as const)(
    'a refusal (%s) that comes back five times within an hour',
    (kind) => {
      const log = normalWeek();
      for (let index = 0; index < 5; index++)
        log.add(6 * DAY + index * 10 * MINUTE, kind, 'samir', { facts: { code: 'login-refused' } });
      expect(log.found()).toMatchObject([
        { kind: 'repeated-failures', accountId: 'samir', facts: { count: 5 } },
      ]);
    },
  );

  it('but not four refusals, nor five on five days, nor five of different accounts', () => {
    const log = normalWeek();
    for (let index = 0; index < 4; index++) log.add(6 * DAY + index * MINUTE, 'login-refused', 'samir');
    for (let day = 0; day < 5; day++) log.add(day * DAY + HOUR, 'login-refused', 'maya');
    for (const account of ['a', 'b', 'c', 'd', 'e']) log.add(6 * DAY, 'login-refused', account);
    expect(log.found()).toEqual([]);
  });

  it('and a clock that is set back makes nothing of it', () => {
    const log = logOf();
    const entries = Array.from({ length: 15 }, (_, index) => index * HOUR);
    for (const at of entries) log.add(at, 'refreshed', 'maya');
    expect(log.found()).toEqual([]);
    const backwards: ActivityEntry[] = [10, 9, 8, 7, 6, 5].map((hour, index) => ({
      number: index + 1,
      at: START + hour * HOUR,
      kind: 'login-refused',
      facts: {},
    }));
    expect(findOdd(backwards)).toEqual([]);
  });
});
