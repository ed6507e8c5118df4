import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../src-main/store/operation-records.ts';
import { nextGroup } from '../../../../src-main/sync/operations.ts';
import { accountId, mailboxId, operationId } from '../../../../src-shared/model/ids.ts';

const base = (id: string) => ({
  operationId: operationId.parse(id),
  accountId: accountId.parse('a'),
  createdAt: 0,
  state: 'pending' as const,
  attempts: 0,
});
const flags = (id: string, add: string[], remove: string[] = []): Operation => ({
  ...base(id),
  kind: 'flags',
  targets: [],
  add,
  remove,
});
const move = (id: string): Operation => ({
  ...base(id),
  kind: 'move',
  targets: [],
  toMailboxId: mailboxId.parse(1),
});
const namesOf = (due: Operation[]) => nextGroup(due).map((operation) => String(operation.operationId));

describe('operations that can be done together', () => {
  it('are flag changes that are the same, in whatever order the flags stand', () => {
    const due = [
      flags('1', ['\\Seen', '$A']),
      flags('2', ['\\Flagged']),
      move('3'),
      flags('4', ['$A', '\\Seen']),
    ];
    expect(namesOf(due)).toEqual(['1', '4']);
  });

  it('do not mix adding with removing', () => {
    expect(namesOf([flags('1', ['\\Seen']), flags('2', [], ['\\Seen'])])).toEqual(['1']);
  });

  it('are one where it is a move, and none where nothing is due', () => {
    expect(namesOf([move('1'), move('2')])).toEqual(['1']);
    expect(namesOf([])).toEqual([]);
  });
});
