import type { Activity } from '../activity/activity.ts';
import type { Checks } from '../checks/checks.ts';
import type { Contacts } from '../contacts/contacts.ts';
import type { MessageParser } from '../mime/parse-message.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Reading } from '../reading/reading.ts';
import type { Search } from '../search/search.ts';
import type { Store } from '../store/store.ts';
import type { Sync } from '../sync/sync.ts';
import type { Transfers } from '../transfer/transfers.ts';

/** The rooms that need the store, and come and go with it. */
export type MailRooms = {
  store: Store;
  parser: MessageParser;
  sync: Sync;
  outbox: Outbox;
  transfers: Transfers;
  search: Search;
  reading: Reading;
  activity: Activity;
  checks: Checks;
  contacts: Contacts;
};
