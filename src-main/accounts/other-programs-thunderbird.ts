/**
 * The accounts in Thunderbird's prefs.js. It is JavaScript by its looks, and lines of one form by what Thunderbird writes: only these are
 * read, as text. `account → server, identities → SMTP server` are prefs that name each other.
 */
import type { Security } from '../../src-shared/model/server-settings.ts';
import { MailError } from '../base/errors.ts';
import type { FoundAccount, FoundServer } from './other-programs-found.ts';

type Prefs = Map<string, string | number | boolean>;

const LINE =
  /^user_pref\("((?:[^"\\]|\\.){1,300})", ?(?:"((?:[^"\\]|\\.){0,10000})"|(true|false)|(-?\d{1,10}))\);\s*$/;
/** What concerns accounts; the rest of the file is nobody's business. */
const WANTED =
  /^mail\.(?:accountmanager\.accounts$|account\.|identity\.|server\.|smtpserver\.|smtp\.defaultserver$)/;

/** Accounts by IMAP, as they stand there. Throws settings-unreadable for a file without any pref. */
export function readThunderbird(text: string): FoundAccount[] {
  const prefs = readPrefs(text);
  const textOf = (name: string) => {
    const value = prefs.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const numberOf = (name: string) => {
    const value = prefs.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const server = (base: string, names: { security: string; userName: string }): FoundServer => ({
    host: textOf(`${base}.realhostname`) ?? textOf(`${base}.hostname`),
    port: numberOf(`${base}.port`),
    security: securityOf(numberOf(`${base}.${names.security}`)),
    userName: textOf(`${base}.${names.userName}`),
    isOauth: numberOf(`${base}.authMethod`) === 10,
  });

  return listOf(textOf('mail.accountmanager.accounts')).flatMap((account) => {
    const incoming = textOf(`mail.account.${account}.server`);
    const [identity] = listOf(textOf(`mail.account.${account}.identities`));
    if (incoming === undefined || identity === undefined) return [];
    if (textOf(`mail.server.${incoming}.type`) !== 'imap') return [];
    const outgoing = textOf(`mail.identity.${identity}.smtpServer`) ?? textOf('mail.smtp.defaultserver');
    const address = textOf(`mail.identity.${identity}.useremail`);
    if (outgoing === undefined || address === undefined) return [];
    return [
      {
        address,
        displayName: textOf(`mail.identity.${identity}.fullName`),
        imap: server(`mail.server.${incoming}`, { security: 'socketType', userName: 'userName' }),
        smtp: server(`mail.smtpserver.${outgoing}`, { security: 'try_ssl', userName: 'username' }),
      },
    ];
  });
}

function readPrefs(text: string): Prefs {
  const prefs: Prefs = new Map();
  let lines = 0;
  for (const line of text.split('\n')) {
    const [, name, written, truth, digits] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    lines += 1;
    if (!WANTED.test(name)) continue;
    if (written !== undefined) prefs.set(name, unescapeText(written));
    else prefs.set(name, digits === undefined ? truth === 'true' : Number(digits));
  }
  if (lines === 0) throw new MailError('settings-unreadable');
  return prefs;
}

/** What Thunderbird writes: \" \\ \n \r; and what JavaScript would read. */
function unescapeText(text: string): string {
  return text.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|(.))/gi, (_all, wide, narrow, letter) => {
    const code = wide ?? narrow;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return letter === 'n' ? '\n' : letter === 'r' ? '\r' : letter;
  });
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** 3: TLS from the first byte, 2: STARTTLS. The rest had none, or none that had to be. */
function securityOf(value: number | undefined): Security | undefined {
  return value === 3 ? 'tls' : value === 2 ? 'starttls' : undefined;
}
