/**
 * The secrets of this profile: the store's key, refresh tokens, app passwords, client secrets.
 *
 * In the system's keychain each secret is some parts of at most 1,200 characters and a header that names them. The parts are
 * written first, into the set that is not in use, then the header, then the old set goes: whoever reads after a crash at any
 * point finds the old secret or the new one, never a mixture. The entry `index` holds the names, so that a profile can be removed;
 * a name is entered there before anything is written under it.
 *
 * A locked keyring answers like an empty one (keytar: get is null, delete is false). The entry `sentinel` tells them apart:
 * it is always there, so when it cannot be read the keychain is locked and nothing may be concluded from what is missing.
 * A call into the keychain may wait for a person at a prompt and holds one of libuv's four threads meanwhile: each call has a
 * time limit, and while one hangs no other is made.
 */
import type { VaultState } from '../../src-shared/model/settings.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { createEmitter } from '../base/emitter.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { createMutex } from '../base/mutex.ts';
import { type Keychain, keychainName, loadSystemKeychain } from './keychain.ts';
import { type Generation, joinSecret, partName, readHeader, splitSecret } from './parts.ts';

export type Vault = {
  state(): VaultState;
  /** Looks whether the keychain can be read and written. Never throws. */
  check(): Promise<VaultState>;
  /** From now on secrets live in memory until the program ends. */
  startSession(): VaultState;
  /** Undefined when there is no such secret. Throws keychain-locked, keychain-absent, keychain-failed. */
  get(name: string): Promise<string | undefined>;
  /** The secret is in the keychain when this answers. Throws like `get`. */
  put(name: string, secret: string): Promise<void>;
  /** The secret is gone when this answers, also when there was none. Throws like `get`. */
  delete(name: string): Promise<void>;
  /** Removes every secret of this service, for a profile that is thrown away. */
  clear(): Promise<void>;
  subscribe(listener: (state: VaultState) => void): () => void;
};

const SENTINEL = 'sentinel';
const SENTINEL_VALUE = 'present';
const INDEX = 'index';

/**
 * `service` is the name under which the keychain keeps the entries: one for each profile.
 * `timeoutMs` bounds each call into the keychain.
 */
export function createVault({
  service,
  keychain: given,
  name = keychainName(),
  timeoutMs = LIMITS.keychainTimeout,
  clock = systemClock,
}: {
  service: string;
  keychain?: Keychain;
  name?: string;
  timeoutMs?: number;
  clock?: Clock;
}): Vault {
  const changes = createEmitter<VaultState>();
  const inTurn = createMutex();
  let current: VaultState = { state: 'locked', kind: 'keychain', name };
  let session: Map<string, string> | undefined;
  let system = given;
  let hanging = false;

  const become = (state: VaultState['state']): VaultState => {
    if (current.state !== state) {
      current = { state, kind: state === 'session' ? 'session' : 'keychain', name };
      changes.emit(current);
    }
    return current;
  };

  /** One call into the keychain. The error says which state it shows; keytar's own have no codes, so the place tells. */
  function call<T>(run: (keychain: Keychain) => Promise<T>): Promise<T> {
    if (hanging) return Promise.reject(lockedError());
    try {
      system ??= loadSystemKeychain();
    } catch (error) {
      return Promise.reject(absentError(error));
    }
    const running = run(system);
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => {
        hanging = true;
        reject(lockedError());
        const settled = () => {
          hanging = false;
          if (!session) void check();
        };
        running.then(settled, settled);
      });
      running.then(resolve, reject).finally(cancel);
    });
  }

  const read = (entry: string): Promise<string | null> =>
    call((keychain) => keychain.get(service, entry)).catch((error: unknown) => {
      // Reading what is not there is no error, so a failing read means that there is nothing to read from.
      throw error instanceof MailError ? error : absentError(error);
    });

  const write = (entry: string, value: string): Promise<void> =>
    call((keychain) => keychain.set(service, entry, value)).catch(async (error: unknown) => {
      if (error instanceof MailError) throw error;
      if (entry === SENTINEL || (await read(SENTINEL)) === null) throw lockedError(error);
      throw new MailError('keychain-failed', { retry: 'later', cause: error });
    });

  const erase = (entry: string): Promise<boolean> =>
    call((keychain) => keychain.delete(service, entry)).catch((error: unknown) => {
      throw error instanceof MailError ? error : absentError(error);
    });

  /** Throws unless what is missing is truly missing. */
  async function requireUnlocked(): Promise<void> {
    if ((await read(SENTINEL)) === null) throw lockedError();
  }

  async function requireWritable(): Promise<void> {
    if ((await read(SENTINEL)) === null) await write(SENTINEL, SENTINEL_VALUE);
  }

  async function readSecret(secretName: string): Promise<string | undefined> {
    const text = await read(secretName);
    if (text === null) {
      await requireUnlocked();
      return undefined;
    }
    const head = readHeader(text);
    const parts: string[] = [];
    for (let part = 0; head && part < head.parts; part++) {
      const value = await read(partName(secretName, head.generation, part));
      if (value === null) break;
      parts.push(value);
    }
    const secret = head && joinSecret(head, parts);
    if (secret === undefined) {
      await requireUnlocked();
      throw new MailError('keychain-failed');
    }
    return secret;
  }

  async function writeSecret(secretName: string, secret: string): Promise<void> {
    const there = await read(secretName);
    const old = there === null ? undefined : readHeader(there);
    const generation: Generation = old?.generation === 'a' ? 'b' : 'a';
    const { header, parts } = splitSecret(secret, generation);
    for (const [part, value] of parts.entries()) await write(partName(secretName, generation, part), value);
    await write(secretName, header);
    if (old) await eraseParts(secretName, old.generation);
  }

  async function eraseParts(secretName: string, generation: Generation): Promise<void> {
    for (let part = 0; await erase(partName(secretName, generation, part)); part++);
  }

  async function eraseSecret(secretName: string): Promise<void> {
    await erase(secretName);
    await eraseParts(secretName, 'a');
    await eraseParts(secretName, 'b');
    await requireUnlocked(); // a locked keyring deletes nothing and says only "false"
    if ((await read(secretName)) !== null) throw new MailError('keychain-failed');
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
        become('ready');
        return result;
      } catch (error) {
        if (error instanceof MailError && error.code === 'keychain-locked') become('locked');
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
    async clear() {
      session?.clear();
      if (session) return;
      await use(async () => {
        for (const secretName of await readIndex()) await eraseSecret(secretName);
        await eraseSecret(INDEX);
        await erase(SENTINEL);
      });
    },
    subscribe: changes.subscribe,
  };
}

function lockedError(cause?: unknown): MailError {
  return new MailError('keychain-locked', { retry: 'later', cause });
}

function absentError(cause: unknown): MailError {
  return new MailError('keychain-absent', { retry: 'later', cause });
}
