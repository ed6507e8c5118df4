/**
 * Secrets over the entries of a keychain: some parts of at most 1,200 characters and a header that names them. The parts are written
 * first, into the set that is not in use, then the header, then the old set goes: whoever reads after a crash at any point finds the old
 * secret or the new one, never a mixture.
 */
import { MailError } from '../base/errors.ts';
import type { Calls } from './calls.ts';
import { type Generation, joinSecret, partName, readHeader, splitSecret } from './parts.ts';

/** `requireUnlocked` throws unless what is missing is truly missing. */
export function createSecrets({ read, write, erase }: Calls, requireUnlocked: () => Promise<void>) {
  async function readSecret(name: string): Promise<string | undefined> {
    // Another program may write the same secret: what it replaced between two reads is whole at the second look.
    for (let look = 0; ; look++) {
      const text = await read(name);
      if (text === null) {
        await requireUnlocked();
        return undefined;
      }
      const secret = await join(name, text);
      if (secret !== undefined) return secret;
      await requireUnlocked();
      if (look > 0 || (await read(name)) === text) throw new MailError('keychain-failed');
    }
  }

  async function join(name: string, text: string): Promise<string | undefined> {
    const head = readHeader(text);
    if (!head) return undefined;
    const parts: string[] = [];
    for (let part = 0; part < head.parts; part++) {
      const value = await read(partName(name, head.generation, part));
      if (value === null) return undefined;
      parts.push(value);
    }
    return joinSecret(head, parts);
  }

  async function writeSecret(name: string, secret: string): Promise<void> {
    const there = await read(name);
    const old = there === null ? undefined : readHeader(there);
    const generation: Generation = old?.generation === 'a' ? 'b' : 'a';
    const { header, parts } = splitSecret(secret, generation);
    for (const [part, value] of parts.entries()) await write(partName(name, generation, part), value);
    await write(name, header);
    if (old) await eraseParts(name, old.generation);
  }

  async function eraseParts(name: string, generation: Generation): Promise<void> {
    for (let part = 0; await erase(partName(name, generation, part)); part++);
  }

  async function eraseSecret(name: string): Promise<void> {
    await erase(name);
    await eraseParts(name, 'a');
    await eraseParts(name, 'b');
    await requireUnlocked(); // a locked keyring deletes nothing and says only "false"
    if ((await read(name)) !== null) throw new MailError('keychain-failed');
  }

  return { readSecret, writeSecret, eraseSecret };
}
