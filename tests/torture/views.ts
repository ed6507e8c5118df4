/** The mail as the engine tells it, and as the server has it, in one form, so that they can be compared. */
import type { ImapFlow } from 'imapflow';
import type { MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { type EngineProcess, hashOf } from './kill-world.ts';

export const FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '$Torture'] as const;

/** mailbox path → one line for each message: Message-ID and the flags that count, sorted. */
export type MailboxLines = Map<string, string[]>;

export type EngineView = {
  mailboxes: Map<string, Mailbox>;
  /** Message-ID → key and mailboxes of every message. */
  messages: Map<string, { messageId: MessageId; mailboxIds: MailboxId[] }>;
  lines: MailboxLines;
};

export type ServerView = {
  lines: MailboxLines;
  /** Message-ID → where each copy stands, its hash and its source. */
  copies: Map<string, { path: string; hash: string; flags: Set<string>; text: string }[]>;
};

const lineOf = (header: string, flags: Iterable<string>): string => {
  const all = new Set(flags);
  return `${header} ${FLAGS.filter((flag) => all.has(flag)).join(' ')}`;
};

/** Undefined when the engine ended meanwhile. */
export async function viewEngine(engine: EngineProcess): Promise<EngineView | undefined> {
  const listed = await engine.ask('mailboxes.list', {});
  if (!listed?.ok) return undefined;
  const mailboxes = new Map(listed.value.map((mailbox) => [mailbox.path, mailbox]));
  const messages: EngineView['messages'] = new Map();
  const lines: MailboxLines = new Map();
  for (const [path, { mailboxId }] of mailboxes) {
    const here: string[] = [];
    for (let start = 0, total = 1; start < total; start += 200) {
      const page = await engine.ask('threads.page', {
        view: { kind: 'mailbox', mailboxId },
        start,
        limit: 200,
      });
      if (!page?.ok) return undefined;
      total = page.value.total;
      const threads = await Promise.all(
        page.value.rows.map(({ threadId }) => engine.ask('threads.messages', { threadId })),
      );
      for (const thread of threads) {
        if (!thread?.ok) return undefined;
        for (const { messageIdHeader, messageId, mailboxIds, flags } of thread.value) {
          if (!mailboxIds.includes(mailboxId)) continue;
          messages.set(messageIdHeader, { messageId, mailboxIds });
          here.push(lineOf(messageIdHeader, flags));
        }
      }
    }
    lines.set(path, here.sort());
  }
  return { mailboxes, messages, lines };
}

export async function viewServer(client: ImapFlow): Promise<ServerView> {
  const lines: MailboxLines = new Map();
  const copies: ServerView['copies'] = new Map();
  for (const { path } of await client.list()) {
    const { exists } = await client.mailboxOpen(path, { readOnly: true });
    const found = exists === 0 ? [] : await client.fetchAll('1:*', { uid: true, flags: true, source: true });
    const here: string[] = [];
    for (const { source, flags = new Set<string>() } of found) {
      // Moved away while it was asked for: whoever compares looks again.
      if (!source) continue;
      const header = messageIdOf(source);
      here.push(lineOf(header, flags));
      const list = copies.get(header) ?? [];
      list.push({ path, hash: hashOf(source), flags, text: source.toString('latin1') });
      copies.set(header, list);
    }
    lines.set(path, here.sort());
  }
  await client.mailboxClose().catch(() => undefined);
  return { lines, copies };
}

export const messageIdOf = (source: Uint8Array): string =>
  /^Message-ID:\s*(<[^>]+>)/im.exec(Buffer.from(source).toString('latin1'))?.[1] ?? '';

/** What one side has and the other has not, for a person to read; empty when they are alike. */
export function differences(engine: MailboxLines, server: MailboxLines): string[] {
  const all = [...new Set([...engine.keys(), ...server.keys()])];
  return all.flatMap((path) => {
    const here = engine.get(path) ?? [];
    const there = server.get(path) ?? [];
    return [
      ...without(here, there).map((line) => `${path}: only in the engine: ${line}`),
      ...without(there, here).map((line) => `${path}: only on the server: ${line}`),
    ];
  });
}

/** The lines of a list that another has not as often. */
export function without(lines: string[], others: string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
