import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { LIMITS } from '../base/limits.ts';
import { withinTime } from '../base/time-limit.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { Found, Question } from './found.ts';
import { type MailProtocol, openSecureLine } from './secure-line.ts';

/**
 * Servers under usual names of the domain that answer in their protocol over TLS with a good certificate. All are tried at once, the
 * best that answers is taken. Nobody signs in.
 */
export async function askUsualNames(question: Question): Promise<Found | undefined> {
  const { domain, address } = question;
  const [imap, smtp] = await Promise.all([
    firstThatAnswers('imap', usualServers(domain, 'imap', 993, 143), question),
    firstThatAnswers('smtp', usualServers(domain, 'smtp', 465, 587), question),
  ]);
  if (!imap || !smtp) return undefined;
  return {
    source: 'guess',
    from: imap.host,
    name: domain,
    imap,
    smtp,
    userName: address,
    smtpUserName: address,
    takesPassword: true,
  };
}

/** Best first: implicit TLS under every name, then STARTTLS (RFC 8314 §3). */
function usualServers(domain: string, name: string, tls: number, starttls: number): ServerSettings[] {
  const hosts = [`${name}.${domain}`, `mail.${domain}`, domain];
  return [
    ...hosts.map((host): ServerSettings => ({ host, port: tls, security: 'tls' })),
    ...hosts.map((host): ServerSettings => ({ host, port: starttls, security: 'starttls' })),
  ];
}

async function firstThatAnswers(
  protocol: MailProtocol,
  candidates: ServerSettings[],
  { network, signal }: Question,
): Promise<ServerSettings | undefined> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const tries = candidates.map(async (settings) => {
    try {
      // One that never answers must not use up the time of the others.
      const line = await withinTime(either, LIMITS.discoveryGuess, (time) =>
        openSecureLine(settings, protocol, network, time),
      );
      line.close();
      return settings;
    } catch {
      return undefined;
    }
  });
  try {
    for (const one of tries) {
      const settings = await untilAborted(one, signal);
      if (settings) return settings;
    }
    return undefined;
  } finally {
    stop.abort();
  }
}
