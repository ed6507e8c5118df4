import { RARE_WORD } from './corpus.mjs';
import { COMMON_WORD } from './corpus-words.mjs';
import { BENCH_PASSWORD, BENCH_USER, startMailServer } from './mail-server.ts';
import { interleaved, median } from './measure.ts';
import { createPeers, ensurePeers } from './peers.mjs';
import { againstFloor, type Suite } from './suite.ts';

const TIMES = 10;

/** What other programs make of the same mail on the same server; asked for by name, because an index of theirs takes minutes. */
export const suite: Suite = {
  name: 'peers',
  figures: [],
  onlyByName: true,
  async *run(context) {
    ensurePeers();
    const count = context.quick ? 2_000 : 20_000;
    const server = await startMailServer(context, count);
    const note = `${count.toLocaleString('en-US')} messages`;
    const perSecond = (milliseconds: number) => (count / milliseconds) * 1000;
    try {
      const home = context.run.folder('peers', 0o700);
      const peers = createPeers({ home, port: server.port, user: BENCH_USER, password: BENCH_PASSWORD });
      yield {
        name: 'peer.mbsync',
        value: perSecond(await peers.mbsync()),
        unit: 'msg/s',
        note: `whole messages; ${note}`,
      };
      const again = await interleaved(5, { mbsync: async () => void (await peers.mbsync()) });
      yield {
        name: 'peer.mbsync.unchanged',
        value: median(again.mbsync),
        unit: 'ms',
        note: `with the login; ${note}`,
      };
      await peers.mu.init();
      for (const name of ['mu', 'notmuch'] as const) {
        const { index, search, start } = peers[name];
        yield {
          name: `peer.${name}.index`,
          value: perSecond(await index()),
          unit: 'msg/s',
          note: `full text; ${note}`,
        };
        const times = await interleaved(TIMES, {
          start: async () => void (await start()),
          rare: async () => void (await search(RARE_WORD)),
          common: async () => void (await search(COMMON_WORD)),
          unchanged: async () => void (await index()),
        });
        const floor = median(times.start);
        const words = 'floor: the start of its process';
        for (const kind of ['rare', 'common'] as const) {
          yield againstFloor(
            {
              name: `peer.${name}.search.${kind}`,
              value: median(times[kind]),
              unit: 'ms',
              note: `first 50; ${words}; ${note}`,
            },
            floor,
          );
        }
        yield againstFloor(
          {
            name: `peer.${name}.unchanged`,
            value: median(times.unchanged),
            unit: 'ms',
            note: `nothing new; ${words}; ${note}`,
          },
          floor,
        );
      }
    } finally {
      await server.stop();
    }
  },
};
