import { describe, expect, it } from 'vitest';
import { finishWaiting } from '../../../../src-main/accounts/finish-waiting.ts';
import { createConnectionRegistry } from '../../../../src-main/base/connection-registry.ts';
import { ACCOUNT, addMailboxes, openTestStore } from '../store/test-store.ts';

describe('finishing what waits', () => {
  it('does not wait for a copy that the server refuses, and counts it as left', async () => {
    const { store, clock } = openTestStore();
    addMailboxes(store);
    const account = store.accounts.get(ACCOUNT);
    if (!account) throw new Error('no account');
    const operationId = store.operations.enqueueAppend({
      accountId: ACCOUNT,
      specialUse: 'sent',
      flags: [],
      source: new TextEncoder().encode('Subject: s\r\n\r\nt'),
      messageIdHeader: '<s@x>',
    });
    // The clock of this test never rings: only the refusal can end the wait.
    const registry = createConnectionRegistry();
    const finished = finishWaiting(store, account, { clock, registry });
    store.operations.refuse(operationId, 'mailbox-full', clock.time + 60_000);
    expect(await finished).toMatchObject({ left: { sent: 0, drafts: 0, changes: 1 } });
    expect(store.operations.appendSource(operationId).length).toBeGreaterThan(0);
  });
});
