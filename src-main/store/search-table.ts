/**
 * Searching on this computer. Indexes stream keys newest first (search-streams.ts), conditions of one message sift them
 * (search-filter.ts). Nothing is sorted or counted, and a call looks at a bounded number of messages: what follows is asked for with
 * `next`, the key that was reached.
 */
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import type { People } from './message-rows.ts';
import { type Condition, conditionOf, standsOutside } from './search-filter.ts';
import { wordsOf } from './search-index.ts';
import type { SearchTable, StoreHits, StoreSearch, StoreTerm } from './search-records.ts';
import {
  fewStream,
  insideStream,
  isText,
  isWords,
  keyRangeOf,
  plainStream,
  type Stream,
  type TextTerm,
  wordStream,
  wordsAmong,
} from './search-streams.ts';
import { foldedText } from './search-terms.ts';

/** Messages that a call looks at, and for how long in milliseconds; what comes last is at most one round too many. */
const EXAMINED_MOST = 3000;
const TIME_MOST = 6;

export function createSearchTable({ mail }: Context): SearchTable {
  return {
    find: (search) => find(mail, search),
    among: (messageIds, search) => among(mail, messageIds, search),
    at: (mailboxId, uids) =>
      mail.all<{ uid: number; messageId: MessageId }>(
        `SELECT uid, message_id AS messageId FROM placement
         WHERE mailbox_id = ? AND uid IN (SELECT value FROM json_each(?))`,
        [mailboxId, JSON.stringify(uids)],
      ),
    coverage: (accountId) => coverageOf(mail, accountId),
  };
}

function find(mail: Database, search: StoreSearch): StoreHits {
  const { clauses, limit } = search;
  const streams = streamsOf(mail, clauses);
  const hits: MessageId[] = [];
  const started = performance.now();
  let before: number = search.next ?? Number.MAX_SAFE_INTEGER;
  let examined = 0;
  for (let count = limit + 10; ; count = Math.min(count * 4, 1000)) {
    const told = streams.map((source) => source.stream(before, count));
    const reached = Math.max(...told.map((one) => one.reached));
    const fitting = new Set<MessageId>();
    told.forEach(({ ids }, index) => {
      const below = ids.filter((id) => id >= reached);
      examined += below.length;
      for (const id of streams[index]?.sift(below, search) ?? []) fitting.add(id);
    });
    for (const id of [...fitting].sort((a, b) => b - a)) {
      hits.push(id);
      if (hits.length === limit) return { messageIds: hits, next: id };
    }
    if (reached === 0) return { messageIds: hits };
    before = reached;
    if (examined >= EXAMINED_MOST || performance.now() - started > TIME_MOST) {
      return { messageIds: hits, next: reached as MessageId };
    }
  }
}

/** The same test for given messages, without a stream. */
function among(
  mail: Database,
  ids: MessageId[],
  search: Pick<StoreSearch, 'clauses' | 'outside'>,
): MessageId[] {
  const words = search.clauses.filter(isWords);
  const others = search.clauses.filter((clause) => !isWords(clause));
  const fitting = words.length === 0 ? ids : withWords(mail, ids, words);
  return siftKeys(mail, fitting, others, search).sort((a, b) => b - a);
}

/** Those that have the words of every clause, or the text of its terms inside. */
function withWords(mail: Database, ids: MessageId[], words: TextTerm[][]): MessageId[] {
  const fitting = new Set(wordsAmong(mail, words, ids));
  if (insideStream(mail, words, { lowest: 0, highest: Number.MAX_SAFE_INTEGER })) {
    for (const id of withInside(mail, ids, words)) fitting.add(id);
  }
  return [...fitting];
}

type Source = { stream: Stream; sift(ids: MessageId[], search: StoreSearch): MessageId[] };

function streamsOf(mail: Database, clauses: StoreTerm[][]): Source[] {
  const range = keyRangeOf(mail, clauses);
  const words = clauses.filter(isWords);
  const others = clauses.filter((clause) => !isWords(clause));
  const sift = (ids: MessageId[], search: StoreSearch) => siftKeys(mail, ids, others, search);
  if (words.length === 0) return [{ stream: plainStream(mail, clauses, range), sift }];
  const few = fewStream(mail, others, range);
  if (few) return [{ stream: few, sift: (ids, search) => sift(withWords(mail, ids, words), search) }];
  const inside = insideStream(mail, words, range);
  return [
    { stream: wordStream(mail, words, range), sift },
    ...(inside
      ? [
          {
            stream: inside,
            sift: (ids: MessageId[], search: StoreSearch) => sift(withInside(mail, ids, words), search),
          },
        ]
      : []),
  ];
}

/** The statement that sifts keys. Exported for the test of its plan. */
export function siftSql(conditions: Condition[]): string {
  return `SELECT m.message_id FROM json_each(?) k CROSS JOIN message m ON m.message_id = k.value
    WHERE ${conditions.map((one) => one.sql).join(' AND ')}`;
}

function siftKeys(
  mail: Database,
  ids: MessageId[],
  clauses: StoreTerm[][],
  { outside }: Pick<StoreSearch, 'outside'>,
): MessageId[] {
  const groups = new Map<string, MessageId[]>();
  const needsWords = clauses.some((clause) => clause.some(isText));
  for (const id of ids) {
    const words = needsWords ? wordsOf(mail, id) : '';
    if (words === undefined) continue;
    const group = groups.get(words);
    if (group) group.push(id);
    else groups.set(words, [id]);
  }
  return [...groups].flatMap(([words, group]) => {
    const conditions = [standsOutside(outside), ...clauses.map((clause) => conditionOf(clause, words))];
    const params = conditions.flatMap((one) => one.params);
    return mail
      .all<{ message_id: MessageId }>(siftSql(conditions), [JSON.stringify(group), ...params])
      .map((row) => row.message_id);
  });
}

/** Those whose subject or names have, for every clause, the text of one of its terms inside. */
function withInside(mail: Database, ids: MessageId[], clauses: TextTerm[][]): MessageId[] {
  const rows = mail.all<{ message_id: MessageId; subject: string; from_list: string; people: string }>(
    `SELECT m.message_id, m.subject, m.from_list, m.people FROM json_each(?) k
     CROSS JOIN message m ON m.message_id = k.value`,
    [JSON.stringify(ids)],
  );
  const wanted = clauses.map((clause) =>
    clause.map(({ test }) => ({ field: test.field, text: foldedText(test.text) })),
  );
  return rows.flatMap((row) => {
    const { to, cc, bcc } = JSON.parse(row.people) as People;
    const from = namesOf(JSON.parse(row.from_list) as Address[]);
    const recipients = { to: namesOf([...to, ...cc, ...bcc]), cc: namesOf(cc) };
    const subject = foldedText(row.subject);
    const fields = {
      subject,
      from,
      ...recipients,
      filename: '',
      any: `${subject}\n${from}\n${recipients.to}`,
    };
    const fits = wanted.every((clause) => clause.some(({ field, text }) => fields[field].includes(text)));
    return fits ? [row.message_id] : [];
  });
}

const namesOf = (people: Address[]): string =>
  people.map(({ name, address }) => foldedText(`${name} ${address}`)).join('\n');

/** Newest message without text, then the one above it. Exported for the test of their plans. */
export const WITHOUT_TEXT_SQL =
  'SELECT message_id FROM message WHERE account_id = ? AND has_body = 0 ORDER BY message_id DESC LIMIT 1';
export const ABOVE_SQL =
  'SELECT internal_date FROM message WHERE account_id = ? AND message_id > ? ORDER BY message_id LIMIT 1';

function coverageOf(mail: Database, accountId: AccountId): ReturnType<SearchTable['coverage']> {
  const size = mail.get<{ messages: number; bodies: number }>(
    'SELECT messages, bodies FROM account_size WHERE account_id = ?',
    [accountId],
  );
  const newestWithout = mail.get<{ message_id: number }>(WITHOUT_TEXT_SQL, [accountId])?.message_id ?? 0;
  const textSince = mail.get<{ internal_date: number }>(ABOVE_SQL, [accountId, newestWithout])?.internal_date;
  const unfinished = mail.get(
    'SELECT 1 AS one FROM mailbox WHERE account_id = ? AND is_selectable = 1 AND backfilled_to IS NOT 1 LIMIT 1',
    [accountId],
  );
  return {
    messages: size?.messages ?? 0,
    bodies: size?.bodies ?? 0,
    ...(textSince !== undefined && { textSince }),
    isComplete: unfinished === undefined,
  };
}
