import type { Found, Question } from './found.ts';
import type { Provider } from './provider-file.ts';
import { userNamesOf } from './providers.ts';
import { publishedHost } from './published.ts';

/** The domain's mail goes to a provider that this computer knows: whoever runs the first mail exchanger runs the mailboxes. */
export async function askMx({
  domain,
  address,
  providers,
  network,
  signal,
}: Question): Promise<Found | undefined> {
  const exchanger = await firstExchanger({ domain, network, signal });
  const provider = exchanger === undefined ? undefined : providerOfExchanger(exchanger, providers);
  return exchanger !== undefined && provider ? presetFound('mx', exchanger, provider, address) : undefined;
}

/** The mail exchanger that is tried first (RFC 5321 §5.1); undefined when there is none, or none is wanted (RFC 7505). */
export async function firstExchanger({
  domain,
  network,
  signal,
}: Pick<Question, 'domain' | 'network' | 'signal'>): Promise<string | undefined> {
  const records = await network.mx(domain, signal);
  const [first] = records.toSorted((a, b) => a.priority - b.priority);
  return first && publishedHost(first.exchange);
}

/** The provider whose `mx` says most exactly what the host is; `*.` in front stands for any one label or more. */
export function providerOfExchanger(host: string, providers: readonly Provider[]): Provider | undefined {
  let best: { length: number; provider: Provider } | undefined;
  for (const provider of providers) {
    for (const pattern of provider.mx ?? []) {
      const fits = pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
      if (fits && pattern.length > (best?.length ?? 0)) best = { length: pattern.length, provider };
    }
  }
  return best?.provider;
}

/** A provider of this computer as something that was found. */
export function presetFound(
  source: 'preset' | 'mx',
  from: string,
  provider: Provider,
  address: string,
): Found {
  const { name, imap, smtp, auth, appPasswordUrl } = provider;
  const names = userNamesOf(provider, address);
  return {
    source,
    from,
    provider,
    name,
    imap,
    smtp,
    userName: names.imap,
    smtpUserName: names.smtp,
    takesPassword: auth === 'password' || appPasswordUrl !== undefined,
  };
}
