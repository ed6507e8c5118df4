/**
 * How the room reaches the network: questions to DNS, one https request, one TCP connection. Nothing else of it touches a socket,
 * so that a lab can stand in for the whole network with `dnsServers` and `ports`.
 */
import { Resolver } from 'node:dns/promises';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { connectionErrorOf, nodeErrorCode } from '../base/errors.ts';
import { httpsGet } from './https-get.ts';

/** Every request ends by its signal. What does not exist is empty or undefined; what cannot be reached throws. */
export type Network = {
  mx(domain: string, signal: AbortSignal): Promise<{ exchange: string; priority: number }[]>;
  srv(
    name: string,
    signal: AbortSignal,
  ): Promise<{ name: string; port: number; priority: number; weight: number }[]>;
  /** Each record as one text (RFC 1035 §3.3.14: its strings joined). */
  txt(name: string, signal: AbortSignal): Promise<string[]>;
  /** The body of a file; undefined when there is none. Throws protocol-error for a redirect and for too much, tls-*, connection errors. */
  get(url: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Throws connection errors, or the signal's reason. */
  connect(target: { host: string; port: number }, signal: AbortSignal): Promise<Socket>;
};

export type NetworkOptions = {
  /** `ADDRESS:PORT` of DNS servers that are asked instead of the system's, also for addresses. */
  dnsServers?: readonly string[] | undefined;
  /** Where a port of the network really is. */
  ports?: Readonly<Record<number, number>>;
};

const DNS_TIME = 1_500;

export function createNetwork({ dnsServers, ports = {} }: NetworkOptions = {}): Network {
  const portOf = (port: number): number => ports[port] ?? port;
  const lookup = dnsServers && lookupBy(dnsServers);

  async function ask<T>(signal: AbortSignal, question: (resolver: Resolver) => Promise<T[]>): Promise<T[]> {
    signal.throwIfAborted();
    const resolver = new Resolver({ timeout: DNS_TIME, tries: 2 });
    if (dnsServers) resolver.setServers(dnsServers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await question(resolver);
    } catch (error) {
      signal.throwIfAborted();
      if (isNoAnswer(error)) return [];
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  return {
    mx: (domain, signal) => ask(signal, (resolver) => resolver.resolveMx(domain)),
    srv: (name, signal) => ask(signal, (resolver) => resolver.resolveSrv(name)),
    txt: async (name, signal) => {
      const records = await ask(signal, (resolver) => resolver.resolveTxt(name));
      return records.map((strings) => strings.join(''));
    },
    get: (url, signal) => httpsGet(url, { signal, lookup, portOf }),
    connect: ({ host, port }, signal) => connectTcp({ host, port: portOf(port), lookup }, signal),
  };
}

function isNoAnswer(error: unknown): boolean {
  const code = nodeErrorCode(error);
  return code === 'ENODATA' || code === 'ENOTFOUND' || code === 'EBADNAME';
}

/** As the system's look-up is called, but by these DNS servers. */
function lookupBy(servers: readonly string[]): LookupFunction {
  return (host, options, callback) => {
    const resolver = new Resolver({ timeout: DNS_TIME, tries: 2 });
    resolver.setServers(servers);
    resolver.resolve4(host).then(
      (addresses) =>
        options.all
          ? callback(
              null,
              addresses.map((address) => ({ address, family: 4 })),
            )
          : callback(null, addresses[0] ?? '', 4),
      (error: NodeJS.ErrnoException) => {
        // The system's look-up has one word for both.
        if (isNoAnswer(error)) error.code = 'ENOTFOUND';
        callback(error, '');
      },
    );
  };
}

function connectTcp(
  { host, port, lookup }: { host: string; port: number; lookup: LookupFunction | undefined },
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host, port, ...(lookup && { lookup }) });
    const abort = () => socket.destroy(toError(signal.reason));
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', abort);
      reject(signal.aborted ? signal.reason : (connectionErrorOf(error, host) ?? error));
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}
