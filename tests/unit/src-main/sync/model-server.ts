/** A mail server of a few mailboxes in memory, with the commands that changes need; each step of each command can be broken off. */
import { MailError } from '../../../../src-main/base/errors.ts';
import type { FetchedEnvelope, FetchedFlags } from '../../../../src-main/imap/fetched.ts';
import type { ImapConnection } from '../../../../src-main/imap/imap-connection.ts';
import { envelope } from '../store/test-store.ts';

/** `n`: which message it is, the same in every mailbox. */
type Standing = { n: number; flags: Set<string> };
export type ModelServer = {
  mailboxes: Map<string, { uidNext: number; messages: Map<number, Standing> }>;
  /**
   * Called before each thing that a command does, and before it answers: what it throws ends the command there. `isChange`: a command that
   * changes something in one step, of which nothing is done yet.
   */
  onStep(isChange: boolean): void;
  deliver(path: string, n: number): void;
  /** The next connection has no mailbox open. */
  disconnect(): void;
  connection: ImapConnection;
  envelopes(path: string): FetchedEnvelope[];
};

export type ModelCapabilities = { move: boolean; tellsUids: boolean };

export const VALIDITY = 1000;
export const headerOf = (n: number): string => envelope(n).messageIdHeader;

export function createModelServer(
  paths: readonly string[],
  { move, tellsUids }: ModelCapabilities,
): ModelServer {
  const mailboxes: ModelServer['mailboxes'] = new Map(
    paths.map((path) => [path, { uidNext: 1, messages: new Map() }]),
  );
  let open = '';
  const at = (path: string) => {
    const mailbox = mailboxes.get(path);
    if (!mailbox) throw new MailError('mailbox-missing');
    return mailbox;
  };
  const select = async (path: string) => {
    server.onStep(false);
    open = path;
    return { exists: at(path).messages.size, uidValidity: VALIDITY, uidNext: at(path).uidNext };
  };
  const expunge = (uids: readonly number[]) => {
    for (const uid of uids) at(open).messages.delete(uid);
  };
  const mark = (uids: readonly number[], { add, remove }: { add: string[]; remove: string[] }) => {
    for (const uid of uids) {
      const flags = at(open).messages.get(uid)?.flags;
      for (const flag of add) flags?.add(flag);
      for (const flag of remove) flags?.delete(flag);
    }
  };
  const copy = (uids: readonly number[], toPath: string): Map<number, number> => {
    const to = at(toPath);
    const uidMap = new Map<number, number>();
    for (const uid of uids) {
      const standing = at(open).messages.get(uid);
      if (!standing) continue;
      uidMap.set(uid, to.uidNext);
      to.messages.set(to.uidNext++, { n: standing.n, flags: new Set(standing.flags) });
    }
    return uidMap;
  };
  const steps = (...tasks: (() => void)[]) => {
    for (const [index, task] of tasks.entries()) {
      server.onStep(index === 0 && tasks.length === 1);
      task();
    }
    server.onStep(false);
  };
  const DELETED = { add: ['\\Deleted'], remove: [] };
  const commands = {
    host: 'model',
    capabilities: { move, uidplus: tellsUids },
    openMailbox: (path: string) =>
      path === open
        ? Promise.resolve({ exists: 0, uidValidity: VALIDITY, uidNext: at(path).uidNext })
        : select(path),
    selectMailbox: select,
    async searchMessageId(header: string) {
      server.onStep(false);
      return [...at(open).messages].flatMap(([uid, { n }]) => (headerOf(n) === header ? [uid] : []));
    },
    async fetchMessageIds(uids: readonly number[]) {
      server.onStep(false);
      return new Map(
        uids.flatMap((uid): [number, string][] => {
          const standing = at(open).messages.get(uid);
          return standing ? [[uid, headerOf(standing.n)]] : [];
        }),
      );
    },
    async moveMessages(uids: readonly number[], toPath: string) {
      let uidMap = new Map<number, number>();
      const copied = () => {
        uidMap = copy(uids, toPath);
      };
      if (move) {
        steps(() => {
          copied();
          expunge(uids);
        });
      } else {
        steps(
          copied,
          () => mark(uids, DELETED),
          () => expunge(uids),
        );
      }
      return tellsUids ? { uidMap, uidValidity: VALIDITY } : {};
    },
    async deleteMessages(uids: readonly number[]) {
      steps(
        () => mark(uids, DELETED),
        () => expunge(uids),
      );
    },
    async storeFlags(uids: readonly number[], change: { add: string[]; remove: string[] }) {
      steps(() => mark(uids, change));
      return uids.flatMap((uid): FetchedFlags[] => {
        const standing = at(open).messages.get(uid);
        return standing ? [{ uid, flags: [...standing.flags] }] : [];
      });
    },
  };
  const server: ModelServer = {
    mailboxes,
    onStep: () => undefined,
    deliver(path, n) {
      const to = at(path);
      to.messages.set(to.uidNext++, { n, flags: new Set() });
    },
    disconnect() {
      open = '';
    },
    connection: commands as Partial<ImapConnection> as ImapConnection,
    envelopes: (path) =>
      [...at(path).messages].map(([uid, { n, flags }]) => envelope(n, { uid, flags: [...flags] })),
  };
  return server;
}
