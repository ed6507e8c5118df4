/** The thread in which connections for background work are read. */
import type { ImapConnection, OpenImapOptions } from './imap-connection.ts';

/** One for all accounts; the thread is started when it is first needed. */
export type ImapWorker = {
  /** As `openImap`. When the thread dies its connections are closed, and the next one is opened in a new thread. */
  open(options: Omit<OpenImapOptions, 'worker'>): Promise<ImapConnection>;
  /** Closes its connections and ends the thread; nothing can be opened any more. */
  close(): Promise<void>;
};
