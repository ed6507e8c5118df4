/**
 * What leaves, after a press of the person: a page that somebody took over must not carry mail away in messages that it writes.
 *
 * Between the press and the sending may lie more than a press lives: pictures are still being made, the draft is written to a slow disk and
 * looked at. So the press is counted when the window begins, by `outbox.confirm`, and lets that draft go, once. It counts for the
 * draft and not for its words: what is typed until it leaves belongs to it.
 */
import type { DraftId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Handlers } from './router.ts';
import type { ShellClient } from './shell-client.ts';

type OutboxHandlers = Pick<
  Handlers,
  | 'outbox.list'
  | 'outbox.confirm'
  | 'outbox.send'
  | 'outbox.cancel'
  | 'outbox.retry'
  | 'outbox.sendNow'
  | 'outbox.settle'
>;

/** Longer than any picture takes; afterwards the person presses again. */
const CONFIRMED_MS = 5 * 60_000;

type Context = {
  clock: Pick<Clock, 'now'>;
  shell: Pick<ShellClient, 'request'>;
  rooms(): {
    store: { outbox: Pick<Store['outbox'], 'list'> };
    outbox: Pick<Outbox, 'send' | 'cancel' | 'retry' | 'sendNow' | 'settle'>;
  };
};

export function createOutboxHandlers(context: Context): OutboxHandlers {
  const { rooms, shell, clock } = context;
  const confirmedAt = new Map<DraftId, number>();
  const requirePress = () => shell.request('requirePress', {});

  /** Whether the person wanted this one sent; asked once, it has been asked. */
  function takeConfirmed(draftId: DraftId): boolean {
    const at = confirmedAt.get(draftId);
    confirmedAt.delete(draftId);
    return at !== undefined && clock.now() - at < CONFIRMED_MS;
  }

  return {
    'outbox.list': () => rooms().store.outbox.list(),
    'outbox.confirm': async ({ draftId }) => {
      await requirePress();
      confirmedAt.set(draftId, clock.now());
      return {};
    },
    'outbox.send': async ({ draftId, ...options }) => {
      if (!takeConfirmed(draftId)) await requirePress();
      return rooms().outbox.send(draftId, options);
    },
    'outbox.cancel': ({ submissionId }) => rooms().outbox.cancel(submissionId),
    'outbox.sendNow': async ({ submissionId }) => {
      await requirePress();
      return rooms().outbox.sendNow(submissionId);
    },
    'outbox.retry': async ({ submissionId }) => {
      await requirePress();
      return rooms().outbox.retry(submissionId);
    },
    'outbox.settle': ({ submissionId }) => {
      rooms().outbox.settle(submissionId);
      return {};
    },
  };
}
