import type { Security, ServerSettings } from '../../src-shared/model/server-settings.ts';
import { type Found, notTaken, type Question } from './found.ts';
import { publishedServer } from './published.ts';

/** Records of one service that are looked at: nobody has a use for more. */
const MOST_RECORDS = 20;

/** Servers that the domain names in DNS (RFC 6186), implicit TLS first (RFC 8314 §5.1). Throws protocol-error when none may be used. */
export async function askSrv(question: Question): Promise<Found | undefined> {
  const { domain, address } = question;
  const [imap, smtp] = await Promise.all([
    firstOf(question, ['_imaps', 'tls'], ['_imap', 'starttls']),
    firstOf(question, ['_submissions', 'tls'], ['_submission', 'starttls']),
  ]);
  if (!imap || !smtp) return undefined;
  return {
    source: 'srv',
    from: domain,
    name: domain,
    imap,
    smtp,
    userName: address, // RFC 6186 §4
    smtpUserName: address,
    takesPassword: true,
  };
}

async function firstOf(
  question: Question,
  ...services: [string, Security][]
): Promise<ServerSettings | undefined> {
  const { domain, network, providers, signal } = question;
  const answers = await Promise.all(
    services.map(async ([service, security]) => {
      const records = await network.srv(`${service}._tcp.${domain}`, signal);
      return records
        .filter(({ name }) => name !== '' && name !== '.') // RFC 6186 §3.4: not offered
        .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
        .slice(0, MOST_RECORDS)
        .map(({ name, port }) => publishedServer({ host: name, port, security }, providers));
    }),
  );
  const offered = answers.flat();
  const usable = offered.find((settings) => settings !== undefined);
  if (!usable && offered.length > 0) throw notTaken();
  return usable;
}
