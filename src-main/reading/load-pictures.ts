/** The remote pictures of one message: their addresses out of the stored HTML, each fetched once, kept encrypted with the message. */
import type { MessageId } from '../../src-shared/model/ids.ts';
import { limitTime } from '../base/time-limit.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { KeptPicture, PictureTable } from '../store/picture-table.ts';
import type { WebClient } from '../web/web-client.ts';
import { remotePicturesIn } from './remote-pictures.ts';

export type LoadedPictures = {
  /** By their addresses as they stand in the HTML: data: URLs. */
  pictures: Record<string, string>;
  failed: number;
  /** Hosts that were connected to. */
  hosts: string[];
};

const MOST_PICTURES = 200;
const AT_ONCE = 6;
const ALL_BYTES = 40_000_000;
const ALL_TIME = 60_000;

/** Never throws but for the signal's reason: a picture that cannot be had is counted. */
export async function loadPictures(
  messageId: MessageId,
  html: string,
  options: { web: WebClient; kept: PictureTable; signal: AbortSignal },
): Promise<LoadedPictures> {
  const { web, kept, signal } = options;
  const limit = limitTime(signal, ALL_TIME);
  const limited = limit.signal;
  const found = new Map<string, KeptPicture>();
  const hosts = new Set<string>();
  const addresses = remotePicturesIn(html, MOST_PICTURES);
  const waiting = [...addresses];
  let bytes = 0;

  function take(address: string, picture: KeptPicture): boolean {
    bytes += picture.content.byteLength;
    if (bytes > ALL_BYTES) {
      limit.abort();
      return false;
    }
    found.set(address, picture);
    return true;
  }

  async function load(): Promise<void> {
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      if (limited.aborted) return;
      const there = kept.get(messageId, address);
      if (there) take(address, there);
      else {
        const picture = await web
          .loadPicture(address, limited, (host) => hosts.add(host))
          .catch(() => undefined);
        if (picture && !limited.aborted && take(address, picture)) kept.put(messageId, address, picture);
      }
    }
  }

  try {
    await untilAborted(Promise.all(Array.from({ length: AT_ONCE }, load)), signal);
  } finally {
    limit.end();
  }
  return {
    pictures: Object.fromEntries([...found].map(([address, picture]) => [address, dataUrlOf(picture)])),
    failed: addresses.length - found.size,
    hosts: [...hosts],
  };
}

const dataUrlOf = ({ type, content }: KeptPicture): string =>
  `data:${type};base64,${Buffer.from(content).toString('base64')}`;
