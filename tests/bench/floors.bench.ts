import { imapflowEnvelopes, imapflowSources, rawEnvelopes } from './floors.ts';
import { startMailServer } from './mail-server.ts';
import type { Suite } from './suite.ts';

/** The floors by themselves, so that a figure can be held against what the machine could do that day. */
export const suite: Suite = {
  name: 'floors',
  figures: [],
  async *run(context) {
    const count = context.quick ? 20_000 : 100_000;
    const server = await startMailServer(context, count);
    const note = `${count.toLocaleString('en-US')} messages, server's cache warm`;
    const perSecond = (milliseconds: number) => (count / milliseconds) * 1000;
    try {
      const raw = await rawEnvelopes(server.port);
      yield { name: 'floor.raw-envelopes', value: perSecond(raw), unit: 'msg/s', note };
      const envelopes = await imapflowEnvelopes(server.port);
      yield { name: 'floor.imapflow-envelopes', value: perSecond(envelopes), unit: 'msg/s', note };
      const sources = Math.min(count, 20_000);
      const taken = await imapflowSources(server.port, `1:${sources}`);
      yield {
        name: 'floor.imapflow-sources',
        value: (sources / taken) * 1000,
        unit: 'msg/s',
        note: `${sources.toLocaleString('en-US')} messages`,
      };
    } finally {
      await server.stop();
    }
  },
};
