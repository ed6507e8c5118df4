import { z } from 'zod';
import { providerView } from './provider.ts';
import { serverSettings } from './server-settings.ts';

/**
 * Where settings were found, best first.
 * preset: on this computer. mx: the domain's mail goes to a provider that is on this computer. pacc: draft-ietf-mailmaint-pacc.
 * autoconfig: at the domain. srv: RFC 6186, RFC 8314. ispdb: Mozilla's list. guess: servers that answered under usual names.
 */
export const discoverySource = z.enum(['preset', 'mx', 'pacc', 'autoconfig', 'srv', 'ispdb', 'guess']);
export type DiscoverySource = z.infer<typeof discoverySource>;

/** Servers for an address. Nothing of it counts before the person has confirmed the hosts. */
export const discovered = z.object({
  source: discoverySource,
  /** The host that said so; for `preset` the provider's name. */
  from: z.string(),
  /** A provider that this computer knows: sign in with it. The rest is shown only. */
  provider: providerView.optional(),
  name: z.string(),
  imap: serverSettings,
  smtp: serverSettings,
  userName: z.string(),
  smtpUserName: z.string(),
  /** What to use first. */
  auth: z.enum(['oauth', 'password']),
  oauth: z
    .object({
      issuer: z.string(),
      authorizationHost: z.string(),
      scopes: z.array(z.string()),
      /** The server gives us a client ID by itself: nobody has to have made one. */
      registersItself: z.boolean(),
    })
    .optional(),
});
export type Discovered = z.infer<typeof discovered>;

/** What became of a source: `refused` said something that is not taken (no TLS, a DTD, a foreign digest). */
export const discoveryTry = z.object({
  source: discoverySource,
  host: z.string(),
  outcome: z.enum(['found', 'nothing', 'failed', 'refused']),
});
export type DiscoveryTry = z.infer<typeof discoveryTry>;

/** Settings of another mail program on this computer, without any secret. */
export const importedAccount = z.object({
  address: z.string(),
  displayName: z.string(),
  userName: z.string(),
  smtpUserName: z.string(),
  imap: serverSettings,
  smtp: serverSettings,
  auth: z.enum(['oauth', 'password']),
  /** The provider on this computer that runs these servers. */
  providerId: z.string().optional(),
});
export type ImportedAccount = z.infer<typeof importedAccount>;
