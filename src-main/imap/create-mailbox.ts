import type { ImapFlow } from 'imapflow';

const NAMES = { sent: 'Sent', drafts: 'Drafts' } as const;
export type CreatedUse = keyof typeof NAMES;

/** How imapflow's own commands are sent. It creates without attributes only, and its types leave this out. */
type Executing = { exec(command: string, attributes: object[]): Promise<{ next(): void }> };

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
  if (!canExecute(client)) return false;
  const use = [{ type: 'ATOM', value: 'USE' }, [{ type: 'ATOM', value: mark }]];
  try {
    const answer = await client.exec('CREATE', [{ type: 'ATOM', value: path }, use]);
    answer.next(); // imapflow reads on only then
    return true;
  } catch (error) {
    if (error instanceof Error && 'responseStatus' in error) return false;
    throw error;
  }
}

function canExecute(client: ImapFlow): client is ImapFlow & Executing {
  return 'exec' in client && typeof client.exec === 'function';
}
