/**
 * The secrets of this profile: the store's key, refresh tokens, app passwords, client secrets.
 *
 * They are in the system's keychain; where there is none, in an encrypted file of the profile that a passphrase opens at each start, or in
 * memory for this session, as the person chose: never in plain text. The entry `index` holds the names of all secrets, so that a profile
 * can be removed; a name is entered there before anything is written under it.
 *
 * A locked keyring answers like an empty one (keytar: get is null, delete is false). The entry `sentinel` tells them apart: it is always
 * there, so when it cannot be read the keychain is locked and nothing may be concluded from what is missing. When it can be written
 * anew, nothing was locked: then somebody has deleted it, and the rest with it if the index is gone too.
 */
import type { VaultState } from '../../src-shared/model/settings.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { createEmitter } from '../base/emitter.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { createMutex } from '../base/mutex.ts';
import { createCalls, lockedError } from './calls.ts';
import { type Keychain, keychainName, loadSystemKeychain } from './keychain.ts';
import { createPassphraseGate } from './passphrase-gate.ts';
import { createSecrets } from './secrets.ts';

export type Vault = {
  state(): VaultState;
  /** Looks whether the secrets can be read and written. Never throws. */
  check(): Promise<VaultState>;
  /** From now on secrets live in memory until the program ends. */
  startSession(): VaultState;
  /**
   * Where there is no keychain: from now on secrets live in an encrypted file. Throws input-invalid unless the keychain is absent and there
   * is no such file, passphrase-weak, disk-full, file-unwritable.
   */
  createPassphrase(passphrase: string): Promise<VaultState>;
  /**
   * Opens that file. Throws passphrase-wrong, busy (with `seconds`) after too many wrong tries, secrets-unreadable when it is damaged, and
   * input-invalid when there is none.
   */
  openPassphrase(passphrase: string): Promise<VaultState>;
  /** The passphrase is gone: its file is put aside, unopened, and the vault is as without one. Throws input-invalid, file-unwritable. */
  forgetPassphrase(): Promise<VaultState>;
  /** Undefined when there is no such secret. Throws keychain-locked, keychain-absent, keychain-failed, secrets-unreadable. */
  get(name: string): Promise<string | undefined>;
  /** The secret is in the keychain when this answers. Throws like `get`; over a passphrase's file disk-full and file-unwritable, too. */
  put(name: string, secret: string): Promise<void>;
  /** The secret is gone when this answers, also when there was none. Throws like `put`. */
  delete(name: string): Promise<void>;
  /** What there are secrets of, none of them with its secret. Throws like `get`. */
  names(): Promise<string[]>;
  /** How many secrets there are. Throws like `get`. */
  count(): Promise<number>;
  /** Removes every secret of this service, for a profile that is thrown away. Throws like `put`. */
  clear(): Promise<void>;
  subscribe(listener: (state: VaultState) => void): () => void;
};

const SENTINEL = 'sentinel';
const SENTINEL_VALUE = 'present';
const INDEX = 'index';

export type VaultOptions = {
  /** The name under which the keychain keeps the entries: one for each profile. */
  service: string;
  keychain?: Keychain;
  name?: string;
  /** Bounds each call into the keychain. */
  timeoutMs?: number;
  clock?: Clock;
  platform?: NodeJS.Platform;
  /** Where the file of a passphrase is, or would be. */
  passphraseFile?: string;
  /** Whether this profile has put secrets into the keychain before. */
  isExpected?: () => boolean;
};

export function createVault({
  service,
  keychain: given,
  name = keychainName(),
  timeoutMs = LIMITS.keychainTimeout,
  clock = systemClock,
  platform = process.platform,
  passphraseFile,
  isExpected = () => false,
}: VaultOptions): Vault {
  const changes = createEmitter<VaultState>();
  const inTurn = createMutex();
  const gate = createPassphraseGate(passphraseFile, clock);
  let session: Map<string, string> | undefined;
  let system = given;
  let wasDeleted = false;
  let current: VaultState = stateOf('locked');

  function stateOf(state: VaultState['state'], reason?: VaultState['reason']): VaultState {
    if (state === 'session') return { state, kind: 'session', name };
    if (gate.isUsed()) return { state, kind: 'passphrase', name: gate.name };
    return { state, kind: 'keychain', name, ...(reason && { reason }) };
  }

  function become(state: VaultState['state'], reason?: VaultState['reason']): VaultState {
    const next = stateOf(state, reason);
    const isSame =
      next.state === current.state && next.kind === current.kind && next.reason === current.reason;
    if (!isSame) {
      current = next;
      changes.emit(current);
    }
    return current;
  }

  const calls = createCalls({
    service,
    keychain() {
      if (gate.isUsed()) return gate.keychain() ?? neverOpened();
      system ??= loadSystemKeychain();
      return system;
    },
    timeoutMs,
    clock,
    platform,
    // The sentinel itself is refused by a locked keychain only.
    isUnlocked: async () => (await calls.read(SENTINEL)) !== null,
    onAnswered() {
      if (!session) void check();
    },
  });
  const { readSecret, writeSecret, eraseSecret } = createSecrets(calls, requireUnlocked);

  function neverOpened(): never {
    throw lockedError();
  }

  /** Throws unless what is missing is truly missing. */
  async function requireUnlocked(): Promise<void> {
    if ((await calls.read(SENTINEL)) === null) throw lockedError();
  }

  async function requireWritable(): Promise<void> {
    if ((await calls.read(SENTINEL)) !== null) return;
    await calls.write(SENTINEL, SENTINEL_VALUE);
    // The person may have answered a prompt for the writing only: then the rest is there.
    wasDeleted = isExpected() && (await calls.read(INDEX)) === null;
  }

  async function readIndex(): Promise<string[]> {
    const text = await readSecret(INDEX);
    const names: unknown = text === undefined ? [] : JSON.parse(text);
    return Array.isArray(names) ? names.filter((one): one is string => typeof one === 'string') : [];
  }

  /** Runs in turn, and keeps the state true to what the keychain answered. */
  function use<T>(task: () => Promise<T>): Promise<T> {
    return inTurn(async () => {
      try {
        const result = await task();
        become('ready', wasDeleted ? 'deleted' : undefined);
        return result;
      } catch (error) {
        if (error instanceof MailError && error.code === 'keychain-locked') {
          const reason = error.detail?.reason;
          become('locked', reason === 'slow' || reason === 'dismissed' ? reason : undefined);
        }
        if (error instanceof MailError && error.code === 'keychain-absent') become('absent');
        throw error;
      }
    });
  }

  async function check(): Promise<VaultState> {
    if (session) return current;
    await use(async () => {
      await requireWritable();
      await requireUnlocked();
    }).catch(() => undefined); // `use` has noted the state
    return current;
  }

  return {
    state: () => current,
    check,
    startSession() {
      session ??= new Map();
      return become('session');
    },
    async createPassphrase(passphrase) {
      // Over a keychain that has the keys it would hide them.
      if (session || current.state !== 'absent') throw new MailError('input-invalid');
      await gate.create(passphrase);
      return check();
    },
    async openPassphrase(passphrase) {
      if (session) throw new MailError('input-invalid');
      await gate.open(passphrase);
      return check();
    },
    async forgetPassphrase() {
      if (session) throw new MailError('input-invalid');
      gate.putAside();
      return check();
    },
    async get(secretName) {
      if (session) return session.get(secretName);
      return use(() => readSecret(secretName));
    },
    async put(secretName, secret) {
      if (session) {
        session.set(secretName, secret);
        return;
      }
      await use(async () => {
        await requireWritable();
        const names = await readIndex();
        if (!names.includes(secretName)) await writeSecret(INDEX, JSON.stringify([...names, secretName]));
        await writeSecret(secretName, secret);
        wasDeleted = false;
      });
    },
    async delete(secretName) {
      if (session) {
        session.delete(secretName);
        return;
      }
      await use(async () => {
        await eraseSecret(secretName);
        const names = await readIndex();
        const left = names.filter((one) => one !== secretName);
        if (left.length < names.length) await writeSecret(INDEX, JSON.stringify(left));
      });
    },
    names: async () => (session ? [...session.keys()] : use(readIndex)),
    async count() {
      return session ? session.size : (await use(readIndex)).length;
    },
    async clear() {
      session?.clear();
      if (session) return;
      await use(async () => {
        for (const secretName of await readIndex()) await eraseSecret(secretName);
        await eraseSecret(INDEX);
        await calls.erase(SENTINEL);
      });
      if (!gate.isUsed()) return;
      gate.remove();
      await check(); // what was behind the passphrase's file is no sign of a keychain
    },
    subscribe: changes.subscribe,
  };
}
