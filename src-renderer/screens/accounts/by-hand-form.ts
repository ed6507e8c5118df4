/** What the form "Server settings by hand" holds, and how it becomes what the engine is asked. No screen in here. */
import type { HandSettings } from '../../../src-shared/ipc/access-contract.ts';
import type { DiscoverySource } from '../../../src-shared/model/discovery.ts';
import type { CredentialId } from '../../../src-shared/model/ids.ts';
import {
  type Security,
  type ServerSettings,
  serverSettings,
} from '../../../src-shared/model/server-settings.ts';
import { domainOf, isAddress } from '../../../src-shared/text/address.ts';
import type { MessageKey } from '../../i18n/i18n.ts';

export type ServerFields = { host: string; port: string; security: Security };
export type ByHandFields = {
  address: string;
  displayName: string;
  userName: string;
  /** Where SMTP wants another name; empty for the same. */
  smtpUserName: string;
  /** A shared mailbox: who signs in; empty for the address itself. */
  loginAddress: string;
  imap: ServerFields;
  smtp: ServerFields;
  foundBy: DiscoverySource | undefined;
  auth: 'password' | 'oauth';
  password: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  scopes: string;
};
export type ByHandField =
  | 'address'
  | 'userName'
  | 'loginAddress'
  | 'imapHost'
  | 'imapPort'
  | 'smtpHost'
  | 'smtpPort'
  | 'password'
  | 'issuer'
  | 'scopes';
export type ByHandErrors = Partial<Record<ByHandField, MessageKey>>;

/** What is known before the person types anything: from a provider, from what was found, from another program. */
export type ByHandStart = {
  imap: ServerSettings;
  smtp: ServerSettings;
  displayName?: string;
  userName?: string;
  smtpUserName?: string;
  foundBy?: DiscoverySource;
  /** With one, the sign-in is in the browser. */
  issuer?: string;
  scopes?: readonly string[];
};

/** What open servers agree on (draft-ietf-mailmaint-oauth-public). */
const OPEN_SCOPES = ['urn:ietf:params:oauth:scope:mail', 'offline_access'];

/** The usual ports: RFC 8314 §3.2 and §3.3 for TLS from the start, RFC 9051 and RFC 6409 for STARTTLS. */
const PORTS = { imap: { tls: '993', starttls: '143' }, smtp: { tls: '465', starttls: '587' } } as const;

function fieldsOf(settings: ServerSettings): ServerFields {
  return { host: settings.host, port: String(settings.port), security: settings.security };
}

/** The form as it opens: from what is known, else with the names that most domains use. */
export function startByHand(address: string, start: ByHandStart | undefined): ByHandFields {
  const domain = domainOf(address);
  const guess = (kind: 'imap' | 'smtp'): ServerFields => ({
    host: domain === '' ? '' : `${kind}.${domain}`,
    port: PORTS[kind].tls,
    security: 'tls',
  });
  const userName = start?.userName ?? address;
  return {
    address,
    displayName: start?.displayName ?? '',
    userName,
    smtpUserName: start?.smtpUserName === userName ? '' : (start?.smtpUserName ?? ''),
    loginAddress: '',
    imap: start ? fieldsOf(start.imap) : guess('imap'),
    smtp: start ? fieldsOf(start.smtp) : guess('smtp'),
    foundBy: start?.foundBy,
    auth: start?.issuer === undefined ? 'password' : 'oauth',
    password: '',
    issuer: start?.issuer ?? '',
    clientId: '',
    clientSecret: '',
    scopes: (start?.scopes ?? []).join(' '),
  };
}

/** Another kind of encryption moves the port along, unless the person chose a port of their own. */
export function changeSecurity(
  kind: 'imap' | 'smtp',
  fields: ServerFields,
  security: Security,
): ServerFields {
  const isUsual = fields.port === PORTS[kind][fields.security];
  return { ...fields, security, port: isUsual ? PORTS[kind][security] : fields.port };
}

function isHost(text: string): boolean {
  return serverSettings.shape.host.safeParse(text.trim()).success;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535;
}

function isIssuer(text: string): boolean {
  // The engine decides which issuers it accepts; http is let through here for a developer's own loopback server.
  return URL.canParse(text.trim()) && /^https?:$/.test(new URL(text.trim()).protocol);
}

function scopesOf(text: string): string[] {
  return text.split(/\s+/).filter((scope) => scope !== '');
}

/** What is wrong with the form, by field; empty when it can be sent. */
export function checkByHand(fields: ByHandFields): ByHandErrors {
  const errors: ByHandErrors = {};
  if (!isAddress(fields.address.trim())) errors.address = 'accounts.invalid.address';
  if (fields.userName.trim() === '') errors.userName = 'accounts.invalid.userName';
  const login = fields.loginAddress.trim();
  if (login !== '' && !isAddress(login)) errors.loginAddress = 'accounts.invalid.address';
  if (!isHost(fields.imap.host)) errors.imapHost = 'accounts.invalid.host';
  if (!isPort(fields.imap.port)) errors.imapPort = 'accounts.invalid.port';
  if (!isHost(fields.smtp.host)) errors.smtpHost = 'accounts.invalid.host';
  if (!isPort(fields.smtp.port)) errors.smtpPort = 'accounts.invalid.port';
  if (fields.auth === 'password') {
    if (fields.password === '') errors.password = 'accounts.invalid.password';
  } else {
    if (!isIssuer(fields.issuer)) errors.issuer = 'accounts.invalid.issuer';
    // Who has a client ID knows what it may ask for; a server that hands one out goes by the open scopes.
    if (fields.clientId.trim() !== '' && scopesOf(fields.scopes).length === 0)
      errors.scopes = 'accounts.invalid.scopes';
  }
  return errors;
}

function serverOf(fields: ServerFields): ServerSettings {
  return { host: fields.host.trim(), port: Number(fields.port), security: fields.security };
}

/** The request of a checked form; `secret` stands for the password or the client secret, and is left out where there is none. */
export function toHandSettings(
  fields: ByHandFields,
  secret: CredentialId | undefined,
): HandSettings | undefined {
  const smtpUserName = fields.smtpUserName.trim();
  const loginAddress = fields.loginAddress.trim();
  const clientId = fields.clientId.trim();
  const scopes = scopesOf(fields.scopes);
  const common = {
    address: fields.address.trim(),
    displayName: fields.displayName.trim(),
    userName: fields.userName.trim(),
    ...(smtpUserName !== '' && { smtpUserName }),
    ...(loginAddress !== '' && { loginAddress }),
    imap: serverOf(fields.imap),
    smtp: serverOf(fields.smtp),
    ...(fields.foundBy && { foundBy: fields.foundBy }),
  };
  if (fields.auth === 'password') {
    return secret && { ...common, auth: { kind: 'password', password: secret } };
  }
  return {
    ...common,
    auth: {
      kind: 'oauth',
      issuer: fields.issuer.trim(),
      ...(clientId !== '' && { clientId }),
      ...(secret && clientId !== '' ? { clientSecret: secret } : {}),
      scopes: scopes.length > 0 ? scopes : OPEN_SCOPES,
    },
  };
}

/** The secret that this form would hand over: the password, or the client secret where one was typed. */
export function secretOf(fields: ByHandFields): string {
  if (fields.auth === 'password') return fields.password;
  return fields.clientId.trim() === '' ? '' : fields.clientSecret;
}
