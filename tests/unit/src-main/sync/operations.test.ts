import { describe, expect, it } from 'vitest';
import type { Operation, Target } from '../../../../src-main/store/operation-records.ts';
import { netChanges } from '../../../../src-main/sync/flag-changes.ts';
import { nextGroup } from '../../../../src-main/sync/operations.ts';
import { accountId, mailboxId, messageId, operationId } from '../../../../src-shared/model/ids.ts';

const base = (id: string) => ({
  operationId: operationId.parse(id),
  accountId: accountId.parse('a'),
  createdAt: 0,
  state: 'pending' as const,
  attempts: 0,
});
const target = (uid: number, was: string[] = [], box = 1): Target => ({
  messageId: messageId.parse(uid),
  mailboxId: mailboxId.parse(box),
  uidValidity: 1,
  uid,
  messageIdHeader: `<${uid}>`,
  was,
});
const flags = (id: string, add: string[], remove: string[] = [], targets: Target[] = []) => ({
  ...base(id),
  kind: 'flags' as const,
  targets,
  add,
  remove,
});
const move = (id: string, to = 1, targets = [target(1)]): Operation => ({
  ...base(id),
  kind: 'move',
  targets,
  toMailboxId: mailboxId.parse(to),
});
const namesOf = (due: Operation[]) => nextGroup(due).map((operation) => String(operation.operationId));

describe('operations that can be done together', () => {
  it('are all flag changes, in their order', () => {
    const due = [flags('1', ['\\Seen']), flags('2', ['\\Flagged']), move('3'), flags('4', [], ['\\Seen'])];
    expect(namesOf(due)).toEqual(['1', '2', '4']);
  });

  it('are moves from one mailbox into another', () => {
    const due = [move('1', 2), move('2', 3), move('3', 2), move('4', 2, [target(5, [], 9)]), flags('5', [])];
    expect(namesOf(due)).toEqual(['1', '3']);
    expect(namesOf([])).toEqual([]);
  });

  it('are no more than a thousand messages, and always one operation', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => target(n + 1));
    const due = [move('1', 2, many(1_200)), move('2', 2)];
    expect(namesOf(due)).toEqual(['1']);
    expect(namesOf([move('1', 2, many(600)), move('2', 2, many(400)), move('3', 2)])).toEqual(['1', '2']);
  });
});

describe('what flag changes come to', () => {
  const netOf = (...group: Parameters<typeof netChanges>[0]) =>
    netChanges(group).map(({ targets, add, remove }) => [targets[0]?.uid, add, remove]);

  it('is the last word for each flag of each message', () => {
    const net = netOf(
      flags('1', ['\\Seen'], [], [target(1), target(2)]),
      flags('2', ['$Work'], ['\\Answered'], [target(2)]),
      flags('3', [], ['\\Flagged'], [target(2)]),
    );
    expect(net).toEqual([
      [1, ['\\Seen'], []],
      [2, ['\\Seen', '$Work'], ['\\Answered', '\\Flagged']],
    ]);
  });

  it('is nothing for a star that was set and taken away again', () => {
    const star = flags('1', ['\\Flagged'], [], [target(1)]);
    const unstar = flags('2', [], ['\\FLAGGED'], [target(1, ['\\Flagged'])]);
    expect(netOf(star, unstar)).toEqual([[1, [], []]]);
    expect(netOf(star, unstar, flags('3', ['\\Flagged'], [], [target(1)]))).toEqual([[1, ['\\Flagged'], []]]);
  });

  it('is said in full when the server may have heard a part of it', () => {
    const star = { ...flags('1', ['\\Flagged'], [], [target(1)]), attempts: 1 };
    expect(netOf(star, flags('2', [], ['\\Flagged'], [target(1)]))).toEqual([[1, [], ['\\Flagged']]]);
  });
});
