/**
 * Refresh tokens on their way into the vault. One that the vault does not take (it is locked, or its service is gone) is kept in memory
 * and written again until it is there: the one that it replaces is worth nothing any more.
 */
import type { GrantId } from '../../src-shared/model/ids.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { Vault } from '../vault/vault.ts';
import type { GrantLock } from './grant-lock.ts';
import { readGrantSecret, writeGrantSecret } from './grant-secrets.ts';

export type RotatedTokens = {
  /** The refresh token that counts: the one that waits for the vault, unless another program's stands there by now; else the vault's. */
  read(grantId: GrantId): Promise<string | undefined>;
  /** Resolves when it is in the vault, or waits for it. The caller holds the grant's lock and has read `replaced` under it. */
  save(grantId: GrantId, refreshToken: string, replaced: string): Promise<void>;
  forget(grantId: GrantId): void;
};

type Waiting = { refreshToken: string; replaced: string; cancel(): void };

export function createRotatedTokens({
  vault,
  lock,
  clock,
  log,
}: {
  vault: Vault;
  lock: GrantLock;
  clock: Clock;
  log: Log;
}): RotatedTokens {
  const unsaved = new Map<GrantId, Waiting>();

  vault.subscribe(({ state }) => {
    if (state === 'ready' || state === 'session')
      for (const grantId of unsaved.keys()) writeLater(grantId, 0, 0);
  });

  async function inVault(grantId: GrantId): Promise<string | undefined> {
    const secret = await readGrantSecret(vault, grantId);
    return secret && 'refreshToken' in secret ? secret.refreshToken : undefined;
  }

  async function read(grantId: GrantId): Promise<string | undefined> {
    const waiting = unsaved.get(grantId);
    if (!waiting) return inVault(grantId);
    // Unreadable is no answer: what waits here is then the last that is known.
    const there = await inVault(grantId).catch(() => waiting.replaced);
    if (there === undefined || there === waiting.replaced) return waiting.refreshToken;
    forget(grantId);
    return there;
  }

  async function save(grantId: GrantId, refreshToken: string, replaced: string): Promise<void> {
    forget(grantId);
    const waiting: Waiting = { refreshToken, replaced, cancel: () => undefined };
    unsaved.set(grantId, waiting);
    await write(grantId, waiting, 0);
  }

  async function write(grantId: GrantId, waiting: Waiting, attempt: number): Promise<void> {
    try {
      await writeGrantSecret(vault, grantId, { refreshToken: waiting.refreshToken });
      if (unsaved.get(grantId) === waiting) unsaved.delete(grantId);
    } catch (error) {
      log.warn('refresh token not in the keychain yet', errorFacts(error));
      if (unsaved.get(grantId) === waiting) writeLater(grantId, attempt + 1, backoffDelay(attempt));
    }
  }

  function writeLater(grantId: GrantId, attempt: number, ms: number): void {
    const waiting = unsaved.get(grantId);
    if (!waiting) return;
    waiting.cancel();
    waiting.cancel = clock.after(ms, () => {
      // Compare and swap: what another program put there meanwhile is the newer one.
      const tryAgain = lock(grantId, async () => {
        const isWanted = (await read(grantId)) === waiting.refreshToken && unsaved.get(grantId) === waiting;
        if (isWanted) await write(grantId, waiting, attempt);
      });
      tryAgain.catch((error: unknown) => {
        log.warn('refresh token not in the keychain yet', errorFacts(error));
        if (unsaved.get(grantId) === waiting) writeLater(grantId, attempt + 1, backoffDelay(attempt));
      });
    });
  }

  function forget(grantId: GrantId): void {
    unsaved.get(grantId)?.cancel();
    unsaved.delete(grantId);
  }

  return { read, save, forget };
}
