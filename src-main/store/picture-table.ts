import type { MessageId } from '../../src-shared/model/ids.ts';
import type { Context } from './context.ts';

/** A remote picture as it was loaded: its type by its first bytes. */
export type KeptPicture = { type: string; content: Uint8Array };

/** Remote pictures that the person had loaded: kept, so that to open the message again tells its sender nothing. */
export type PictureTable = {
  get(messageId: MessageId, address: string): KeptPicture | undefined;
  /** With many of them the oldest go. A message that has gone meanwhile is ignored. */
  put(messageId: MessageId, address: string, picture: KeptPicture): void;
  /** Of all messages; sizes in bytes. */
  size(): { count: number; bytes: number };
};

const ALL_PICTURES = 200_000_000;

export function createPictureTable({ mail, clock }: Context, most = ALL_PICTURES): PictureTable {
  const size = () => {
    const row = mail.get<{ count: number; bytes: number | null }>(
      'SELECT count(*) AS count, sum(size) AS bytes FROM picture INDEXED BY picture_age',
    );
    return { count: row?.count ?? 0, bytes: row?.bytes ?? 0 };
  };
  return {
    get: (messageId, address) =>
      mail.get<KeptPicture>('SELECT type, content FROM picture WHERE message_id = ? AND address = ?', [
        messageId,
        address,
      ]),
    put(messageId, address, { type, content }) {
      mail.transaction(() => {
        mail.run(
          `INSERT OR REPLACE INTO picture(message_id, address, type, size, loaded_at, content)
           SELECT message_id, ?, ?, ?, ?, ? FROM message WHERE message_id = ?`,
          [address, type, content.byteLength, clock.now(), content, messageId],
        );
        let over = size().bytes - most;
        while (over > 0) {
          const oldest = mail.get<{ rowid: number; size: number }>(
            'SELECT rowid, size FROM picture INDEXED BY picture_age ORDER BY loaded_at, rowid LIMIT 1',
          );
          if (!oldest) break;
          mail.run('DELETE FROM picture WHERE rowid = ?', [oldest.rowid]);
          over -= oldest.size;
        }
      });
    },
    size,
  };
}
