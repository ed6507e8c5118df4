/**
 * The only way from a message to the web: https at port 443, to addresses of the public network, without cookies, without a referrer,
 * without a name of this program. A name is resolved first; the connection goes to the addresses that were looked at and to no
 * others, and the connected socket is looked at once more before a byte of TLS is sent.
 */
import { lookup, Resolver } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { imageTypeOf } from '../../src-shared/picture/image-type.ts';
import { connectionErrorOf, MailError } from '../base/errors.ts';
import { limitTime } from '../base/time-limit.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { isPublicAddress } from './public-address.ts';

export type Picture = { type: string; content: Uint8Array };

export type WebClient = {
  /**
   * A picture of at most 10 MB and 50 million pixels, in 10 seconds, over at most three redirects. `onHost` is told of each host that is
   * connected to. Throws pictures-refused for what is no picture and for what is not to be asked, tls-*, connection errors, the signal's reason.
   */
  loadPicture(url: string, signal: AbortSignal, onHost: (host: string) => void): Promise<Picture>;
  /** RFC 8058 §3.2: one POST, whose answer is not read and whose redirects are not followed. Throws unsubscribe-refused, or as above. */
  postOneClick(url: string, signal: AbortSignal, onHost: (host: string) => void): Promise<void>;
};

/** A developer's own network stands in for the outside, in unpackaged runs: its DNS servers, and where port 443 really is. */
export type Lab = {
  dnsServers: readonly string[];
  httpsPort: number;
  /** Its names may lead to 127.0.0.1, and to nothing else that is not public. */
  allowsLoopback: boolean;
};

export type WebClientOptions = {
  lab?: Lab | undefined;
  /** Milliseconds for one picture or one POST, redirects included. */
  time?: number;
};

export const LARGEST_PICTURE = 10_000_000;
const MOST_REDIRECTS = 3;
const TIME = 10_000;
const HTTPS_PORT = 443;
const LONGEST_ADDRESS = 8_000;
const DNS_TIME = 3_000;
/** The same for everybody, and of a form that servers of pictures know. */
const USER_AGENT = 'Mozilla/5.0';
const PICTURE_TYPES = 'image/webp,image/png,image/jpeg,image/gif';
/** Names that lead to this computer or to the network around it, whatever resolves them; `.onion` is not for DNS (RFC 7686). */
const NEAR_NAME = /(^|\.)(localhost|local|internal|lan|home|corp|intranet|home\.arpa|onion|alt)$/;

type Asked = { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string };

/** One exchange and how long it may take: `caller` is whoever asked, `limited` also knows the time. */
type Way = {
  /** What is thrown where nothing is to be asked, and for an answer that is none. */
  refusal: 'pictures-refused' | 'unsubscribe-refused';
  lab: Lab | undefined;
  caller: AbortSignal;
  limited: AbortSignal;
  onHost: (host: string) => void;
};

export function createWebClient({ lab, time = TIME }: WebClientOptions = {}): WebClient {
  async function within<T>(
    wanted: Pick<Way, 'refusal' | 'caller' | 'onHost'>,
    task: (way: Way) => Promise<T>,
  ): Promise<T> {
    const limit = limitTime(wanted.caller, time);
    try {
      return await task({ ...wanted, lab, limited: limit.signal });
    } finally {
      limit.end();
    }
  }

  return {
    loadPicture: (address, caller, onHost) =>
      within({ refusal: 'pictures-refused', caller, onHost }, async (way) => {
        const asked: Asked = { method: 'GET', headers: { accept: PICTURE_TYPES } };
        let url = webAddress(address);
        for (let turn = 0; url && turn <= MOST_REDIRECTS; turn++) {
          const found = await exchange(url, asked, way, readPicture);
          if (typeof found !== 'string') return found;
          url = webAddress(found, url);
        }
        throw refused();
      }),
    postOneClick: (address, caller, onHost) =>
      within({ refusal: 'unsubscribe-refused', caller, onHost }, async (way) => {
        const url = webAddress(address);
        if (!url) throw new MailError('unsubscribe-refused');
        const body = 'List-Unsubscribe=One-Click';
        const headers = {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(body.length),
        };
        const asked: Asked = { method: 'POST', headers, body };
        const status = await exchange(url, asked, way, async ({ statusCode = 0 }) => statusCode);
        if (status < 200 || status > 299)
          throw new MailError('unsubscribe-refused', { detail: { host: url.hostname } });
      }),
  };
}

const refused = (): MailError => new MailError('pictures-refused');

/** An address that may be asked; undefined for every other. Plain http becomes https, and nothing is asked where that is not served. */
function webAddress(text: string, base?: URL): URL | undefined {
  if (text.length > LONGEST_ADDRESS || !URL.canParse(text, base?.href)) return undefined;
  const url = new URL(text, base);
  if (url.protocol === 'http:') url.protocol = 'https:';
  url.hash = '';
  const host = url.hostname.replace(/\.$/, '');
  const literal = host.replace(/^\[|\]$/g, '');
  const isPlace = isIP(literal) > 0 ? isPublicAddress(literal) : host.includes('.') && !NEAR_NAME.test(host);
  const isPlain = url.username === '' && url.password === '' && url.port === '';
  return url.protocol === 'https:' && isPlain && isPlace ? url : undefined;
}

/** Throws what the reader throws, tls-*, connection errors, or the reason of whoever asked. */
async function exchange<T>(
  url: URL,
  asked: Asked,
  way: Way,
  read: (response: IncomingMessage) => Promise<T>,
): Promise<T> {
  const { caller, limited, lab, onHost, refusal } = way;
  const refused = () => new MailError(refusal, { detail: { host: url.hostname } });
  try {
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(literal) > 0 ? [literal] : await untilAborted(resolve(url.hostname, lab), limited);
    const isAllowed = (address: string) => isPublicAddress(address) || isOfLab(address, lab);
    // One that is not public among them, and the name is a trick.
    if (addresses.length === 0 || !addresses.every(isAllowed)) throw refused();
    onHost(url.hostname);
    const response = await send(url, asked, { addresses, isAllowed, refused, lab, signal: limited });
    try {
      return await read(response);
    } finally {
      response.destroy();
    }
  } catch (error) {
    caller.throwIfAborted();
    const host = url.hostname;
    if (limited.aborted) throw new MailError('connection-timed-out', { retry: 'later', detail: { host } });
    throw error instanceof MailError ? error : (connectionErrorOf(error, host) ?? refused());
  }
}

const isOfLab = (address: string, lab: Lab | undefined): boolean =>
  lab?.allowsLoopback === true && address === '127.0.0.1';

async function resolve(host: string, lab: Lab | undefined): Promise<string[]> {
  if (!lab) return (await lookup(host, { all: true })).map(({ address }) => address);
  const resolver = new Resolver({ timeout: DNS_TIME, tries: 1 });
  resolver.setServers(lab.dnsServers);
  return resolver.resolve4(host);
}

function send(
  url: URL,
  { method, headers, body }: Asked,
  target: {
    addresses: readonly string[];
    isAllowed(address: string): boolean;
    refused(): MailError;
    lab: Lab | undefined;
    signal: AbortSignal;
  },
): Promise<IncomingMessage> {
  const { addresses, isAllowed, refused, lab, signal } = target;
  const resolved = addresses.map((address) => ({ address, family: isIP(address) }));
  // What was looked at is what is connected to: the name is not asked about again, whatever it would answer now.
  const known: LookupFunction = (_host, options, callback) => {
    const [first] = resolved;
    if (options.all) callback(null, resolved);
    else callback(null, first?.address ?? '', first?.family);
  };
  return new Promise((accept, reject) => {
    const sent = request(
      {
        method,
        host: url.hostname.replace(/^\[|\]$/g, ''),
        ...(isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 && { servername: url.hostname }),
        port: lab?.httpsPort ?? HTTPS_PORT,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, 'user-agent': USER_AGENT, ...headers },
        agent: false, // no connection, and no session of TLS, is used twice: nothing ties two messages together
        minVersion: 'TLSv1.2', // RFC 9325 §3.1.1
        rejectUnauthorized: true,
        maxHeaderSize: 16_384,
        signal,
        lookup: known,
      },
      accept,
    );
    sent.on('error', reject);
    sent.on('socket', (socket: Socket) => {
      socket.once('connect', () => {
        if (!isAllowed(socket.remoteAddress ?? '')) sent.destroy(refused());
      });
    });
    sent.end(body);
  });
}

/** The picture, or the address to which a redirect leads. */
async function readPicture(response: IncomingMessage): Promise<Picture | string> {
  const { statusCode = 0, headers } = response;
  if ([301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined)
    return headers.location;
  if (statusCode !== 200 || Number(headers['content-length'] ?? 0) > LARGEST_PICTURE) throw refused();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes: Buffer = chunk;
    size += bytes.byteLength;
    if (size > LARGEST_PICTURE) throw refused();
    chunks.push(bytes);
  }
  const content = Buffer.concat(chunks);
  // What the server calls it counts for nothing.
  const type = imageTypeOf(content);
  if (!response.complete || type === undefined) throw refused();
  return { type, content };
}
