import type { DiscoverySource, DiscoveryTry } from '../../src-shared/model/discovery.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { MailError } from '../base/errors.ts';
import type { Network } from './network.ts';
import type { Provider } from './provider-file.ts';

/** What is looked for. */
export type Question = {
  address: string;
  /** In ASCII. */
  domain: string;
  providers: readonly Provider[];
  network: Network;
  /** Aborted when the source has had its time, or when nobody waits for it any more. */
  signal: AbortSignal;
};

/** Servers for an address, with who named them. Nobody has been asked anything as somebody yet. */
export type Found = {
  source: DiscoverySource;
  from: string;
  provider?: Provider;
  name: string;
  imap: ServerSettings;
  smtp: ServerSettings;
  userName: string;
  smtpUserName: string;
  takesPassword: boolean;
  oauth?: OauthOffer;
};

/** Where a token for these servers is had. */
export type OauthOffer = { issuer: string; scopes: string[] };

/** What one place said. */
export type Answer = { host: string; outcome: DiscoveryTry['outcome']; found?: Found };

/** draft-ietf-mailmaint-oauth-public: what a mail program asks for where nobody says otherwise. */
export const MAIL_SCOPES = ['urn:ietf:params:oauth:scope:mail', 'offline_access'];

/** Settings that may not be used: without TLS, for this computer's own network, not what was announced. */
export function notTaken(cause?: unknown): MailError {
  return new MailError('protocol-error', { cause });
}

/** One place asked: its error as an outcome. A server that does not exist has said nothing; one without a good certificate is refused. */
export async function askPlace(host: string, ask: () => Promise<Found | undefined>): Promise<Answer> {
  try {
    const found = await ask();
    return found ? { host, outcome: 'found', found } : { host, outcome: 'nothing' };
  } catch (error) {
    const code = error instanceof MailError ? error.code : undefined;
    if (code === 'host-not-found') return { host, outcome: 'nothing' };
    return { host, outcome: code === 'protocol-error' || code?.startsWith('tls-') ? 'refused' : 'failed' };
  }
}
