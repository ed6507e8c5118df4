import { expect, it } from 'vitest';
import { settleDrafts } from '../../../../src-main/writing/settle-drafts.ts';
import { ACCOUNT, addAccount, openTestStore } from '../store/test-store.ts';

const content = { accountId: ACCOUNT, to: [], cc: [], bcc: [], subject: 'Plan', text: 'Hello' };

function world() {
  const { store, clock } = openTestStore();
  addAccount(store);
  const { draftId } = store.drafts.create(content);
  let ring = (): void => undefined;
  const waits: number[] = [];
  const after = (ms: number, callback: () => void) => {
    waits.push(ms);
    ring = callback;
    return () => undefined;
  };
  const settle = (isOnline: boolean) =>
    settleDrafts({ store, clock: { ...clock, now: () => clock.time, after }, isOnline: () => isOnline });
  return { store, draftId, settle, waits, ring: () => ring() };
}

it('the end waits for drafts until the server has them', async () => {
  const { store, draftId, settle } = world();
  const settled = settle(true);
  const work = store.draftCopies.next(ACCOUNT);
  expect(work).toMatchObject({ kind: 'store', draft: { draftId } });
  const copyId = store.draftCopies.begin(draftId, 1, '<a@b>') ?? 0;
  store.draftCopies.confirm(copyId, { uid: 1, uidValidity: 1 });
  await settled;
});

it('it waits no longer than a second, and what is left is the first thing of the next start', async () => {
  const { store, settle, waits, ring } = world();
  const settled = settle(true);
  expect(waits).toEqual([1_000]);
  ring();
  await settled;
  expect(store.draftCopies.next(ACCOUNT)).toMatchObject({ kind: 'store' });
});

it('it does not wait at all where there is no link', async () => {
  const { settle, waits } = world();
  await settle(false);
  expect(waits).toEqual([]);
});
