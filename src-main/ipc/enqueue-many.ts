import type { MessageId, OperationId } from '../../src-shared/model/ids.ts';
import { turn } from '../base/turn.ts';
import { chunksOf } from '../imap/uid-set.ts';
import { ENQUEUED_AT_ONCE } from '../store/operation-records.ts';

/** Queues a change of many messages in parts, with turns for others between. Answers with all operations, in order. */
export async function enqueueMany(
  messageIds: MessageId[],
  enqueue: (part: MessageId[]) => OperationId[],
): Promise<OperationId[]> {
  const operationIds: OperationId[] = [];
  for (const part of chunksOf(messageIds, ENQUEUED_AT_ONCE)) {
    if (operationIds.length > 0) await turn();
    operationIds.push(...enqueue(part));
  }
  return operationIds;
}
