/**
 * Takes messages into a mailbox without a server, some at a time: told apart from what is there already by their bytes, parsed in the
 * worker, then into the journal, then shown. Between the steps everybody else has a turn.
 */
import { createHash } from 'node:crypto';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { turn } from '../base/turn.ts';
import { envelopeOfSource } from '../imap/source-envelope.ts';
import type { FilledMessage } from '../store/local-records.ts';
import type { StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';

export type Incoming = { source: Uint8Array; flags: string[]; internalDate: number };

export type ImportContext = {
  store: Store;
  parseMessage(source: Uint8Array): Promise<StoredBody>;
};

/** Messages and bytes that are in memory together. */
const MOST_MESSAGES = 20;
const MOST_BYTES = 500_000;
/** Of a large source, hashed in one go. */
const HASHED_AT_ONCE = 4_000_000;

export type Batch = {
  /** Takes a message; writes the batch when it is full. */
  add(message: Incoming): Promise<void>;
  /** Writes what was taken. */
  flush(): Promise<void>;
};

export function createBatch(
  mailboxId: MailboxId,
  { store, parseMessage }: ImportContext,
  /** Told after each batch: how many came, and how many were there already. */
  onWritten: (brought: number, known: number) => void,
): Batch {
  let held: Incoming[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    const taken = held;
    held = [];
    bytes = 0;
    if (taken.length === 0) return;
    const fresh = await withoutKnown(taken);
    const read = await Promise.all(fresh.map(({ source }) => parseMessage(source)));
    for (const { sha256, source } of fresh) {
      if (source.byteLength > MOST_BYTES)
        for (const _ of store.local.keepSource(sha256, source)) await turn();
    }
    const uids = store.local.append(mailboxId, fresh);
    await turn();
    const messages = fresh.flatMap((message, index): FilledMessage[] => {
      const [uid, body] = [uids[index], read[index]];
      if (uid === undefined || body === undefined) return [];
      const envelope = envelopeOfSource(message.source, message.internalDate);
      return [{ ...message, uid, body, envelope }];
    });
    for (const _ of store.local.fill(mailboxId, messages)) await turn();
    onWritten(fresh.length, taken.length - fresh.length);
  }

  async function withoutKnown(taken: Incoming[]) {
    const fresh: (Incoming & { sha256: Uint8Array })[] = [];
    const seen = new Set<string>();
    for (const message of taken) {
      const sha256 = await sha256Of(message.source);
      const key = Buffer.from(sha256).toString('latin1');
      if (seen.has(key) || store.local.isKnown(mailboxId, sha256)) continue;
      seen.add(key);
      fresh.push({ ...message, sha256 });
    }
    return fresh;
  }

  return {
    async add(message) {
      if (held.length > 0 && bytes + message.source.byteLength > MOST_BYTES) await flush();
      held.push(message);
      bytes += message.source.byteLength;
      if (held.length >= MOST_MESSAGES || bytes >= MOST_BYTES) await flush();
    },
    flush,
  };
}

async function sha256Of(source: Uint8Array): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for (let at = 0; at < source.byteLength; at += HASHED_AT_ONCE) {
    if (at > 0) await turn();
    hash.update(source.subarray(at, at + HASHED_AT_ONCE));
  }
  return hash.digest();
}
