import { describe, expect, it } from 'vitest';
import { busyDetail } from '../../../../src-main/imap/imap-busy.ts';

const ROWS: [string | undefined, string, object | undefined][] = [
  ['THROTTLED', '', { reason: 'throttled' }],
  ['SERVERBUG', 'Internal error occurred', { reason: 'unavailable' }],
  ['INUSE', '', { reason: 'in-use' }],
  [undefined, 'Too many simultaneous connections. (Failure)', { reason: 'connections' }],
  [undefined, 'too many connections from your IP', { reason: 'connections' }],
  ['UNAVAILABLE', 'Maximum number of connections from user+IP exceeded', { reason: 'connections' }],
  ['LIMIT', 'Session limit reached', { reason: 'connections' }],
  [undefined, 'Too many concurrent IMAP sessions', { reason: 'connections' }],
  [undefined, 'Rate limit hit', { reason: 'throttled' }],
  [undefined, 'Suggested Backoff Time: 1500', { reason: 'throttled', waitMs: 1_500 }],
  [undefined, 'Throttled. Backoff Time: 90 seconds', { reason: 'throttled', waitMs: 90_000 }],
  ['THROTTLED', 'Please try again in 5 minutes', { reason: 'throttled', waitMs: 300_000 }],
  ['UNAVAILABLE', 'retry after 30', { reason: 'unavailable', waitMs: 30_000 }],
  ['THROTTLED', 'Backoff Time: 9999999999 hours', { reason: 'throttled', waitMs: 86_400_000 }],
  ['OVERQUOTA', 'Quota exceeded (mailbox for user is full)', undefined],
  ['CANNOT', 'Invalid mailbox name', undefined],
  [undefined, 'connection closed', undefined],
  [undefined, '', undefined],
];

describe('a server that is busy', () => {
  it.each(ROWS)('[%s] %s', (code, text, expected) => {
    expect(busyDetail({ code, text })).toEqual(expected);
  });

  it('means connections when it names a limit at login', () => {
    expect(busyDetail({ code: 'LIMIT', text: '' }, true)).toEqual({ reason: 'connections' });
    expect(busyDetail({ code: 'LIMIT', text: '' })).toEqual({ reason: 'throttled' });
  });
});
