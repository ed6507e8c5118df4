import type { Reading } from '../reading/reading.ts';
import type { Store } from '../store/store.ts';
import type { Handlers } from './router.ts';
import type { ShellClient } from './shell-client.ts';

type ReadingHandlers = Pick<
  Handlers,
  | 'messages.getTrust'
  | 'messages.checkSignature'
  | 'messages.loadPictures'
  | 'senders.list'
  | 'senders.forget'
  | 'messages.unsubscribe'
>;

export function createReadingHandlers(context: {
  shell: Pick<ShellClient, 'request'>;
  rooms(): { reading: Reading; store: Pick<Store, 'senders'> };
}): ReadingHandlers {
  const requirePress = () => context.shell.request('requirePress', {});
  const { rooms } = context;

  return {
    'messages.getTrust': ({ messageIds }) => rooms().reading.getTrust(messageIds),
    'messages.checkSignature': async ({ messageId }, signal) => {
      await requirePress();
      return rooms().reading.checkSignature(messageId, signal);
    },
    'messages.loadPictures': async ({ messageId, always }, signal) => {
      const { reading } = rooms();
      const [trust] = reading.getTrust([messageId]);
      if (always || !trust?.loadsPictures) {
        try {
          await requirePress();
        } catch (error) {
          // It says to be of a sender whom the person has chosen, and nobody has proved it: then nothing happens by itself.
          if (!always && reading.wantsPictures(messageId)) return { pictures: {}, failed: 0 };
          throw error;
        }
      }
      return reading.loadPictures(messageId, { always, signal });
    },
    'senders.list': () => rooms().store.senders.list(),
    'senders.forget': ({ address }) => {
      rooms().store.senders.forget(address);
      return {};
    },
    'messages.unsubscribe': async ({ messageId }, signal) => {
      await requirePress();
      return rooms().reading.unsubscribe(messageId, signal);
    },
  };
}
