/**
 * Who runs the mail of an address, from files on this computer: `app/providers.json`, which ships, and a developer's own
 * (`LATCHKEY_PROVIDERS`, in unpackaged runs only; the composition decides that). No server is asked.
 */
import { readFileSync } from 'node:fs';
import type { ProviderView } from '../../src-shared/model/provider.ts';
import { domainOf } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import { isAllowedServerUrl } from '../base/server-url.ts';
import { type Provider, providerFile } from './provider-file.ts';

/**
 * Reads the providers; those of `extra` come first and replace others of the same id.
 * Throws input-invalid, with the file's path, for one that cannot be read, is not of the schema, or names a server without TLS.
 */
export function loadProviders({ builtIn, extra }: { builtIn: string; extra?: string }): Provider[] {
  const own = extra === undefined ? [] : readProviders(extra, true);
  const shipped = readProviders(builtIn, false);
  return [...own, ...shipped.filter((one) => !own.some(({ id }) => id === one.id))];
}

/** The address of this build's client ID metadata document, when it has one. Throws input-invalid as `loadProviders` does. */
export function readClientMetadataUrl(builtIn: string): string | undefined {
  return readFile(builtIn).clientMetadataUrl;
}

function readProviders(file: string, isDeveloperFile: boolean): Provider[] {
  const { providers } = readFile(file);
  try {
    requireHttps(providers, isDeveloperFile);
    return providers;
  } catch (error) {
    throw new MailError('input-invalid', { detail: { file }, cause: error });
  }
}

function readFile(file: string) {
  try {
    return providerFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new MailError('input-invalid', { detail: { file }, cause: error });
  }
}

/** Throws unless every address of an authorization server is https; in a developer's file a loopback address may do without. */
export function requireHttps(providers: readonly Provider[], isDeveloperFile: boolean): void {
  for (const { oauth } of providers) {
    for (const url of [oauth?.issuer, ...Object.values(oauth?.endpoints ?? {})]) {
      if (url !== undefined && !isAllowedServerUrl(url, isDeveloperFile))
        throw new Error(`not https: ${url}`);
    }
  }
}

/** The provider of an address, by its domain; the first that names it. */
export function findProvider(providers: readonly Provider[], address: string): Provider | undefined {
  const domain = domainOf(address);
  return providers.find(({ domains }) =>
    domains.some((one) => (one.startsWith('*.') ? domain.endsWith(one.slice(1)) : domain === one)),
  );
}

/** What a window may know of it. */
export function providerViewOf(provider: Provider): ProviderView {
  const { id, name, auth, oauth, imap, smtp, consentWords, appPasswordUrl } = provider;
  const authorizationUrl = oauth?.issuer ?? oauth?.endpoints?.authorization;
  return {
    providerId: id,
    name,
    auth,
    needsClientId: oauth?.clientId === '',
    ...(oauth?.endpoints?.registration !== undefined && { registersItself: true }),
    clientSecret: oauth?.clientSecret ?? 'none',
    imap,
    smtp,
    ...(authorizationUrl !== undefined && { authorizationHost: new URL(authorizationUrl).host }),
    ...(consentWords !== undefined && { consentWords }),
    ...(oauth?.registerUrl !== undefined && { registerUrl: oauth.registerUrl }),
    ...(oauth && {
      redirectUri: `http://${oauth.redirectHost}${oauth.redirectPath ?? ''}`,
      scopes: oauth.scopes,
    }),
    ...(provider.mailProgramsUrl !== undefined && { mailProgramsUrl: provider.mailProgramsUrl }),
    ...(appPasswordUrl !== undefined && { appPasswordUrl }),
  };
}

/** The login names of an address at its provider. */
export function userNamesOf(provider: Provider, address: string): { imap: string; smtp: string } {
  const nameOf = (kind: Provider['userName']) =>
    kind === 'address' ? address : address.slice(0, address.lastIndexOf('@'));
  return { imap: nameOf(provider.userName), smtp: nameOf(provider.smtpUserName ?? provider.userName) };
}
