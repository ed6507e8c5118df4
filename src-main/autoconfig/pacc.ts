/**
 * Automatic configuration of mail programs (draft-ietf-mailmaint-pacc): a JSON file at a host of the domain's own, and in DNS the
 * digest of exactly these bytes, so that whoever has only the web host or only the DNS cannot change it alone.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Found, MAIL_SCOPES, notTaken, type Question } from './found.ts';
import { publishedIssuer, publishedServer, publishedText } from './published.ts';

const server = z.object({ host: z.string() });

const document = z.object({
  protocols: z.object({ imap: server.optional(), smtp: server.optional(), submission: server.optional() }),
  authentication: z
    .object({
      'oauth-public': z.object({ issuer: z.string() }).optional(),
      password: z.boolean().optional(),
    })
    .optional(),
  info: z.object({ provider: z.object({ name: z.string() }) }).optional(),
});

export function paccHost(domain: string): string {
  return `ua-auto-config.${domain}`;
}

/** Throws protocol-error when the file is not what DNS announces or may not be used, and what the network throws. */
export async function askPacc({
  domain,
  address,
  providers,
  network,
  signal,
}: Question): Promise<Found | undefined> {
  const host = paccHost(domain);
  const [bytes, records] = await Promise.all([
    network.get(`https://${host}/.well-known/user-agent-configuration.json`, signal),
    network.txt(`_${host}`, signal),
  ]);
  if (!bytes) return undefined;
  if (!records.some((record) => announces(record, bytes))) throw notTaken();
  const { protocols, authentication, info } = readDocument(bytes);
  const sender = protocols.smtp ?? protocols.submission;
  if (!protocols.imap || !sender) return undefined;
  // The file names no ports: they are those of implicit TLS.
  const imap = publishedServer({ host: protocols.imap.host, port: 993, security: 'tls' }, providers);
  const smtp = publishedServer({ host: sender.host, port: 465, security: 'tls' }, providers);
  const named = authentication?.['oauth-public']?.issuer;
  const issuer = named === undefined ? undefined : publishedIssuer(named, providers);
  const takesPassword = authentication?.password ?? authentication === undefined;
  if (!imap || !smtp || (named !== undefined && issuer === undefined)) throw notTaken();
  return {
    source: 'pacc',
    from: host,
    name: publishedText(info?.provider.name ?? '', 100) || domain,
    imap,
    smtp,
    userName: address,
    smtpUserName: address,
    takesPassword,
    ...(issuer !== undefined && { oauth: { issuer, scopes: MAIL_SCOPES } }),
  };
}

/** Whether a TXT record holds the SHA-256 of these bytes: `v=UAAC1; a=sha256; d=BASE64`. */
export function announces(record: string, bytes: Uint8Array): boolean {
  const tags = new Map(
    record.split(';').map((tag): [string, string] => {
      const [name = '', ...value] = tag.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
  if (tags.get('v')?.toUpperCase() !== 'UAAC1' || tags.get('a')?.toLowerCase() !== 'sha256') return false;
  const announced = Buffer.from(tags.get('d') ?? '', 'base64');
  const actual = createHash('sha256').update(bytes).digest();
  return announced.length === actual.length && timingSafeEqual(announced, actual);
}

function readDocument(bytes: Uint8Array): z.infer<typeof document> {
  try {
    return document.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw notTaken(error);
  }
}
