import type { SendLimits } from '../../../src-shared/model/writing.ts';

/** Which limit the attachments of a draft pass; sizes in bytes. */
export type LimitReached = { kind: 'server' | 'program'; limit: number };

/** Base64 in lines of 76 characters (RFC 2045 §6.8): 57 bytes become 78. */
const ENCODED = 78 / 57;

/** The limit that is passed, if one is. The server counts the message as it is transferred, which is a third more than its files. */
export function limitReached(
  files: readonly { size: number }[],
  limits: SendLimits | undefined,
): LimitReached | undefined {
  if (!limits) return undefined;
  const sum = files.reduce((all, { size }) => all + size, 0);
  const { messageSize, attachments } = limits;
  if (messageSize !== undefined && messageSize > 0 && sum * ENCODED > messageSize) {
    return { kind: 'server', limit: messageSize };
  }
  return sum > attachments ? { kind: 'program', limit: attachments } : undefined;
}
