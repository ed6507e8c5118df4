import type { MessageId } from '../../../src-shared/model/ids.ts';
import { type MessageSummary, SEEN } from '../../../src-shared/model/message.ts';

/** Which messages of a thread stand open at first: the newest, and all that are unread. */
export function openAtFirst(messages: readonly MessageSummary[]): Set<MessageId> {
  const last = messages.at(-1);
  const open = messages.filter((message) => message === last || !message.flags.includes(SEEN));
  return new Set(open.map((message) => message.messageId));
}

export type ThreadPart =
  | { kind: 'message'; message: MessageSummary }
  | { kind: 'older'; messages: readonly MessageSummary[] };

const MOST_FOLDED = 3;

/** Puts a long run of folded messages at the start of a thread into one line; the last of them stays to be seen. */
export function bundleOlder(messages: readonly MessageSummary[], open: ReadonlySet<MessageId>): ThreadPart[] {
  const firstOpen = messages.findIndex((message) => open.has(message.messageId));
  const run = firstOpen < 0 ? messages.length : firstOpen;
  const bundled = run > MOST_FOLDED ? run - 1 : 0;
  const rest = messages.slice(bundled).map((message) => ({ kind: 'message' as const, message }));
  return bundled === 0 ? rest : [{ kind: 'older', messages: messages.slice(0, bundled) }, ...rest];
}
