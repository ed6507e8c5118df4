import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { retryDelay } from '../../../../src-main/sync/retry-delay.ts';
import type { ErrorCode } from '../../../../src-shared/ipc/error-codes.ts';

const longest = () => 1;
const error = (code: ErrorCode, detail = {}) => new MailError(code, { retry: 'later', detail });

describe('the wait before the next try', () => {
  it('is short while no server is reached, so that the link is used as soon as it is back', () => {
    for (const code of [
      'offline',
      'host-not-found',
      'connection-refused',
      'tls-untrusted',
      'protocol-error',
    ] as const) {
      expect(retryDelay(error(code), 0, longest)).toBe(1_000);
      expect(retryDelay(error(code), 100, longest)).toBe(8_000);
    }
    expect(retryDelay(error('offline'), 1_000, longest)).toBe(60_000);
  });

  it('is as long as the server asked, and a little more', () => {
    const asked = retryDelay(error('server-busy', { waitMs: 300_000 }), 0);
    expect(asked).toBeGreaterThanOrEqual(300_000);
    expect(asked).toBeLessThanOrEqual(311_000);
    expect(retryDelay(error('server-busy', { waitMs: 1e12 }), 0, () => 0)).toBe(60 * 60_000);
  });

  it('grows for a server that is busy, and is never the same for all', () => {
    expect(retryDelay(error('server-busy'), 0, longest)).toBe(10_000);
    expect(retryDelay(error('server-busy'), 20, longest)).toBe(5 * 60_000);
    expect(retryDelay(error('server-busy'), 20, () => 0)).toBe(5 * 30_000);
  });
});
