/**
 * What published settings may name. They come from outside and are worth no more than who published them, so nothing in them may
 * reach into this computer or its network: a host is a full domain name, never an address, `localhost` or a single label. A server
 * that a provider file of this computer names exactly so is taken as it stands.
 */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Security, ServerSettings } from '../../src-shared/model/server-settings.ts';
import { isAllowedServerUrl } from '../base/server-url.ts';
import type { Provider } from './provider-file.ts';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Names that no public server has (RFC 6761, RFC 6762, and what is left for private use). */
const PRIVATE_ENDS = new Set(['localhost', 'local', 'internal', 'arpa', 'lan', 'home', 'corp', 'onion']);
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** The host in ASCII and lower case, without a last dot; undefined when it may not be used. */
export function publishedHost(text: string): string | undefined {
  // Whatever else it holds, `domainToASCII` would read as the end of the host, or leave out.
  if (text.length > 253 || !/^[\p{L}\p{M}\p{N}.-]+$/u.test(text)) return undefined;
  const host = domainToASCII(text.replace(/\.$/, '')).toLowerCase();
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length < 2 || isIP(host) !== 0 || /^[0-9]/.test(last) || PRIVATE_ENDS.has(last))
    return undefined;
  return labels.every((label) => LABEL.test(label)) ? host : undefined;
}

/** Settings of one server as they were published; undefined when the host or the port may not be used. */
export function publishedServer(
  { host, port, security }: { host: string; port: number; security: Security },
  providers: readonly Provider[],
): ServerSettings | undefined {
  if (!Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  const isNamedHere = providers.some(({ imap, smtp }) =>
    [imap, smtp].some((one) => one.host === host && one.port === port && one.security === security),
  );
  const allowed = isNamedHere ? host : publishedHost(host);
  return allowed === undefined ? undefined : { host: allowed, port, security };
}

/** The issuer as it was published; Mail Autoconfig may name it by its host alone. Undefined when it may not be asked. */
export function publishedIssuer(text: string, providers: readonly Provider[]): string | undefined {
  if (providers.some(({ oauth }) => oauth?.issuer === text)) return text;
  const url = publishedHost(text) === undefined ? text : `https://${publishedHost(text)}`;
  if (!isAllowedServerUrl(url, false)) return undefined;
  return publishedHost(new URL(url).hostname) === undefined ? undefined : url;
}

/** One line of text that a person is shown; what cannot be seen, or turns the writing around, is taken out. */
export function publishedText(text: string, most: number): string {
  return text.replace(UNSHOWABLE, ' ').replace(/\s+/g, ' ').trim().slice(0, most);
}

/** A login name; undefined when it has what no name has. */
export function publishedUserName(text: string): string | undefined {
  return text === '' || text.length > 320 || /[\s\p{C}]/u.test(text) ? undefined : text;
}
