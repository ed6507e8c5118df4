/**
 * One of two programs on one keychain: its own mail, and the refresh token that both use, in files that stand in for a keychain. Told by its
 * parent to renew; or to die without warning at one of the writes into the keychain.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccessTokens } from '../../src-main/accounts/access-tokens.ts';
import { writeGrantSecret } from '../../src-main/accounts/grant-secrets.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { MailError, nodeErrorCode } from '../../src-main/base/errors.ts';
import { createLog } from '../../src-main/base/log.ts';
import type { KnownServer } from '../../src-main/oauth/known-server.ts';
import { openStore } from '../../src-main/store/store.ts';
import type { Keychain } from '../../src-main/vault/keychain.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import type { AccountId, GrantId } from '../../src-shared/model/ids.ts';

export type ProgramStart = { directory: string; keychain: string; known: KnownServer };
export type ProgramRequest =
  | { kind: 'signIn'; refreshToken: string }
  | { kind: 'renew' }
  /** Dies right before the change of the keychain with this number (1 is the next one). */
  | { kind: 'dieAtWrite'; write: number };
export type ProgramAnswer = { accessToken?: string; error?: string; signIn: string | undefined };

const start = JSON.parse(process.argv[2] ?? '') as ProgramStart;
const accountId = 'account' as AccountId;
const grantId = 'grant' as GrantId;
let writesToDeath = Number.POSITIVE_INFINITY;

const server = { host: 'mail.example.org', port: 993, security: 'tls' as const };
const account = {
  accountId,
  address: 'ada@example.org',
  displayName: 'Ada',
  providerId: 'example',
  providerName: 'Example',
  userName: 'ada',
  auth: 'oauth' as const,
  imap: server,
  smtp: server,
  sendSavesCopy: false,
  bodyMonths: 12,
  addedAt: 0,
};

mkdirSync(start.directory, { recursive: true });
const store = openStore({ directory: start.directory, key: new Uint8Array(32).fill(7), clock: systemClock });
store.accounts.add({
  account,
  grant: { grantId, accountId, kind: 'oauth', clientId: 'test', scopes: [], grantedAt: 0, state: 'active' },
  audit: { kind: 'signed-in' },
});
const vault = createVault({ service: 'test', keychain: fileKeychain(start.keychain) });
const find = async () => start.known;
const tokens = createAccessTokens({
  store: () => store,
  vault,
  servers: { ofProvider: find, ofIssuer: find, ofGrant: find, peek: () => start.known },
  clock: systemClock,
  log: createLog((line) => process.stderr.write(`${line}\n`)),
});
const source = tokens.sourceFor(account, grantId);

/** An entry is a file that is put in its place whole, as the real keychains do it. */
function fileKeychain(folder: string): Keychain {
  const pathOf = (entry: string) => join(folder, createHash('sha256').update(entry).digest('hex'));
  return {
    async get(_service, entry) {
      try {
        return readFileSync(pathOf(entry), 'utf8');
      } catch (error) {
        if (nodeErrorCode(error) === 'ENOENT') return null;
        throw error;
      }
    },
    async set(_service, entry, value) {
      countDown();
      const path = pathOf(entry);
      writeFileSync(`${path}.${process.pid}`, value);
      renameSync(`${path}.${process.pid}`, path);
    },
    async delete(_service, entry) {
      countDown();
      const isThere = (await this.get('', entry)) !== null;
      rmSync(pathOf(entry), { force: true });
      return isThere;
    },
  };
}

function countDown(): void {
  if (--writesToDeath <= 0) process.kill(process.pid, 'SIGKILL');
}

async function renew(): Promise<ProgramAnswer> {
  const signIn = () => store.accounts.get(accountId)?.signIn;
  const held = tokens.peek(grantId);
  if (held) source.invalidate(held.accessToken);
  try {
    const { accessToken } = await source.get();
    return { accessToken, signIn: signIn() };
  } catch (error) {
    return { error: error instanceof MailError ? error.code : 'other', signIn: signIn() };
  }
}

process.on('message', async (request: ProgramRequest) => {
  if (request.kind === 'signIn')
    await writeGrantSecret(vault, grantId, { refreshToken: request.refreshToken });
  if (request.kind === 'dieAtWrite') writesToDeath = request.write;
  process.send?.(
    request.kind === 'renew' ? await renew() : { signIn: store.accounts.get(accountId)?.signIn },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ signIn: 'started' });
