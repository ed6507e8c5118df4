/**
 * Messages whose answer nobody can understand. One of them must not keep a mailbox from being filled: what failed is asked for in
 * halves until the one is found, and then that one is asked for nothing but its flags.
 */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { toMailError } from '../base/errors.ts';

export type Doubts = {
  /** How many of `most` messages to ask for at once. */
  size(mailboxId: MailboxId, most: number): number;
  has(mailboxId: MailboxId): boolean;
  isUnreadable(mailboxId: MailboxId, uid: number): boolean;
  /** Whether the failure just now was one of these: then another try asks for fewer. True once for each. */
  tookBlame(mailboxId: MailboxId): boolean;
  /** Runs a fetch of these messages (of so many, where their UIDs are not known) and remembers how it went. */
  watch<T>(mailboxId: MailboxId, messages: readonly number[] | number, fetch: () => Promise<T>): Promise<T>;
};

/** From here on the mailbox is trusted again. */
const TRUSTED = 256;

/** Kept for as long as the program runs: a server may be mended. */
export function createDoubts(): Doubts {
  const sizes = new Map<MailboxId, number>();
  const unreadable = new Map<MailboxId, Set<number>>();
  const blamed = new Set<MailboxId>();

  function failed(mailboxId: MailboxId, count: number, first: number | undefined): void {
    blamed.add(mailboxId);
    sizes.set(mailboxId, Math.max(1, Math.ceil(count / 2)));
    if (count !== 1 || first === undefined) return;
    unreadable.set(mailboxId, (unreadable.get(mailboxId) ?? new Set()).add(first));
  }

  function succeeded(mailboxId: MailboxId, count: number): void {
    const size = sizes.get(mailboxId);
    if (size === undefined || count < size) return;
    if (size >= TRUSTED) sizes.delete(mailboxId);
    else sizes.set(mailboxId, size * 2);
  }

  return {
    size: (mailboxId, most) => Math.min(most, sizes.get(mailboxId) ?? most),
    has: (mailboxId) => sizes.has(mailboxId),
    isUnreadable: (mailboxId, uid) => unreadable.get(mailboxId)?.has(uid) ?? false,
    tookBlame: (mailboxId) => blamed.delete(mailboxId),
    async watch(mailboxId, messages, fetch) {
      const [count, first] =
        typeof messages === 'number' ? [messages, undefined] : [messages.length, messages[0]];
      try {
        const answer = await fetch();
        succeeded(mailboxId, count);
        return answer;
      } catch (error) {
        if (toMailError(error).code === 'protocol-error') failed(mailboxId, count, first);
        throw error;
      }
    },
  };
}
