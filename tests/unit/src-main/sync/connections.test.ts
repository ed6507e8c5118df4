import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import type { ImapConnection } from '../../../../src-main/imap/imap-connection.ts';
import { createConnections, type Purpose } from '../../../../src-main/sync/connections.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';

/** A server that takes so many connections at once. */
function server(most: number) {
  const clock = createManualClock(0);
  const open = new Set<ImapConnection>();
  let limit = most;
  let refusals = 0;
  const connections = createConnections({
    clock,
    signal: new AbortController().signal,
    open: async (purpose: Purpose) => {
      if (open.size >= limit) {
        refusals += 1;
        throw new MailError('server-busy', { retry: 'later', detail: { reason: 'connections' } });
      }
      const connection: Pick<ImapConnection, 'host' | 'isOpen' | 'onNews' | 'close' | 'probe'> = {
        host: purpose,
        isOpen: () => open.has(connection as ImapConnection),
        onNews: () => {},
        probe: async () => true,
        close: () => void open.delete(connection as ImapConnection),
      };
      open.add(connection as ImapConnection);
      return connection as ImapConnection;
    },
  });
  const setLimit = (next: number) => {
    limit = next;
  };
  return { connections, clock, open, refusals: () => refusals, setLimit };
}

const ALL: Purpose[] = ['watch', 'work', 'requests', 'transfer'];

describe('the connections of an account', () => {
  it('are four, one for each purpose, and never more', async () => {
    const { connections, open } = server(50);
    for (const purpose of [...ALL, ...ALL]) await connections.use(purpose, async () => {});
    expect(open.size).toBe(4);
    expect(ALL.every((purpose) => connections.isAlone(purpose))).toBe(true);
  });

  for (const most of [1, 2, 3]) {
    it(`are shared where the server takes ${most}, and what was learned is kept`, async () => {
      const { connections, open, refusals } = server(most);
      for (const purpose of [...ALL, ...ALL]) await connections.use(purpose, async () => {});
      expect(open.size).toBe(most);
      expect(refusals()).toBe(1);
    });
  }

  it('are tried again after a while', async () => {
    const { connections, clock, open, setLimit } = server(1);
    for (const purpose of ALL) await connections.use(purpose, async () => {});
    setLimit(10);
    for (const purpose of ALL) await connections.use(purpose, async () => {});
    expect(open.size).toBe(1);
    clock.advance(11 * 60_000);
    for (const purpose of ALL) await connections.use(purpose, async () => {});
    expect(open.size).toBe(4);
  });

  it('serve what the person waits for before the background work', async () => {
    const { connections } = server(1);
    for (const purpose of ALL) await connections.use(purpose, async () => {});
    const order: string[] = [];
    let finish = () => {};
    const first = connections.use('work', () => new Promise<void>((resolve) => (finish = resolve)));
    await Promise.resolve();
    const waiting = (['work', 'transfer', 'watch', 'requests'] as const).map((purpose) =>
      connections.use(purpose, async () => void order.push(purpose)),
    );
    await new Promise((resolve) => setImmediate(resolve));
    finish();
    await Promise.all([first, ...waiting]);
    expect(order).toEqual(['requests', 'watch', 'transfer', 'work']);
  });

  it('say it when the server takes none', async () => {
    const { connections } = server(0);
    await expect(connections.use('watch', async () => {})).rejects.toMatchObject({ code: 'server-busy' });
  });
});
