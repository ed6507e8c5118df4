/**
 * People that the person knows, groups of them, and how often and when was written to which address. Kept here only. Somebody to whom a
 * message was sent is noted by itself, in the transaction that ends the sending, and so is to whom messages in Sent went before this program
 * was there; nobody else is.
 */
import { randomUUID } from 'node:crypto';
import {
  type Contact,
  type ContactContent,
  type ContactGroup,
  contactContent,
  contactGroup,
} from '../../src-shared/model/contact.ts';
import type { ContactId, GroupId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';

/** How an address was written to. `score` orders by often and lately: the higher the more; 0 for never. */
export type KnownAddress = { address: string; times: number; lastAt?: number; score: number };

export type KnownPerson = { contact: Contact; addresses: KnownAddress[] };

/** To whom messages in Sent went, and when: milliseconds, of each message one. */
export type WrittenBefore = Address & { dates: number[] };

export type ContactTable = {
  /** Everybody. The same list until somebody changes; not to be written to. */
  people(): readonly KnownPerson[];
  get(contactId: ContactId): Contact | undefined;
  /** Adds or changes somebody; who was only noted before under the same addresses becomes this one. Throws not-found. */
  save(content: ContactContent, contactId?: ContactId): Contact;
  /** Adds people; whoever has one of the addresses already, or no address and the same name, gets what they did not have. */
  addMany(contents: readonly ContactContent[]): { added: number; changed: number };
  /**
   * Notes what Sent tells of the time before messages were sent from here, some people at each step. It sets and does not add: what is known
   * already is not written again. Who was removed stays away. Whoever reads the people during it may not see all of it; its end is told.
   */
  noteHistory(people: readonly WrittenBefore[]): Generator<void>;
  /** That they were written to is forgotten with them. */
  remove(contactIds: readonly ContactId[]): void;
  groups(): ContactGroup[];
  /** Throws not-found for a group that is not there (any more). */
  saveGroup(group: Omit<ContactGroup, 'groupId'> & { groupId?: GroupId | undefined }): ContactGroup;
  removeGroup(groupId: GroupId): void;
};

type ContactRow = { contact_id: ContactId; content: string; is_collected: number };
type UsageRow = {
  address: string;
  times: number;
  first_at: number | null;
  last_at: number;
  score: number;
  history_times: number;
  history_last: number;
  history_score: number;
};

const USAGE = 'address, times, first_at, last_at, score, history_times, history_last, history_score';

/** Read once, until somebody changes: a completion has no time for more. */
const cached = new WeakMap<Database, KnownPerson[]>();

export function createContactTable(context: Context): ContactTable {
  const { journal, emit } = context;

  function change<T>(task: () => T): T {
    cached.delete(journal);
    const value = journal.transaction(task);
    emit({ kind: 'contacts' });
    return value;
  }

  function requireRow(contactId: ContactId): ContactRow {
    const row = rowOf(journal, contactId);
    if (!row) throw new MailError('not-found');
    return row;
  }

  const get = (contactId: ContactId) => {
    const row = rowOf(journal, contactId);
    return row && personFrom(row, (address) => usageOf(journal, address)).contact;
  };

  return {
    people() {
      const known = cached.get(journal) ?? readPeople(journal);
      cached.set(journal, known);
      return known;
    },
    get,
    save(content, contactId) {
      const clean = cleanContent(content);
      return change(() => {
        if (contactId !== undefined) requireRow(contactId);
        const id = contactId ?? (randomUUID() as ContactId);
        writeContact(journal, id, clean, false);
        absorbCollected(journal, id, clean);
        const saved = get(id);
        if (!saved) throw new MailError('internal');
        return saved;
      });
    },
    addMany: (contents) =>
      change(() => {
        const counts = { added: 0, changed: 0 };
        for (const content of contents) {
          const clean = cleanContent(content);
          const known = findSame(journal, clean);
          if (!known) {
            writeContact(journal, randomUUID() as ContactId, clean, false);
            counts.added += 1;
            continue;
          }
          const merged = merge(known, clean);
          if (merged === undefined) continue;
          writeContact(journal, known.contact_id, merged, false);
          counts.changed += 1;
        }
        return counts;
      }),
    *noteHistory(people) {
      let isNews = false;
      try {
        for (let at = 0; at < people.length; at += HISTORY_AT_ONCE) {
          isNews = noteSomeHistory(journal, people.slice(at, at + HISTORY_AT_ONCE)) || isNews;
          yield;
        }
      } finally {
        if (isNews) {
          cached.delete(journal);
          emit({ kind: 'contacts' });
        }
      }
    },
    remove(contactIds) {
      const theirs = `SELECT address FROM contact_address a WHERE contact_id = ?
        AND NOT EXISTS (SELECT 1 FROM contact_address b WHERE b.address = a.address AND b.contact_id <> a.contact_id)`;
      change(() => {
        for (const contactId of contactIds) {
          journal.run(`INSERT OR IGNORE INTO removed_address(address) ${theirs}`, [contactId]);
          journal.run(`DELETE FROM written_to WHERE address IN (${theirs})`, [contactId]);
          journal.run('DELETE FROM contact WHERE contact_id = ?', [contactId]);
        }
      });
    },
    groups: () =>
      journal
        .all<{ contact_group: string }>('SELECT contact_group FROM contact_group')
        .map((row) => JSON.parse(row.contact_group) as ContactGroup)
        .sort((a, b) => a.name.localeCompare(b.name)),
    saveGroup({ groupId, ...content }) {
      const saved = contactGroup.parse({ ...content, groupId: groupId ?? randomUUID() });
      const text = JSON.stringify(saved);
      return change(() => {
        if (groupId === undefined) {
          journal.run('INSERT INTO contact_group(group_id, contact_group) VALUES (?, ?)', [
            saved.groupId,
            text,
          ]);
        } else if (
          journal.run('UPDATE contact_group SET contact_group = ? WHERE group_id = ?', [text, groupId]) === 0
        ) {
          throw new MailError('not-found');
        }
        return saved;
      });
    },
    removeGroup(groupId) {
      change(() => journal.run('DELETE FROM contact_group WHERE group_id = ?', [groupId]));
    },
  };
}

const DAY = 24 * 60 * 60_000;
/** With one commit, some milliseconds. */
const HISTORY_AT_ONCE = 25;

/** An address counts half as much after this time. */
const HALF_LIFE = 60 * DAY;

/**
 * Notes that a message went to these people; inside the transaction that ends its sending, and answers whether there is news. Whose own
 * address it is is nobody to be known.
 */
export function noteWritten({ journal, clock }: Context, people: readonly Address[]): boolean {
  const own = ownAddresses(journal);
  const distinct = new Map(people.map((person) => [person.address.toLowerCase(), person]));
  const noted = [...distinct].filter(([address]) => isAddress(address) && !own.has(address));
  if (noted.length === 0) return false;
  cached.delete(journal);
  const now = clock.now();
  for (const [address, person] of noted) {
    const before = usageRow(journal, address);
    const score = before && before.times > 0 ? joined(before.score, scoreAt(now)) : scoreAt(now);
    journal.run(
      `INSERT INTO written_to(address, times, first_at, last_at, score) VALUES (?, 1, ?, ?, ?)
       ON CONFLICT(address) DO UPDATE SET times = times + 1, first_at = coalesce(first_at, excluded.first_at),
         last_at = excluded.last_at, score = excluded.score`,
      [address, now, now, score],
    );
    collect(journal, person);
  }
  return true;
}

const ownAddresses = (journal: Database) =>
  new Set(
    journal
      .all<{ address: string }>('SELECT address FROM account UNION SELECT address FROM identity')
      .map((row) => row.address.toLowerCase()),
  );

/** The logarithm of a sum that fades: its order is the same whenever one looks, so nothing has to be counted again. */
const scoreAt = (time: number): number => time / HALF_LIFE;
const joined = (a: number, b: number): number => Math.max(a, b) + Math.log2(1 + 2 ** -Math.abs(a - b));

/** Who is in no contact yet becomes one. */
function collect(journal: Database, person: Address): void {
  if (journal.get('SELECT 1 AS x FROM contact_address WHERE address = ?', [person.address.toLowerCase()])) {
    return;
  }
  const name = person.name.trim().slice(0, 500);
  const content = { name, addresses: [person.address], phones: [], organisation: '', note: '' };
  writeContact(journal, randomUUID() as ContactId, content, true);
}

/** Whether there was anything to write. */
function noteSomeHistory(journal: Database, people: readonly WrittenBefore[]): boolean {
  const own = ownAddresses(journal);
  const news = people.flatMap((person) => {
    const address = person.address.toLowerCase();
    if (!isAddress(address) || own.has(address)) return [];
    if (journal.get('SELECT 1 AS x FROM removed_address WHERE address = ?', [address])) return [];
    const row = usageRow(journal, address);
    // An account that was removed and added again has mail in Sent that went from here. A message is dated before it goes.
    const end = row?.first_at ? row.first_at - DAY : Number.POSITIVE_INFINITY;
    const dates = person.dates.filter((date) => date < end);
    if (dates.length === 0) return [];
    const last = dates.reduce((a, b) => Math.max(a, b));
    if (row && row.history_times >= dates.length && row.history_last >= last) return [];
    const score = dates.map(scoreAt).reduce(joined);
    return [{ person, isNew: !row, values: [address, dates.length, last, score] }];
  });
  if (news.length === 0) return false;
  journal.transaction(() => {
    for (const { person, isNew, values } of news) {
      // Never less than before: a store.db that is being filled again, and a mailbox that was emptied, tell of less than there was.
      journal.run(
        `INSERT INTO written_to(address, times, last_at, score, history_times, history_last, history_score)
         VALUES (?, 0, 0, 0, ?, ?, ?)
         ON CONFLICT(address) DO UPDATE SET history_times = max(history_times, excluded.history_times),
           history_last = max(history_last, excluded.history_last),
           history_score = iif(history_times = 0, excluded.history_score, max(history_score, excluded.history_score))`,
        values,
      );
      // Who was noted before and is nobody now, the person has written down otherwise.
      if (isNew) collect(journal, person);
    }
  });
  return true;
}

const rowOf = (journal: Database, contactId: ContactId) =>
  journal.get<ContactRow>('SELECT contact_id, content, is_collected FROM contact WHERE contact_id = ?', [
    contactId,
  ]);

const usageRow = (journal: Database, address: string) =>
  journal.get<UsageRow>(`SELECT ${USAGE} FROM written_to WHERE address = ?`, [address.toLowerCase()]);

function usageOf(journal: Database, address: string): KnownAddress {
  const row = usageRow(journal, address);
  return row ? usageFrom(row, address) : { address, times: 0, score: 0 };
}

const usageFrom = (row: UsageRow, address: string): KnownAddress => ({
  address,
  times: row.times + row.history_times,
  lastAt: Math.max(row.last_at, row.history_last),
  score: scoreOf(row),
});

function scoreOf({ times, score, history_times, history_score }: UsageRow): number {
  if (history_times === 0) return score;
  return times === 0 ? history_score : joined(score, history_score);
}

function readPeople(journal: Database): KnownPerson[] {
  const uses = new Map(
    journal.all<UsageRow>(`SELECT ${USAGE} FROM written_to`).map((row) => [row.address, row] as const),
  );
  return journal.all<ContactRow>('SELECT contact_id, content, is_collected FROM contact').map((row) =>
    personFrom(row, (address) => {
      const use = uses.get(address.toLowerCase());
      return use ? usageFrom(use, address) : { address, times: 0, score: 0 };
    }),
  );
}

function personFrom(row: ContactRow, usageOfAddress: (address: string) => KnownAddress): KnownPerson {
  const content = JSON.parse(row.content) as ContactContent;
  const addresses = content.addresses.map(usageOfAddress);
  const last = Math.max(...addresses.map(({ lastAt = 0 }) => lastAt), 0);
  return {
    addresses,
    contact: {
      ...content,
      contactId: row.contact_id,
      isCollected: row.is_collected === 1,
      timesWritten: addresses.reduce((sum, { times }) => sum + times, 0),
      ...(last > 0 && { lastWrittenAt: last }),
    },
  };
}

/** Only what is content, each address once. */
function cleanContent(content: ContactContent): ContactContent {
  const { addresses, ...rest } = contactContent.parse(content);
  const once = new Map(addresses.map((address) => address.trim()).map((one) => [one.toLowerCase(), one]));
  return { ...rest, name: rest.name.trim(), addresses: [...once.values()].filter((one) => one !== '') };
}

/** In the order of the schema, whoever made it: what is the same is written the same. */
const contentText = (content: ContactContent): string => JSON.stringify(contactContent.parse(content));

function writeContact(
  journal: Database,
  contactId: ContactId,
  content: ContactContent,
  isCollected: boolean,
): void {
  journal.run(
    `INSERT INTO contact(contact_id, name, content, is_collected) VALUES (?, ?, ?, ?)
     ON CONFLICT(contact_id) DO UPDATE SET name = excluded.name, content = excluded.content,
       is_collected = excluded.is_collected`,
    [contactId, content.name.toLowerCase(), contentText(content), isCollected ? 1 : 0],
  );
  journal.run('DELETE FROM contact_address WHERE contact_id = ?', [contactId]);
  for (const address of content.addresses) {
    journal.run('INSERT INTO contact_address(address, contact_id) VALUES (?, ?)', [
      address.toLowerCase(),
      contactId,
    ]);
  }
}

/** Who was only noted, and has no address beside those of this contact, is this contact. */
function absorbCollected(journal: Database, contactId: ContactId, { addresses }: ContactContent): void {
  for (const address of addresses) {
    journal.run(
      `DELETE FROM contact WHERE is_collected = 1 AND contact_id <> ?
         AND contact_id IN (SELECT contact_id FROM contact_address WHERE address = ?)`,
      [contactId, address.toLowerCase()],
    );
  }
}

function findSame(journal: Database, { name, addresses }: ContactContent): ContactRow | undefined {
  const columns = 'contact_id, content, is_collected';
  if (addresses.length === 0) {
    return journal.get<ContactRow>(
      `SELECT ${columns} FROM contact WHERE name = ?
         AND NOT EXISTS (SELECT 1 FROM contact_address a WHERE a.contact_id = contact.contact_id) LIMIT 1`,
      [name.toLowerCase()],
    );
  }
  return addresses
    .map((address) =>
      journal.get<ContactRow>(
        `SELECT ${columns} FROM contact JOIN contact_address USING (contact_id) WHERE address = ? LIMIT 1`,
        [address.toLowerCase()],
      ),
    )
    .find((row) => row !== undefined);
}

/** What is known stays as it is, and gets what it had not; undefined when that is nothing. */
function merge(known: ContactRow, more: ContactContent): ContactContent | undefined {
  const old = JSON.parse(known.content) as ContactContent;
  const has = new Set(old.addresses.map((address) => address.toLowerCase()));
  const merged: ContactContent = {
    // The name of somebody who was only noted is what stood in a message.
    name: (known.is_collected === 1 && more.name) || old.name || more.name,
    addresses: [...old.addresses, ...more.addresses.filter((one) => !has.has(one.toLowerCase()))].slice(
      0,
      50,
    ),
    phones: [...new Set([...old.phones, ...more.phones])].slice(0, 50),
    organisation: old.organisation || more.organisation,
    note: old.note || more.note,
  };
  const isSame = contentText(merged) === known.content && known.is_collected === 0;
  return isSame ? undefined : merged;
}
