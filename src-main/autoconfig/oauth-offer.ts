/**
 * Whether an IMAP server takes access tokens, and who gives them, asked of the server itself: its protected resource metadata
 * (RFC 9728) and what it answers to an attempt without a token (RFC 7628 §3.2.2). No name and no secret is sent.
 */
import { z } from 'zod';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { MAIL_SCOPES, type OauthOffer, type Question } from './found.ts';
import { publishedHost, publishedIssuer } from './published.ts';
import { openSecureLine, type SecureLine } from './secure-line.ts';

type Context = Pick<Question, 'network' | 'providers' | 'signal'>;

const resourceMetadata = z.object({
  resource: z.string(),
  authorization_servers: z.array(z.string()).min(1),
});
const refusal = z.object({ 'openid-configuration': z.string(), scope: z.string().optional() });

const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]{1,300}$/; // RFC 6749 §3.3

/** Undefined when it takes none, or does not say whose. Throws nothing: what is missing here was never promised. */
export async function findOauthOffer(
  imap: ServerSettings,
  context: Context,
): Promise<OauthOffer | undefined> {
  try {
    const said = await askImap(imap, context);
    if (said === undefined) return undefined;
    return offerOf(said, context) ?? (await askResource(imap.host, context));
  } catch {
    return undefined;
  }
}

/** What the server says when no token comes; empty when it takes tokens and says nothing; undefined when it takes none. */
async function askImap(imap: ServerSettings, { network, signal }: Context): Promise<string | undefined> {
  const line = await openSecureLine(imap, 'imap', network, signal);
  try {
    line.writeLine('b CAPABILITY');
    const { untagged } = await readUntil(line, 'b');
    const offers = new Set(untagged.join(' ').toUpperCase().split(' '));
    if (!offers.has('AUTH=OAUTHBEARER')) return offers.has('AUTH=XOAUTH2') ? '' : undefined;
    line.writeLine('c AUTHENTICATE OAUTHBEARER');
    if ((await readUntil(line, 'c')).status !== '+') return '';
    line.writeLine(base64(`n,,\x01host=${imap.host}\x01port=${imap.port}\x01auth=Bearer \x01\x01`));
    const answer = await readUntil(line, 'c');
    return answer.status === '+' ? Buffer.from(answer.text, 'base64').toString('utf8') : '';
  } finally {
    line.close();
  }
}

/** Reads up to a tagged answer or a continuation request. */
async function readUntil(
  line: SecureLine,
  tag: string,
): Promise<{ status: '+' | 'tagged'; text: string; untagged: string[] }> {
  const untagged: string[] = [];
  for (;;) {
    const text = await line.readLine();
    if (text.startsWith('+')) return { status: '+', text: text.slice(1).trim(), untagged };
    if (text.startsWith(`${tag} `)) return { status: 'tagged', text, untagged };
    untagged.push(text);
  }
}

function offerOf(said: string, { providers }: Context): OauthOffer | undefined {
  const read = refusal.safeParse(parseJson(said));
  if (!read.success) return undefined;
  const issuer = issuerOfConfiguration(read.data['openid-configuration']);
  const allowed = issuer === undefined ? undefined : publishedIssuer(issuer, providers);
  const scopes = (read.data.scope ?? '').split(' ').filter((scope) => SCOPE.test(scope));
  return allowed === undefined
    ? undefined
    : { issuer: allowed, scopes: scopes.length > 0 ? scopes.slice(0, 30) : MAIL_SCOPES };
}

/** The issuer whose metadata stands at this address: at its end (OpenID Connect Discovery §4), or between host and path (RFC 8414 §3). */
export function issuerOfConfiguration(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { origin, pathname } = new URL(address);
  const [before, after] = pathname.split(
    /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)/,
  );
  return before === undefined || after === undefined ? undefined : `${origin}${before}${after}`;
}

async function askResource(
  host: string,
  { network, providers, signal }: Context,
): Promise<OauthOffer | undefined> {
  if (publishedHost(host) === undefined) return undefined;
  const resource = `https://${host}`;
  const bytes = await network.get(`${resource}/.well-known/oauth-protected-resource`, signal);
  const read = resourceMetadata.safeParse(bytes && parseJson(Buffer.from(bytes).toString('utf8')));
  // RFC 9728 §3.3: it has to speak of the resource that was asked for.
  if (!read.success || read.data.resource.replace(/\/$/, '') !== resource) return undefined;
  for (const named of read.data.authorization_servers.slice(0, 5)) {
    const issuer = publishedIssuer(named, providers);
    if (issuer !== undefined) return { issuer, scopes: MAIL_SCOPES };
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
