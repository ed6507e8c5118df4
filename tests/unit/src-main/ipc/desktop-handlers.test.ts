import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createLog } from '../../../../src-main/base/log.ts';
import type { EngineContext } from '../../../../src-main/ipc/context.ts';
import { createOutsideDrafts } from '../../../../src-main/ipc/desktop-handlers.ts';
import { addAccount, openTestStore, temporaryFolder } from '../store/test-store.ts';

const signal = new AbortController().signal;

function start() {
  const { store } = openTestStore();
  const state = { isLocked: false, problem: undefined as MailError | undefined };
  let told: (() => void) | undefined;
  const context = {
    mail: { problem: () => state.problem },
    lock: { isLocked: () => state.isLocked },
    rooms: () => ({ store, sync: {} }),
    texts: { language: 'en' },
  } as unknown as EngineContext;
  const outside = createOutsideDrafts(
    context,
    () => told?.(),
    createLog(() => undefined),
  );
  const take = async () => outside.handlers['drafts.takeRequested']({}, signal);
  return {
    store,
    state,
    outside,
    take,
    told: () =>
      new Promise<void>((resolve) => {
        told = resolve;
      }),
  };
}

describe('a draft that another program wants', () => {
  it('is begun out of a mailto: link, and told once', async () => {
    const { store, outside, take, told } = start();
    addAccount(store);
    const begun = told();
    outside.want({ mailto: 'mailto:bob@example.org?subject=Hi&attach=/etc/passwd' });
    await begun;
    const { draftIds } = await take();
    expect(draftIds.map((draftId) => store.drafts.get(draftId))).toMatchObject([
      { to: [{ address: 'bob@example.org' }], subject: 'Hi', attachments: [] },
    ]);
    expect(await take()).toEqual({ draftIds: [] });
  });

  it('waits for the mail, for the lock and for an account', async () => {
    const { store, state, outside, take, told } = start();
    state.isLocked = true;
    const begun = told();
    outside.want({ mailto: 'mailto:bob@example.org' });
    outside.goOn();
    state.isLocked = false;
    state.problem = new MailError('keychain-locked');
    outside.goOn();
    state.problem = undefined;
    outside.goOn();
    expect(store.drafts.list()).toEqual([]);
    addAccount(store);
    outside.goOn();
    await begun;
    expect((await take()).draftIds).toHaveLength(1);
  });

  it('holds the files that the person confirmed; why it cannot is told', async () => {
    const { store, outside, take, told } = start();
    addAccount(store);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.txt'), 'hello');
    mkdirSync(join(folder, 'b'));
    let begun = told();
    outside.want({ paths: [join(folder, 'a.txt')] });
    await begun;
    const { draftIds } = await take();
    expect(draftIds.map((draftId) => store.drafts.get(draftId)?.attachments)).toMatchObject([
      [{ filename: 'a.txt', size: 5 }],
    ]);
    begun = told();
    outside.want({ paths: [join(folder, 'a.txt'), join(folder, 'b')] });
    await begun;
    expect(await take()).toEqual({ draftIds: [], problem: 'attachment-unreadable' });
    expect(store.drafts.list()).toHaveLength(1);
  });
});
