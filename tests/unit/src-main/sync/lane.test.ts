import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import type { ImapConnection } from '../../../../src-main/imap/imap-connection.ts';
import { createLane } from '../../../../src-main/sync/lane.ts';

const lost = () => new MailError('connection-lost', { retry: 'later' });

/** A connection that only knows whether it lives. */
function connection(name: string, answersProbe = true) {
  let isOpen = true;
  const fake: Pick<ImapConnection, 'host' | 'isOpen' | 'probe' | 'close' | 'onNews'> = {
    host: name,
    isOpen: () => isOpen,
    onNews: () => {},
    probe: async () => {
      isOpen = answersProbe;
      return isOpen;
    },
    close: () => {
      isOpen = false;
    },
  };
  return fake as ImapConnection;
}

function lane(connections: ImapConnection[]) {
  let now = 0;
  const controller = new AbortController();
  let opened = 0;
  const created = createLane({
    clock: { now: () => now, after: () => () => {} },
    signal: controller.signal,
    open: async () => {
      const next = connections[opened++];
      if (!next) throw lost();
      return next;
    },
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { ...created, controller, opened: () => opened, pass };
}

const nameOf = async ({ host }: ImapConnection) => host;

describe('a lane', () => {
  it('opens when it is first needed and keeps the connection', async () => {
    const { use, opened } = lane([connection('one')]);
    expect(opened()).toBe(0);
    expect(await use(nameOf)).toBe('one');
    expect(await use(nameOf)).toBe('one');
    expect(opened()).toBe(1);
  });

  it('runs one task at a time', async () => {
    const { use } = lane([connection('one')]);
    const steps: string[] = [];
    let finish = () => {};
    const first = use(async () => {
      steps.push('first begins');
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      steps.push('first ends');
    });
    const second = use(async () => void steps.push('second'));
    await new Promise((resolve) => setImmediate(resolve));
    finish();
    await Promise.all([first, second]);
    expect(steps).toEqual(['first begins', 'first ends', 'second']);
  });

  it('tries once more when a kept connection turns out to be dead', async () => {
    const [one, two] = [connection('one'), connection('two')];
    const { use } = lane([one, two]);
    await use(nameOf);
    const answer = await use(async (current) => {
      if (current === one) {
        one.close();
        throw lost();
      }
      return current.host;
    });
    expect(answer).toBe('two');
  });

  it('does not try again on a connection that was just opened, nor after another failure', async () => {
    const { use } = lane([connection('one'), connection('two')]);
    await expect(
      use(async () => {
        throw lost();
      }),
    ).rejects.toMatchObject({ code: 'connection-lost' });
    await expect(
      use(async () => {
        throw new MailError('mailbox-missing');
      }),
    ).rejects.toMatchObject({ code: 'mailbox-missing' });
  });

  it('asks a connection that was long quiet for a sign of life first', async () => {
    const { use, pass } = lane([connection('one', false), connection('two')]);
    expect(await use(nameOf)).toBe('one');
    pass(5 * 60_000);
    expect(await use(nameOf)).toBe('two');
  });

  it('gives up with the reason of the signal', async () => {
    const { use, controller } = lane([connection('one')]);
    const reason = new Error('stop');
    controller.abort(reason);
    await expect(use(nameOf)).rejects.toBe(reason);
  });
});
