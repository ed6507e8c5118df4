import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../../src-main/store/database.ts';
import { migrate } from '../../../../src-main/store/migrate.ts';
import { MAIL_MIGRATIONS } from '../../../../src-main/store/migrations/all.ts';
import { createPictureTable } from '../../../../src-main/store/picture-table.ts';
import type { MessageId } from '../../../../src-shared/model/ids.ts';
import {
  ACCOUNT,
  addMailboxes,
  envelope,
  handClock,
  KEY,
  openTestStore,
  temporaryFolder,
} from './test-store.ts';

const picture = (size: number) => ({ type: 'image/png', content: new Uint8Array(size).fill(size % 250) });

it('pictures are kept with their message and go with it', async () => {
  const { store } = openTestStore();
  const { inbox } = addMailboxes(store);
  const [one, two] = store.messages.addEnvelopes(inbox, [envelope(1), envelope(2)]).added;
  if (one === undefined || two === undefined) throw new Error('not added');
  store.pictures.put(one, 'https://a.example/1', picture(10));
  store.pictures.put(one, 'https://a.example/1', picture(20));
  store.pictures.put(two, 'https://a.example/1', picture(30));
  store.pictures.put(4711 as MessageId, 'https://a.example/1', picture(40));
  expect(store.pictures.get(one, 'https://a.example/1')).toMatchObject(picture(20));
  expect(store.pictures.get(one, 'https://a.example/2')).toBeUndefined();
  expect(store.pictures.size()).toEqual({ count: 2, bytes: 50 });
  store.messages.removeUids(inbox, [1]);
  expect(store.pictures.size()).toEqual({ count: 1, bytes: 30 });
  await store.accounts.erase(ACCOUNT);
  expect(store.pictures.size()).toEqual({ count: 0, bytes: 0 });
});

it('when there are too many the oldest go', () => {
  const clock = handClock();
  const mail = openDatabase({ path: join(temporaryFolder(), 'store.db'), key: KEY, synchronous: 'NORMAL' });
  onTestFinished(() => mail.close());
  migrate(mail, MAIL_MIGRATIONS);
  mail.run(
    `INSERT INTO message(message_id, account_id, thread_id, message_id_header, in_reply_to, reference_list, subject, from_list,
       people, preview, date, internal_date, size, has_attachments) VALUES (1, 'a', 1, '', '', '', '', '[]', '{}', '', 0, 0, 0, 0)`,
  );
  const table = createPictureTable({ mail, journal: mail, clock, emit: () => undefined }, 100);
  const id = 1 as MessageId;
  for (let n = 1; n <= 5; n++) {
    clock.time += 1_000;
    table.put(id, `https://a.example/${n}`, picture(30));
  }
  expect(table.size()).toEqual({ count: 3, bytes: 90 });
  expect([1, 2, 3].map((n) => table.get(id, `https://a.example/${n}`) !== undefined)).toEqual([
    false,
    false,
    true,
  ]);
});
