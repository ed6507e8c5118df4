import type { ErrorCode } from '../../../src-shared/ipc/error-codes.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';

/** What the foot of the sidebar says. Never "up to date" for all when one account is cut off. */
export type SyncState =
  | { kind: 'none' }
  | { kind: 'offline' }
  | { kind: 'fault'; account: AccountView; code: ErrorCode }
  | { kind: 'working'; account: AccountView; mailbox: string; done: number; total: number }
  | { kind: 'connecting'; account: AccountView }
  | { kind: 'one-up-to-date'; account: AccountView; at: number }
  | { kind: 'up-to-date'; at: number };

/** What no better connection mends. */
const FAULTS: ReadonlySet<ErrorCode> = new Set([
  'internal',
  'store-unreadable',
  'disk-full',
  'file-unwritable',
]);

const isFault = (code: ErrorCode | undefined): boolean => code !== undefined && FAULTS.has(code);

const NAMED_PHASES = new Set(['envelopes', 'bodies']);

export function readSyncState(all: readonly AccountView[]): SyncState {
  const accounts = all.filter((one) => one.state !== 'local');
  const live = accounts.filter((one) => one.state !== 'needs-sign-in' && one.state !== 'signed-out');
  const first = live[0];
  if (!first) return { kind: 'none' };
  for (const account of live) {
    const { phase, mailboxName, done, total } = account.progress;
    if (
      account.state === 'online' &&
      NAMED_PHASES.has(phase) &&
      mailboxName !== undefined &&
      total !== undefined &&
      total > 0
    ) {
      return { kind: 'working', account, mailbox: mailboxName, done: done ?? 0, total };
    }
  }
  const faulty = live.find((one) => one.state === 'offline' && isFault(one.progress.lastError));
  if (faulty?.progress.lastError) return { kind: 'fault', account: faulty, code: faulty.progress.lastError };
  if (live.every((one) => one.state === 'offline')) return { kind: 'offline' };
  const waiting = live.find((one) => one.state !== 'online' || one.progress.checkedAt === undefined);
  if (waiting) return { kind: 'connecting', account: waiting };
  const times = live.map((one) => one.progress.checkedAt ?? 0);
  if (live.length < accounts.length)
    return { kind: 'one-up-to-date', account: first, at: Math.min(...times) };
  return { kind: 'up-to-date', at: Math.min(...times) };
}
