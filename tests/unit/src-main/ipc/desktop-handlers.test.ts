import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createLog } from '../../../../src-main/base/log.ts';
import { createOutsideDrafts } from '../../../../src-main/ipc/desktop-handlers.ts';
import type { DraftId } from '../../../../src-shared/model/ids.ts';
import { addAccount, openTestStore, temporaryFolder } from '../store/test-store.ts';
import { createTestShell } from './test-shell.ts';

const signal = new AbortController().signal;

/** Nothing is asked of a server for a link. */
const nothing = () => Promise.reject(new MailError('internal'));

function start() {
  const { store, clock } = openTestStore();
  const state = { isLocked: false, problem: undefined as MailError | undefined };
  let told: (() => void) | undefined;
  const context = {
    clock,
    mail: { problem: () => state.problem },
    lock: { isLocked: () => state.isLocked },
    rooms: () => ({ store, sync: { fetchBody: nothing, fetchSource: nothing, attachmentContent: nothing } }),
    texts: { language: 'en', format: (key: string) => key },
    shell: createTestShell({}),
  };
  const outside = createOutsideDrafts(
    context,
    () => told?.(),
    createLog(() => undefined),
  );
  const take = async () => outside.handlers['drafts.takeRequested']({}, signal);
  return {
    store,
    clock,
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

  it('of confirmed files waits for the lock, however many links come meanwhile', async () => {
    const { store, state, outside, told } = start();
    addAccount(store);
    const path = join(temporaryFolder(), 'a.txt');
    writeFileSync(path, 'hello');
    state.isLocked = true;
    outside.want({ paths: [path] });
    for (let n = 0; n < 20; n += 1) outside.want({ mailto: `mailto:bob${n}@example.org` });
    state.isLocked = false;
    const begun = told();
    outside.goOn();
    await begun;
    const attachments = store.drafts.list().flatMap((draft) => draft.attachments);
    expect(attachments).toMatchObject([{ filename: 'a.txt' }]);
  });

  it('is one for a link that is pressed twice, and another for the same link later', async () => {
    const { store, clock, outside, told } = start();
    addAccount(store);
    const link = { mailto: 'mailto:bob@example.org' };
    for (const [ms, isNew] of [
      [0, true],
      [1_000, false],
      [9_000, true],
    ] as const) {
      const begun = told();
      clock.time += ms;
      outside.want(link);
      if (isNew) await begun;
    }
    expect(store.drafts.list()).toHaveLength(2);
  });

  it('leaves a handful of drafts of a flood of links, and touches none that somebody wrote on', async () => {
    const { store, clock, outside, take, told } = start();
    addAccount(store);
    const one = async (n: number) => {
      const begun = told();
      outside.want({ mailto: `mailto:bob${n}@example.org` });
      await begun;
    };
    await one(0);
    const [written] = (await take()).draftIds;
    const draft = written && store.drafts.get(written);
    if (!draft) throw new Error('no draft');
    clock.time += 10;
    store.drafts.save(draft.draftId, { ...draft, subject: 'Mine' });
    await one(1);
    const [open] = (await take()).draftIds;
    if (!open) throw new Error('no draft');
    store.drafts.hold(open);
    for (let n = 2; n < 20; n += 1) await one(n);
    // Without a wait: most of these are dropped before anything is written.
    for (let n = 20; n <= 60; n += 1) outside.want({ mailto: `mailto:bob${n}@example.org` });
    const addressOf = (draftId: DraftId) => store.drafts.get(draftId)?.to[0]?.address;
    await expect.poll(async () => (await take()).draftIds.map(addressOf)).toContain('bob60@example.org');
    const left = store.drafts.list().map(({ draftId }) => draftId);
    expect(left).toEqual(expect.arrayContaining([draft.draftId, open]));
    expect(left.length).toBeLessThanOrEqual(7);
    expect(store.drafts.get(draft.draftId)).toMatchObject({ subject: 'Mine' });
  });
});
