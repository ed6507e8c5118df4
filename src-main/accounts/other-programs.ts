/**
 * Account settings of another mail program on this computer: where servers are, and who signs in. Passwords are not among them: the
 * files in which Thunderbird keeps them are not opened, and those that an export of K-9 Mail may hold are passed over.
 */
import { constants, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImportedAccount, importedAccount } from '../../src-shared/model/discovery.ts';
import type { Security, ServerSettings } from '../../src-shared/model/server-settings.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { findProvider } from '../autoconfig/providers.ts';
import { MailError } from '../base/errors.ts';
import type { FoundAccount, FoundServer } from './other-programs-found.ts';
import { readK9 } from './other-programs-k9.ts';
import { readThunderbird } from './other-programs-thunderbird.ts';

const LARGEST_FILE = 5_000_000;
/** More than any person has; a file that says otherwise is not asked for the rest. */
const MOST_ACCOUNTS = 100;
/** Thunderbird's folder holds one folder for each profile. */
const MOST_PROFILES = 50;

/**
 * `path`: Thunderbird's profile folder, or the folder of all its profiles; K-9's settings file. Accounts that cannot be used here (POP3,
 * no address, a host that is none) are left out. Throws settings-unreadable when there are no settings of this program at all.
 */
export async function readOtherProgram(
  program: 'thunderbird' | 'k9',
  path: string,
  providers: Provider[],
): Promise<ImportedAccount[]> {
  const found =
    program === 'k9' ? readK9(await readSmall(path)) : (await readProfiles(path)).flatMap(readThunderbird);
  const accounts = new Map<string, ImportedAccount>();
  for (const one of found) {
    if (accounts.size === MOST_ACCOUNTS) break;
    const account = checked(one, providers);
    if (account) accounts.set(`${account.address.toLowerCase()} ${account.imap.host}`, account);
  }
  return [...accounts.values()];
}

/** The prefs.js of the folder, or those of the profile folders in it. */
async function readProfiles(folder: string): Promise<string[]> {
  const own = await readSmall(join(folder, 'prefs.js')).catch(() => undefined);
  if (own !== undefined) return [own];
  const files: string[] = [];
  for (const parent of [folder, join(folder, 'Profiles')]) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((one) => one.isDirectory()).slice(0, MOST_PROFILES);
    for (const { name } of folders) {
      const text = await readSmall(join(parent, name, 'prefs.js')).catch(() => undefined);
      if (text !== undefined) files.push(text);
    }
  }
  if (files.length === 0) throw new MailError('settings-unreadable');
  return files;
}

/** Throws settings-unreadable for what is no file, or is larger than any settings are. */
async function readSmall(path: string): Promise<string> {
  const failed = (cause?: unknown) => new MailError('settings-unreadable', { cause });
  // A pipe among the files would otherwise keep a thread of the engine until somebody writes into it; Windows has no such flag, and no pipes.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((error: unknown) => {
    throw failed(error);
  });
  try {
    const about = await file.stat();
    const { size } = about;
    if (!about.isFile() || size > LARGEST_FILE) throw failed();
    // Not more than the size that was looked at: a file that grows, or a device that never ends, is cut.
    const content = Buffer.alloc(size);
    const { bytesRead } = await file.read(content, 0, size, 0);
    if (bytesRead === 0) throw failed();
    return content.toString('utf8', 0, bytesRead);
  } catch (error) {
    throw error instanceof MailError ? error : failed(error);
  } finally {
    await file.close();
  }
}

/** Undefined for what could not be an account of ours. Nothing is lowered: what had no TLS is offered with it, on its usual port. */
function checked(found: FoundAccount, providers: Provider[]): ImportedAccount | undefined {
  const address = found.address.trim();
  if (!isAddress(address) || hasControls(address)) return undefined;
  const imap = withTls(found.imap, { tls: 993, starttls: 143 });
  const smtp = withTls(found.smtp, { tls: 465, starttls: 587 });
  const userName = found.imap.userName || address;
  const parsed = importedAccount.safeParse({
    address,
    displayName: plain(found.displayName ?? ''),
    userName,
    smtpUserName: found.smtp.userName || userName,
    imap,
    smtp,
    auth: found.imap.isOauth ? 'oauth' : 'password',
  });
  if (!parsed.success) return undefined;
  const account = parsed.data;
  if ([account.userName, account.smtpUserName].some((name) => name.length > 320 || hasControls(name))) {
    return undefined;
  }
  const provider = providers.find((one) => runsServersOf(one, account, providers));
  return { ...account, ...(provider && { providerId: provider.id }) };
}

function withTls(
  { host, port, security }: FoundServer,
  usual: Record<Security, number>,
): Partial<ServerSettings> {
  if (security === undefined) return { ...(host && { host }), port: usual.tls, security: 'tls' };
  return { ...(host && { host }), port: port ?? usual[security], security };
}

/** Both hosts are the provider's; or the one of IMAP, and the address is of a domain of its own. */
function runsServersOf(
  provider: Provider,
  { address, imap, smtp }: ImportedAccount,
  all: Provider[],
): boolean {
  const isSame = (one: ServerSettings, other: ServerSettings) =>
    one.host.toLowerCase() === other.host.toLowerCase();
  if (!isSame(provider.imap, imap)) return false;
  return isSame(provider.smtp, smtp) || findProvider(all, address)?.id === provider.id;
}

const hasControls = (text: string): boolean => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);

function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
