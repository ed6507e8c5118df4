/**
 * The lock of the program itself. Its state lives here in the engine and nowhere else: a page that somebody took over, or a second window,
 * finds the same closed door, because the router asks here before every request and every event.
 *
 * Locked at start when a passphrase is set, when the person asks, when the computer is locked or goes to sleep, and after some minutes
 * without anybody at the window. What takes mail or keys out of the program wants the passphrase once more, five minutes at most before.
 * Who forgot it comes in with the recovery code of this mail; there is no other way around.
 */
import type { AuditKind } from '../../src-shared/model/activity.ts';
import type { LockState } from '../../src-shared/model/settings.ts';
import type { Clock } from '../base/clock.ts';
import { createEmitter } from '../base/emitter.ts';
import { MailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createMutex } from '../base/mutex.ts';
import { isWeakPassphrase } from '../base/passphrase.ts';
import type { Vault } from '../vault/vault.ts';
import { type LockRecord, lockRecord, newLockRecord, opensLock } from './lock-record.ts';

export type AppLock = {
  /** Reads from the vault whether a lock is set; does nothing once it is known. Throws like the vault: then it is not known. */
  load(): Promise<void>;
  isKnown(): boolean;
  isLocked(): boolean;
  /** A lock is set, and nobody gave the passphrase within the last five minutes. */
  needsUnlock(): boolean;
  state(): LockState;
  /**
   * Opens it with the passphrase, or with the recovery code. Throws passphrase-wrong; busy with `waitUntil` after too many wrong ones.
   */
  unlock(passphrase: string): Promise<LockState>;
  /** Locks now; nothing when no lock is set. */
  lock(): LockState;
  /**
   * Sets a lock, or changes it. A new passphrase over an old one wants `current`; other minutes want it too, unless it was given a moment
   * ago. Throws passphrase-weak, unlock-needed, or as `unlock`.
   */
  set(change: { passphrase?: string; current?: string; afterMinutes: number }): Promise<LockState>;
  /** Throws as `unlock`. */
  remove(current: string): Promise<LockState>;
  /** Somebody is at the window. */
  touch(): void;
  /** The computer woke up: time passed, and timers did not. */
  look(): void;
  /** The vault was emptied: there is no lock any more. */
  forget(): void;
  subscribe(listener: (state: LockState) => void): () => void;
  stop(): void;
};

export type AppLockOptions = {
  vault: Pick<Vault, 'get' | 'put' | 'delete'>;
  clock: Clock;
  log: Log;
  /** Whether a text is the recovery code of the mail that is open. */
  isRecoveryCode(text: string): boolean;
  /** Writes into the audit log, where that is open. */
  audit(kind: AuditKind, detail: Record<string, string | number>): void;
};

const ENTRY = 'app-lock';
const FREE_TRIES = 5;
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 15 * 60_000;
/** Long enough for what one wants to do with it, and too short to leave the desk. */
const STEP_UP_MS = 5 * 60_000;

/** `damaged`: the entry is there and cannot be read. It stays locked; the recovery code opens it. */
type Known = { record: LockRecord | 'damaged' | undefined };

export function createAppLock({ vault, clock, log, isRecoveryCode, audit }: AppLockOptions): AppLock {
  const changes = createEmitter<LockState>();
  // One try at a time: who asks twenty times at once gets no twenty tries for one count.
  const inTurn = createMutex();
  let known: Known | undefined;
  let loading: Promise<void> | undefined;
  let locked = false;
  let unlockedAt: number | undefined;
  let usedAt = clock.now();
  let cancelIdle: (() => void) | undefined;

  const record = (): LockRecord | undefined => (known?.record === 'damaged' ? undefined : known?.record);
  const isSet = (): boolean => known?.record !== undefined;

  async function read(): Promise<void> {
    const text = await vault.get(ENTRY);
    known ??= { record: text === undefined ? undefined : parse(text) };
    locked = isSet();
    changes.emit(state());
  }

  function parse(text: string): LockRecord | 'damaged' {
    try {
      return lockRecord.parse(JSON.parse(text));
    } catch (error) {
      log.warn('lock unreadable', errorFacts(error));
      return 'damaged';
    }
  }

  function state(): LockState {
    const waitUntil = waitEnd();
    return {
      isSet: isSet(),
      isLocked: locked,
      afterMinutes: record()?.afterMinutes ?? 0,
      ...(waitUntil !== undefined && { waitUntil }),
    };
  }

  /** When the next try is taken; a clock that was set back does not make it longer than it ever is. */
  function waitEnd(): number | undefined {
    const { waitUntil = 0 } = record() ?? {};
    const now = clock.now();
    return waitUntil > now ? Math.min(waitUntil, now + LONGEST_WAIT) : undefined;
  }

  async function save(next: LockRecord): Promise<void> {
    known = { record: next };
    await vault.put(ENTRY, JSON.stringify(next));
  }

  /** Counted before it is looked at: who ends the program in between has used up his try. */
  async function countTry(before: LockRecord): Promise<LockRecord> {
    const wrongTries = before.wrongTries + 1;
    const waits = wrongTries - FREE_TRIES;
    const wait = waits < 0 ? 0 : Math.min(FIRST_WAIT * 2 ** Math.min(waits, 10), LONGEST_WAIT);
    const counted = { ...before, wrongTries, waitUntil: wait === 0 ? 0 : clock.now() + wait };
    // Where it cannot be written it counts in memory; a start of the program without a vault to read from lets nobody in at all.
    await save(counted).catch((error: unknown) => log.warn('lock not written', errorFacts(error)));
    return counted;
  }

  /** Throws unless the text is the passphrase or the recovery code. */
  async function verify(text: string): Promise<void> {
    if (known?.record === 'damaged') {
      if (isRecoveryCode(text)) return;
      throw refused(0);
    }
    const before = record();
    if (!before) return;
    const waitUntil = waitEnd();
    if (waitUntil !== undefined) throw new MailError('busy', { retry: 'later', detail: { waitUntil } });
    const counted = await countTry(before);
    if (isRecoveryCode(text) || (await opensLock(before, text))) {
      await save({ ...counted, wrongTries: 0, waitUntil: 0 }).catch((error: unknown) =>
        log.warn('lock not written', errorFacts(error)),
      );
      return;
    }
    throw refused(counted.wrongTries);
  }

  function refused(tries: number): MailError {
    audit('lock-refused', { tries });
    const waitUntil = waitEnd();
    // Whoever guesses at an open window loses the window.
    if (waitUntil !== undefined) lock();
    changes.emit(state());
    return new MailError('passphrase-wrong', {
      detail: { tries, ...(waitUntil !== undefined && { waitUntil }) },
    });
  }

  function open(): void {
    locked = false;
    unlockedAt = clock.now();
    usedAt = unlockedAt;
    watchIdle();
  }

  function lock(): LockState {
    if (!isSet()) return state();
    unlockedAt = undefined;
    cancelIdle?.();
    cancelIdle = undefined;
    if (!locked) {
      locked = true;
      changes.emit(state());
    }
    return state();
  }

  function watchIdle(): void {
    cancelIdle?.();
    cancelIdle = undefined;
    const after = (record()?.afterMinutes ?? 0) * 60_000;
    if (after === 0 || locked) return;
    const idle = clock.now() - usedAt;
    // A clock that went backwards says nothing about how long nobody was there.
    if (idle < 0) usedAt = clock.now();
    else if (idle >= after) return void lock();
    cancelIdle = clock.after(after - Math.max(idle, 0), watchIdle);
  }

  function load(): Promise<void> {
    if (known) return Promise.resolve();
    loading ??= read().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  function needsUnlock(): boolean {
    if (!isSet()) return false;
    const age = unlockedAt === undefined ? -1 : clock.now() - unlockedAt;
    return age < 0 || age >= STEP_UP_MS;
  }

  function changed(act: string): LockState {
    audit('lock-changed', { act });
    watchIdle();
    changes.emit(state());
    return state();
  }

  return {
    load,
    isKnown: () => known !== undefined,
    isLocked: () => locked,
    needsUnlock,
    state,
    unlock: (passphrase) =>
      inTurn(async () => {
        await load();
        await verify(passphrase);
        open();
        changes.emit(state());
        return state();
      }),
    lock,
    set: ({ passphrase, current, afterMinutes }) =>
      inTurn(async () => {
        await load();
        if (passphrase !== undefined && isWeakPassphrase(passphrase)) throw new MailError('passphrase-weak');
        if (isSet()) {
          if (current !== undefined) await verify(current);
          else if (passphrase !== undefined || needsUnlock()) throw new MailError('unlock-needed');
        }
        const before = record();
        const next = passphrase === undefined ? before : await newLockRecord(passphrase, afterMinutes);
        if (!next) throw new MailError('input-invalid');
        await replace({ ...next, afterMinutes });
        open();
        return changed(passphrase === undefined ? 'minutes' : before ? 'passphrase' : 'set');
      }),
    remove: (current) =>
      inTurn(async () => {
        await load();
        await verify(current);
        await vault.delete(ENTRY);
        known = { record: undefined };
        open();
        return changed('removed');
      }),
    touch() {
      const now = clock.now();
      // What has run out is not brought back by the hand that returns.
      if (cancelIdle && now - usedAt < (record()?.afterMinutes ?? 0) * 60_000) usedAt = now;
    },
    look: watchIdle,
    forget() {
      known = { record: undefined };
      locked = false;
      unlockedAt = undefined;
      cancelIdle?.();
      cancelIdle = undefined;
      changes.emit(state());
    },
    subscribe: changes.subscribe,
    stop: () => cancelIdle?.(),
  };

  /** In the vault first: a lock that is not kept would be gone with the next start, and nobody would know. */
  async function replace(next: LockRecord): Promise<void> {
    await vault.put(ENTRY, JSON.stringify(next));
    known = { record: next };
  }
}
