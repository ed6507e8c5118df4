/** The accounts in a settings export of K-9 Mail or Thunderbird for Android (`.k9s`, XML). A document type is not taken, nor any password. */
import { SaxesParser } from 'saxes';
import type { Security } from '../../src-shared/model/server-settings.ts';
import { MailError } from '../base/errors.ts';
import type { FoundAccount, FoundServer } from './other-programs-found.ts';

const ROOT = 'k9settings';
const ACCOUNT = `${ROOT}/accounts/account`;
const DEEPEST = 30;
/** Elements whose text is read, below an account. Nothing else is kept, not even for a moment. */
const READ = new Set([
  ...['incoming-server', 'outgoing-server'].flatMap((server) =>
    ['host', 'port', 'connection-security', 'authentication-type', 'username'].map(
      (name) => `${server}/${name}`,
    ),
  ),
  'identities/identity/name',
  'identities/identity/email',
]);
const LONGEST_TEXT = 1_000;

type Fields = Map<string, string>;

/** Accounts by IMAP, as they stand there. Throws settings-unreadable for anything but such an export. */
export function readK9(text: string): FoundAccount[] {
  const accounts: FoundAccount[] = [];
  const path: string[] = [];
  let fields: Fields = new Map();
  let reading: string | undefined;
  const unreadable = (): never => {
    throw new MailError('settings-unreadable');
  };

  const parser = new SaxesParser({ xmlns: false, position: false });
  // A document type could name other files, or grow without end.
  parser.on('doctype', unreadable);
  parser.on('error', unreadable);
  parser.on('opentag', ({ name, attributes }) => {
    path.push(name);
    if (path.length > DEEPEST || path[0] !== ROOT) unreadable();
    const place = path.join('/');
    if (place === ACCOUNT) fields = new Map();
    reading = undefined;
    if (!place.startsWith(`${ACCOUNT}/`)) return;
    const below = place.slice(ACCOUNT.length + 1);
    if (below === 'incoming-server' || below === 'outgoing-server') {
      fields.set(`${below}/type`, attributes.type ?? '');
    }
    // The first identity is the account's own.
    if (READ.has(below) && !fields.has(below)) reading = below;
  });
  parser.on('text', (part) => {
    if (reading === undefined) return;
    fields.set(reading, `${fields.get(reading) ?? ''}${part}`.slice(0, LONGEST_TEXT));
  });
  parser.on('closetag', () => {
    if (path.join('/') === ACCOUNT) accounts.push(...accountOf(fields));
    path.pop();
    reading = undefined;
  });
  try {
    parser.write(text).close();
  } catch (error) {
    throw new MailError('settings-unreadable', { cause: error });
  }
  return accounts;
}

function accountOf(fields: Fields): FoundAccount[] {
  const address = fields.get('identities/identity/email');
  const isImap = fields.get('incoming-server/type')?.toUpperCase() === 'IMAP';
  if (address === undefined || !isImap) return [];
  return [
    {
      address,
      displayName: fields.get('identities/identity/name'),
      imap: serverOf(fields, 'incoming-server'),
      smtp: serverOf(fields, 'outgoing-server'),
    },
  ];
}

function serverOf(fields: Fields, server: string): FoundServer {
  const field = (name: string) => fields.get(`${server}/${name}`)?.trim();
  const port = field('port') ?? '';
  return {
    host: field('host'),
    port: /^\d{1,5}$/.test(port) ? Number(port) : undefined,
    security: securityOf(field('connection-security')),
    userName: field('username'),
    isOauth: field('authentication-type') === 'XOAUTH2',
  };
}

function securityOf(text: string | undefined): Security | undefined {
  if (text === 'SSL_TLS_REQUIRED') return 'tls';
  return text === 'STARTTLS_REQUIRED' ? 'starttls' : undefined;
}
