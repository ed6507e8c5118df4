import type { Keychain } from '../../../../src-main/vault/keychain.ts';

/** A keychain in memory that can be locked, absent, torn or stuck at a prompt: states that no test can bring a real one into at will. */
export function createMemoryKeychain() {
  const entries = new Map<string, string>();
  const fault = {
    locked: false,
    absent: false,
    /** What every call fails with. */
    words: 'The name org.freedesktop.secrets was not provided by any .service files',
    writesLeft: Number.POSITIVE_INFINITY,
    prompt: undefined as Promise<void> | undefined,
  };
  const enter = async () => {
    if (fault.prompt) await fault.prompt;
    if (fault.absent) throw new Error(fault.words);
  };
  const keychain: Keychain = {
    async get(_service, entry) {
      await enter();
      return fault.locked ? null : (entries.get(entry) ?? null);
    },
    async set(_service, entry, value) {
      await enter();
      if (fault.locked) throw new Error('Cannot create an item in a locked collection');
      if (fault.writesLeft-- <= 0) throw new Error('The stub received bad data.');
      entries.set(entry, value);
    },
    async delete(_service, entry) {
      await enter();
      return fault.locked ? false : entries.delete(entry);
    },
  };
  return { keychain, entries, fault };
}
