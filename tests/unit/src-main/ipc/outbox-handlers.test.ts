import { beforeEach, expect, it } from 'vitest';
import { createOutboxHandlers } from '../../../../src-main/ipc/outbox-handlers.ts';
import type { DraftId, SubmissionId } from '../../../../src-shared/model/ids.ts';
import { createTestShell, press } from './test-shell.ts';

const draftId = 'd1' as DraftId;
const submissionId = 's1' as SubmissionId;
const { signal } = new AbortController();
let presses: number;
let now: number;
let sent: string[];
let handlers: ReturnType<typeof createOutboxHandlers>;

beforeEach(() => {
  presses = 0;
  now = 1_000;
  sent = [];
  const note = (what: string) => async (id: string) => void sent.push(`${what} ${id}`);
  const context = {
    clock: { now: () => now },
    shell: createTestShell({ requirePress: press(() => presses-- > 0) }),
    rooms: () => ({ outbox: { send: note('send'), sendNow: note('sendNow'), retry: note('retry') } }),
  } as unknown as Parameters<typeof createOutboxHandlers>[0];
  handlers = createOutboxHandlers(context);
});

const refused = { code: 'press-missing' };

it('lets nothing go that nobody pressed for: not now, not later, not again', async () => {
  await expect(handlers['outbox.confirm']({ draftId }, signal)).rejects.toMatchObject(refused);
  await expect(handlers['outbox.send']({ draftId }, signal)).rejects.toMatchObject(refused);
  await expect(handlers['outbox.send']({ draftId, sendAt: 9e12 }, signal)).rejects.toMatchObject(refused);
  await expect(handlers['outbox.sendNow']({ submissionId }, signal)).rejects.toMatchObject(refused);
  await expect(handlers['outbox.retry']({ submissionId }, signal)).rejects.toMatchObject(refused);
  expect(sent).toEqual([]);
});

it('lets one message go for one press, however long it is looked at before', async () => {
  presses = 1;
  await handlers['outbox.confirm']({ draftId }, signal);
  now += 60_000;
  const other = 'd2' as DraftId;
  await expect(handlers['outbox.send']({ draftId: other }, signal)).rejects.toMatchObject(refused);
  await handlers['outbox.send']({ draftId }, signal);
  await expect(handlers['outbox.send']({ draftId }, signal)).rejects.toMatchObject(refused);
  expect(sent).toEqual(['send d1']);
});

it('wants another press when the one before is forgotten', async () => {
  presses = 2;
  await handlers['outbox.confirm']({ draftId }, signal);
  now += 6 * 60_000;
  await handlers['outbox.send']({ draftId }, signal);
  expect(presses).toBe(0);
  await expect(handlers['outbox.send']({ draftId }, signal)).rejects.toMatchObject(refused);
});

it('sends now and sends again for a press each', async () => {
  presses = 2;
  await handlers['outbox.sendNow']({ submissionId }, signal);
  await handlers['outbox.retry']({ submissionId }, signal);
  expect(sent).toEqual(['sendNow s1', 'retry s1']);
});
