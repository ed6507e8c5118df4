/** Commands about mailboxes as wholes. They throw imapflow's errors and MailError. */
import type { ImapFlow } from 'imapflow';
import { encodePath } from 'imapflow/lib/tools.js';
import { MailError } from '../base/errors.ts';
import type { BoundedReader } from './bounded-reader.ts';
import { isNameRefused } from './imap-errors.ts';
import {
  canBeNamed,
  type ListedMailbox,
  listedMailbox,
  type MailboxStatus,
  statusOf,
} from './mailbox-list.ts';
import { quoted, runRaw, textOf, textsOf } from './raw-command.ts';

/** Throws where a name cannot be written into a command (RFC 9051 §5.1); the mailbox cannot be there either. */
export function checkName(path: string, code: 'mailbox-missing' | 'mailbox-name-refused'): void {
  if (path === '' || !canBeNamed({ path })) throw new MailError(code);
}

const STATUS_QUERY = { messages: true, uidNext: true, uidValidity: true, highestModseq: true };

export async function listMailboxes(
  client: ImapFlow,
  { list, boundedList }: BoundedReader,
): Promise<ListedMailbox[]> {
  const entries = await list({ statusQuery: STATUS_QUERY });
  // Without a single subscription the server may as well have told of none.
  const isTold = entries.some((entry) => entry.subscribed === true);
  const listed = entries.filter(canBeNamed).map((entry) => ({
    ...listedMailbox(entry),
    ...(isTold && { subscribed: entry.subscribed === true }),
  }));
  if (!client.capabilities.has('OBJECTID') || !client.capabilities.has('LIST-STATUS')) return listed;
  const ids = await boundedList(() => mailboxIds(client));
  return listed.map((mailbox) => {
    const objectId = ids.get(encodePath(client, mailbox.path));
    return objectId === undefined ? mailbox : { ...mailbox, objectId };
  });
}

/** Names as on the wire → RFC 8474 §4.3. */
async function mailboxIds(client: ImapFlow): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  await runRaw(client, (execute) =>
    execute('LIST', '"" "*" RETURN (STATUS (MAILBOXID))', {
      LIST: async () => undefined,
      STATUS: async ({ attributes }) => {
        const name = textOf(attributes?.[0]);
        const [, id] = Array.isArray(attributes?.[1]) ? attributes[1] : [];
        const mailboxId = textsOf(id)[0];
        if (name !== undefined && mailboxId !== undefined) ids.set(name, mailboxId);
      },
    }),
  );
  return ids;
}

/** Undefined when the server refused; the error of that command says why. */
export async function mailboxStatus(client: ImapFlow, path: string): Promise<MailboxStatus | undefined> {
  checkName(path, 'mailbox-missing');
  const status = await client.status(path, STATUS_QUERY);
  return status ? statusOf(status) : undefined;
}

/** The answer to a command that gives a mailbox its name. */
async function named(answer: Promise<unknown>): Promise<void> {
  await answer.catch((cause: unknown) => {
    throw isNameRefused(cause) ? new MailError('mailbox-name-refused', { cause }) : cause;
  });
}

export async function makeMailbox(client: ImapFlow, path: string): Promise<void> {
  checkName(path, 'mailbox-name-refused');
  const name = quoted(encodePath(client, path));
  await runRaw(client, async (execute) => {
    await named(execute('CREATE', name));
    await execute('SUBSCRIBE', name);
  });
}

export async function renameMailbox(client: ImapFlow, path: string, toPath: string): Promise<void> {
  checkName(path, 'mailbox-missing');
  checkName(toPath, 'mailbox-name-refused');
  const [name, toName] = [quoted(encodePath(client, path)), quoted(encodePath(client, toPath))];
  await runRaw(client, async (execute) => {
    await named(execute('RENAME', `${name} ${toName}`));
    // RFC 9051 §6.3.6: a subscription is to a name.
    await execute('SUBSCRIBE', toName);
    await execute('UNSUBSCRIBE', name);
  });
}

export async function removeMailbox(client: ImapFlow, path: string): Promise<void> {
  checkName(path, 'mailbox-missing');
  const name = quoted(encodePath(client, path));
  // Some servers refuse to delete what is open.
  if (client.mailbox !== false && client.mailbox.path === path) await client.mailboxClose();
  await runRaw(client, async (execute) => {
    await execute('DELETE', name);
    await execute('UNSUBSCRIBE', name);
  });
}

export async function setSubscribed(client: ImapFlow, path: string, isSubscribed: boolean): Promise<void> {
  checkName(path, 'mailbox-missing');
  const command = isSubscribed ? 'SUBSCRIBE' : 'UNSUBSCRIBE';
  await runRaw(client, (execute) => execute(command, quoted(encodePath(client, path))));
}
