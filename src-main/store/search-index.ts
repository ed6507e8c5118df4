/** The full-text index: one row a message under its key, so that hits stream out newest first. It keeps terms only, never the text. */
import type { MessageId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Database } from './database.ts';

export type IndexedText = { subject: string; people: Address[]; body: string };

/** A body beyond this is machine output; its first part is enough to find it by. */
const BODY_LONGEST = 1_000_000;

export function indexMessage(mail: Database, messageId: MessageId, text: IndexedText): void {
  mail.run('INSERT OR REPLACE INTO message_index(rowid, subject, people, body) VALUES (?, ?, ?, ?)', [
    messageId,
    text.subject,
    text.people.map((person) => `${person.name} ${person.address}`).join(' '),
    text.body.slice(0, BODY_LONGEST),
  ]);
}

/** Pages of the index that one step merges: some 20 ms. */
const PAGES_AT_ONCE = 200;

/** Takes deleted messages' terms out of the file, some a step; a delete alone leaves them there until segments happen to be merged. */
export function* purgeDeletedTerms(mail: Database): Generator<void> {
  const changes = () => Number(mail.get<{ n: number }>('SELECT total_changes() AS n')?.n ?? 0);
  // A negative number begins a merge of everything into one, positive ones go on with it; less than two changes: it is done.
  for (let pages = -PAGES_AT_ONCE; ; pages = PAGES_AT_ONCE) {
    const before = changes();
    mail.run("INSERT INTO message_index(message_index, rank) VALUES ('merge', ?)", [pages]);
    if (changes() - before < 2) break;
    yield;
  }
  const isEmpty = mail.get('SELECT 1 AS one FROM message LIMIT 1') === undefined;
  if (isEmpty) mail.exec("INSERT INTO message_index(message_index) VALUES ('delete-all')");
}
