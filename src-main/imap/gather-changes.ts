/** What imapflow tells by events while a command runs, of the mailbox that is open when it has ended. */
import type { ImapFlow } from 'imapflow';
import { MailError } from '../base/errors.ts';
import { cleanFlags } from './clean.ts';
import type { FetchedFlags } from './fetched.ts';
import type { MailboxChanges } from './imap-connection.ts';
import { rawOf } from './raw-command.ts';

/** What one command may tell as gone, and as changed: one line of a server can name billions of UIDs. */
const MOST_VANISHED = 2_000_000;
const MOST_CHANGED = 2_000_000;

type FlagsEvent = { path: string; uid?: number | undefined; flags: Set<string>; modseq?: bigint | undefined };
type ExpungeEvent = { path: string; uid?: number | undefined };

/**
 * `tellNews` is not called meanwhile: what was asked for is no news. Throws MailError `protocol-error` when a server tells more than any
 * mailbox has.
 */
export async function gather(
  client: ImapFlow,
  { host, tellNews }: { host: string; tellNews: () => void },
  task: () => Promise<unknown>,
): Promise<MailboxChanges> {
  let changed: (FetchedFlags & { path: string })[] = [];
  let vanished: { path: string; uid: number }[] = [];
  let isTooMuch = false;
  const tooMuch = () => {
    isTooMuch = true;
    client.close();
  };
  const onFlags = ({ path, uid, flags, modseq }: FlagsEvent) => {
    if (uid === undefined) return;
    if (changed.length < MOST_CHANGED) {
      changed.push({ path, uid, flags: cleanFlags(flags), ...(modseq !== undefined && { modseq }) });
    } else tooMuch();
  };
  const onExpunge = ({ path, uid }: ExpungeEvent) => {
    if (uid === undefined) return;
    if (vanished.length < MOST_VANISHED) vanished.push({ path, uid });
    else tooMuch();
  };
  const { sectionHandlers } = rawOf(client);
  // RFC 7162 §3.2.11: all before it was about the mailbox that SELECT leaves, for which imapflow takes the new one.
  sectionHandlers.CLOSED = async () => {
    changed = [];
    vanished = [];
  };
  client.on('flags', onFlags);
  client.on('expunge', onExpunge);
  client.off('flags', tellNews);
  client.off('expunge', tellNews);
  try {
    await task();
    if (isTooMuch) throw new Error('closed');
    const open = client.mailbox === false ? undefined : client.mailbox.path;
    // The end of IDLE before a SELECT brings the last news of the mailbox that is left: its UIDs name other messages in this one.
    return {
      changed: changed.flatMap(({ path, ...one }) => (path === open ? [one] : [])),
      vanished: vanished.flatMap(({ path, uid }) => (path === open ? [uid] : [])),
    };
  } catch (error) {
    throw isTooMuch
      ? new MailError('protocol-error', { retry: 'later', detail: { host }, cause: error })
      : error;
  } finally {
    delete sectionHandlers.CLOSED;
    client.off('flags', onFlags);
    client.off('expunge', onExpunge);
    client.on('flags', tellNews);
    client.on('expunge', tellNews);
  }
}
