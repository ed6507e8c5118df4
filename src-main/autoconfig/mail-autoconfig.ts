/**
 * Mail Autoconfig (draft-ietf-mailmaint-autoconfig, version 1.1 and 1.2 of the format): an XML file at the domain, or in Mozilla's
 * list (ISPDB). Over https only; a server without TLS is passed over, and the next one in the file is looked at.
 */
import type { DiscoverySource } from '../../src-shared/model/discovery.ts';
import type { Security, ServerSettings } from '../../src-shared/model/server-settings.ts';
import { type Found, MAIL_SCOPES, notTaken, type OauthOffer, type Question } from './found.ts';
import type { Provider } from './provider-file.ts';
import { publishedIssuer, publishedServer, publishedText, publishedUserName } from './published.ts';
import { childrenOf, readXml, textOf, type XmlElement } from './xml-tree.ts';

const SECURITIES: Record<string, Security> = { SSL: 'tls', TLS: 'tls', STARTTLS: 'starttls' };
const PASSWORDS = new Set(['password-cleartext', 'password-encrypted', 'plain', 'secure']);
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]{1,300}$/; // RFC 6749 §3.3

/** The places at the domain itself, best first. The address goes only to the host that is there for nothing else. */
export function autoconfigPlaces({ domain, address }: Pick<Question, 'domain' | 'address'>): string[] {
  return [
    `https://autoconfig.${domain}/mail/config-v1.1.xml?emailaddress=${encodeURIComponent(address)}`,
    `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`,
  ];
}

/** Asks one place. Throws protocol-error for what may not be used, and what the network throws. */
export async function askAutoconfig(
  url: string,
  source: Extract<DiscoverySource, 'autoconfig' | 'ispdb'>,
  question: Question,
): Promise<Found | undefined> {
  const bytes = await question.network.get(url, question.signal);
  return bytes && readAutoconfig(bytes, { ...question, source, from: new URL(url).host });
}

/** The settings in such a file; undefined when it is no such file, or has none for IMAP and SMTP. Throws protocol-error. */
function readAutoconfig(
  bytes: Uint8Array,
  context: Pick<Question, 'address' | 'domain' | 'providers'> & Pick<Found, 'source' | 'from'>,
): Found | undefined {
  const { address, domain, providers, source, from } = context;
  const root = readXml(bytes);
  if (root.name !== 'clientConfig') return undefined;
  const [mail] = childrenOf(root, 'emailProvider');
  const imap = firstServer(mail, 'incomingServer', 'imap', context);
  const smtp = firstServer(mail, 'outgoingServer', 'smtp', context);
  if (!imap || !smtp) return undefined;
  const oauth = imap.takesOauth
    ? readOauth(childrenOf(root, 'oAuth2')[0] ?? childrenOf(mail, 'oAuth2')[0], providers)
    : undefined;
  return {
    source,
    from,
    name: publishedText(fillIn(textOf(mail, 'displayName') ?? '', address) ?? '', 100) || domain,
    imap: imap.settings,
    smtp: smtp.settings,
    userName: imap.userName,
    smtpUserName: smtp.userName,
    takesPassword: imap.takesPassword,
    ...(oauth && { oauth }),
  };
}

type Server = {
  settings: ServerSettings;
  userName: string;
  takesOauth: boolean;
  takesPassword: boolean;
};

/** The first that can be used (the file has the best first); throws protocol-error when there are some and none can be. */
function firstServer(
  mail: XmlElement | undefined,
  element: string,
  type: string,
  context: Pick<Question, 'address' | 'providers'>,
): Server | undefined {
  const there = childrenOf(mail, element).filter(({ attributes }) => attributes.type?.toLowerCase() === type);
  for (const one of there) {
    const server = readServer(one, context);
    if (server) return server;
  }
  if (there.length > 0) throw notTaken();
  return undefined;
}

function readServer(
  element: XmlElement,
  { address, providers }: Pick<Question, 'address' | 'providers'>,
): Server | undefined {
  const security = SECURITIES[textOf(element, 'socketType')?.toUpperCase() ?? ''];
  const host = fillIn(textOf(element, 'hostname') ?? '', address);
  const userName = publishedUserName(fillIn(textOf(element, 'username') ?? address, address) ?? '');
  if (security === undefined || host === undefined || userName === undefined) return undefined;
  const settings = publishedServer({ host, port: readPort(textOf(element, 'port')), security }, providers);
  const kinds = childrenOf(element, 'authentication').map(({ text }) => text.trim().toLowerCase());
  const takesOauth = kinds.includes('oauth2');
  const takesPassword = kinds.length === 0 || kinds.some((kind) => PASSWORDS.has(kind));
  if (!settings || !(takesOauth || takesPassword)) return undefined;
  return { settings, userName, takesOauth, takesPassword };
}

function readPort(text: string | undefined): number {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
}

/** Puts the address where the file leaves a place for it; undefined when it leaves one that nobody knows. */
function fillIn(text: string, address: string): string | undefined {
  const at = address.lastIndexOf('@');
  const parts: Record<string, string> = {
    EMAILADDRESS: address,
    EMAILLOCALPART: address.slice(0, at),
    EMAILDOMAIN: address.slice(at + 1),
  };
  let isKnown = true;
  const filled = text.replace(/%([A-Z]+)%/g, (whole, name: string) => {
    const part = parts[name];
    if (part === undefined) isKnown = false;
    return part ?? whole;
  });
  return isKnown ? filled : undefined;
}

function readOauth(element: XmlElement | undefined, providers: readonly Provider[]): OauthOffer | undefined {
  const named = textOf(element, 'issuer');
  if (named === undefined) return undefined;
  const issuer = publishedIssuer(named, providers);
  if (issuer === undefined) throw notTaken();
  const scopes = (textOf(element, 'scope') ?? '').split(/[\s,]+/).filter((scope) => SCOPE.test(scope));
  return { issuer, scopes: scopes.length > 0 ? scopes.slice(0, 30) : MAIL_SCOPES };
}
