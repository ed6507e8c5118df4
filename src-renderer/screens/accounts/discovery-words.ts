/** What was found about an address, in words, and what can be done with it. Plain functions, so that each can be tested. */
import type { HandSettings } from '../../../src-shared/ipc/access-contract.ts';
import type { Discovered, DiscoveryTry } from '../../../src-shared/model/discovery.ts';
import type { CredentialId } from '../../../src-shared/model/ids.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import type { ServerSettings } from '../../../src-shared/model/server-settings.ts';
import { formatList, t } from '../../i18n/i18n.ts';
import type { ByHandStart } from './by-hand-form.ts';

/**
 * What the first button of the address page does.
 * `type`: the address is not known yet. `ask`: its domain may be asked. `client-id`, `app-password`, `by-hand`: the next page.
 * `browser`: opens it, at a provider that is known. The last three use servers that the domain named, and confirm them.
 */
export type NextStep =
  | 'type'
  | 'ask'
  | 'asking'
  | 'browser'
  | 'client-id'
  | 'app-password'
  | 'by-hand'
  | 'found-browser'
  | 'found-client-id'
  | 'found-password';

export function nextStep(
  isKnown: boolean,
  provider: ProviderView | undefined,
  state: 'idle' | 'asking' | 'done',
  chosen: Discovered | undefined,
): NextStep {
  if (provider) {
    if (provider.auth === 'password') return 'app-password';
    return provider.needsClientId && !provider.registersItself ? 'client-id' : 'browser';
  }
  if (!isKnown) return 'type';
  if (state === 'idle') return 'ask';
  if (state === 'asking') return 'asking';
  if (!chosen) return 'by-hand';
  if (chosen.auth === 'password' || !chosen.oauth) return 'found-password';
  return chosen.oauth.registersItself ? 'found-browser' : 'found-client-id';
}

/** "imap.example.org, port 993, TLS" */
export function sayServer({ host, port, security }: ServerSettings): string {
  return t('signIn.server', { host, port: String(port), security });
}

/** Where settings come from: "Found at autoconfig.example.org". */
export function sayFoundFrom(found: Discovered, domain: string): string {
  return t(`signIn.foundFrom.${found.source}`, {
    from: found.from,
    name: found.provider?.name ?? found.name,
    domain,
  });
}

export function sayHow(found: Discovered): string {
  const { oauth } = found;
  if (found.auth === 'password' || !oauth) return t('signIn.howPassword');
  const host = oauth.authorizationHost;
  return oauth.registersItself ? t('signIn.howBrowser', { host }) : t('signIn.howClientId', { host });
}

/** The mail servers by name, each once: what a password would go to. */
export function sayHosts({ imap, smtp }: Pick<Discovered, 'imap' | 'smtp'>): string {
  return formatList([...new Set([imap.host, smtp.host])]);
}

/** "DNS, who takes in the mail, example.org": what was asked, and where. */
export function sayTry({ source, host }: DiscoveryTry): string {
  const what = t(`signIn.try.${source}`);
  return host === '' ? what : t('signIn.tryAt', { what, host });
}

/** What a form for servers starts with when these settings are taken over. */
export function startOf(found: Discovered): ByHandStart {
  const { imap, smtp, userName, smtpUserName, auth, oauth, source } = found;
  return {
    imap,
    smtp,
    userName,
    smtpUserName,
    foundBy: source,
    ...(auth === 'oauth' && oauth && { issuer: oauth.issuer, scopes: oauth.scopes }),
  };
}

/** The request that signs in with settings that were found and that the person has confirmed. */
export function settingsOf(
  found: Discovered,
  who: { address: string; loginAddress: string | undefined },
  password: CredentialId | undefined,
): HandSettings | undefined {
  const { imap, smtp, userName, smtpUserName, source, oauth } = found;
  const common = {
    address: who.address,
    displayName: '',
    userName,
    ...(smtpUserName !== userName && { smtpUserName }),
    ...(who.loginAddress !== undefined && { loginAddress: who.loginAddress }),
    imap,
    smtp,
    foundBy: source,
  };
  if (password) return { ...common, auth: { kind: 'password', password } };
  return oauth && { ...common, auth: { kind: 'oauth', issuer: oauth.issuer, scopes: oauth.scopes } };
}
