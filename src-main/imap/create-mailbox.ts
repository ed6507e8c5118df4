import type { ImapFlow } from 'imapflow';
import { isRefusal, runRaw } from './raw-command.ts';

const NAMES = { sent: 'Sent', drafts: 'Drafts' } as const;
export type CreatedUse = keyof typeof NAMES;

/**
 * Creates the mailbox for a special use in the personal namespace and subscribes it; one of that name that is there already is
 * left as it is. Throws imapflow's errors.
 */
export async function createMailbox(client: ImapFlow, use: CreatedUse): Promise<void> {
  const name = NAMES[use];
  const path = `${client.namespace?.prefix ?? ''}${name}`;
  const canMark = client.capabilities.has('CREATE-SPECIAL-USE') && /^[\w./-]+$/.test(path);
  if (canMark && (await createMarked(client, path, `\\${name}`))) await client.mailboxSubscribe(path);
  else await client.mailboxCreate(name); // subscribes it too
}

/** RFC 6154 §3. Answers false when the server refused: then a mailbox without the mark is better than none. */
async function createMarked(client: ImapFlow, path: string, mark: string): Promise<boolean> {
  try {
    await runRaw(client, (execute) => execute('CREATE', `${path} (USE (${mark}))`));
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
