import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { createLog } from '../../src-main/base/log.ts';
import { attachmentOf, parseSource } from '../../src-main/mime/parse-source.ts';
import { createOutbox } from '../../src-main/outbox/outbox.ts';
import { createSync } from '../../src-main/sync/sync.ts';
import { composeCopy } from '../../src-main/writing/compose-copy.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { secondConnection } from '../servers/lab.mjs';
import {
  type AccountsLab,
  type AccountsWorld,
  MAYA,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab();
});
afterAll(() => lab?.stop());

/** The rooms that carry out what is finished: they hear of it by the store alone. */
function startWorkers({ store, accounts, registry }: AccountsWorld) {
  const log = createLog(() => undefined);
  const parts = { store, authenticationFor: accounts.authenticationFor, registry, clock: systemClock, log };
  const sync = createSync({
    ...parts,
    parseMessage: async (source) => parseSource(source),
    composeCopy: (draft) => composeCopy(store, draft, Date.now()),
    async readAttachment(source, part) {
      const attachment = await attachmentOf(source, part);
      if (!attachment) throw new Error('no such attachment');
      return attachment;
    },
  });
  const outbox = createOutbox({
    ...parts,
    identityAuthentication: () => {
      throw new Error('nobody here has a server of its own');
    },
  });
  sync.start();
  outbox.start();
  return {
    outbox,
    async stop() {
      await outbox.stop();
      await sync.stop();
    },
  };
}

function mailboxesThere({ store }: AccountsWorld, accountId: AccountId): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (
        store.mailboxes.bySpecialUse(accountId, 'drafts') &&
        store.mailboxes.bySpecialUse(accountId, 'sent')
      ) {
        stop();
        resolve();
      }
    };
    const stop = store.feed.subscribe(look);
    look();
  });
}

const content = (accountId: AccountId, subject: string) => ({
  accountId,
  to: [{ name: '', address: 'samir@lab.test' }],
  cc: [],
  bcc: [],
  subject,
  text: 'for Friday',
});

describe('finishing what waits before signing out', () => {
  it('sends the outbox, saves drafts at the provider, disconnects, and counts it all on the receipt', async () => {
    const world = openAccountsWorld(lab);
    const { accountId } = await world.signIn();
    const { outbox, stop } = startWorkers(world);
    try {
      await mailboxesThere(world, accountId);
      world.store.drafts.create(content(accountId, 'Kept as a draft'));
      await outbox.send(world.store.drafts.create(content(accountId, 'Still in its undo window')).draftId);
      expect(world.accounts.previewSignOut(accountId)).toMatchObject({
        waiting: [{ subject: 'Still in its undo window' }],
        drafts: [{ subject: 'Kept as a draft' }],
      });
      const receipt = await world.accounts.signOut({
        accountId,
        finishFirst: true,
        mail: 'keep',
        onStep: () => undefined,
      });
      expect(receipt.steps[0]).toMatchObject({
        outcome: 'finished',
        state: 'done',
        facts: { sent: 1, drafts: 1, changes: 0 },
      });
      expect(receipt.steps[1]).toMatchObject({ outcome: 'disconnected' });
      expect(receipt.answer).toBe('no');
      expect(world.registry.count(accountId)).toBe(0);
    } finally {
      await stop();
    }
    expect(lab.smtp.messages.map(({ text }) => text)).toEqual([
      expect.stringContaining('Subject: Still in its undo window'),
    ]);
    const truth = await secondConnection(lab, MAYA.login);
    const subjects: (string | undefined)[] = [];
    for (const path of ['Drafts', 'Sent']) {
      await truth.mailboxOpen(path);
      for await (const message of truth.fetch('1:*', { envelope: true }))
        subjects.push(message.envelope?.subject);
    }
    await truth.logout();
    expect(subjects).toEqual(['Kept as a draft', 'Still in its undo window']);
  });

  it('stops when what waits cannot be finished, before anything was given back, and the person may decide again', async () => {
    let end = (): void => undefined;
    const clock = {
      ...systemClock,
      after(ms: number, callback: () => void) {
        if (ms === 10_000) end = callback; // no connection is open
        return systemClock.after(ms, callback);
      },
    };
    const world = openAccountsWorld(lab, { clock });
    const { accountId } = await world.signIn();
    world.store.drafts.create(content(accountId, 'Never saved'));
    const enqueued = new Promise<void>((resolve) => {
      world.store.feed.subscribe((change) => change.kind === 'operations' && resolve());
    });
    const receiving = world.accounts.signOut({
      accountId,
      finishFirst: true,
      mail: 'keep',
      onStep: () => undefined,
    });
    await enqueued;
    await new Promise((resolve) => setImmediate(resolve));
    end();
    await expect(receiving).rejects.toMatchObject({
      code: 'not-finished',
      detail: { drafts: 1, sent: 0, changes: 0 },
    });
    expect(world.store.drafts.list()).toHaveLength(1);
    expect(world.store.grants.byAccount(accountId)?.state).toBe('active');

    const receipt = await world.accounts.signOut({
      accountId,
      finishFirst: false,
      mail: 'keep',
      onStep: () => undefined,
    });
    expect(receipt.steps[0]).toMatchObject({ outcome: 'left-behind', facts: { drafts: 1 } });
    expect(receipt.answer).toBe('no');
    expect(world.store.drafts.list()).toHaveLength(1);
  });
});
