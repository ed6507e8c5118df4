/** An account whose access is renewed at a token server in this process, over a keychain in memory. Time stands still until it is told to go on. */
import { onTestFinished } from 'vitest';
import { createAccessTokens } from '../../../../src-main/accounts/access-tokens.ts';
import { createGrantLock } from '../../../../src-main/accounts/grant-lock.ts';
import { readGrantSecret, writeGrantSecret } from '../../../../src-main/accounts/grant-secrets.ts';
import { createLog } from '../../../../src-main/base/log.ts';
import { openStore } from '../../../../src-main/store/store.ts';
import { createVault } from '../../../../src-main/vault/vault.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';
import { startTokenServer } from '../../../servers/token-server.mjs';
import { ACCOUNT, KEY, START, temporaryFolder, testAccount, testGrant } from '../store/test-store.ts';
import { createMemoryKeychain } from '../vault/memory-keychain.ts';

type ServerOptions = Parameters<typeof startTokenServer>[0];

export async function startTokenWorld(options: ServerOptions = {}) {
  const clock = createManualClock(START);
  const server = await startTokenServer({ now: clock.now, ...options });
  onTestFinished(() => server.stop());
  const memory = createMemoryKeychain();
  const lockFolder = temporaryFolder();
  const { grantId } = testGrant();

  /** A program of its own, with its own mail and its own view of the one keychain. */
  function openProgram({ known = server.known } = {}) {
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line));
    const store = openStore({ directory: temporaryFolder(), key: KEY, clock });
    onTestFinished(() => store.close());
    const grant = { ...testGrant(), clientId: 'test' };
    store.accounts.add({ account: testAccount(), grant, audit: { kind: 'signed-in' } });
    const vault = createVault({ service: 'test', keychain: memory.keychain, clock, platform: 'linux' });
    const lock = createGrantLock({ log, folder: () => lockFolder, waitMs: 500 });
    const servers = {
      ofProvider: async () => known,
      ofIssuer: async () => known,
      ofGrant: async () => known,
      peek: () => known,
    };
    const tokens = createAccessTokens({ store: () => store, vault, servers, clock, log, lock });
    const source = tokens.sourceFor(testAccount(), grantId);
    const kinds = () =>
      store.audit
        .list({ accountId: ACCOUNT, limit: 1_000 })
        .map(({ kind }) => kind)
        .reverse();
    return { store, vault, tokens, source, lines, log, kinds };
  }
  type Program = ReturnType<typeof openProgram>;

  return {
    clock,
    server,
    keychain: memory,
    lockFolder,
    openProgram,
    /** Puts a new grant's key into the keychain, as a sign-in does. */
    async signIn(program: Program) {
      const { refreshToken, accessToken } = server.signIn();
      await writeGrantSecret(program.vault, grantId, { refreshToken });
      return accessToken;
    },
    savedToken: async ({ vault }: Program) => {
      const secret = await readGrantSecret(vault, grantId);
      return secret && 'refreshToken' in secret ? secret.refreshToken : undefined;
    },
    grantOf: ({ store }: Program) => store.grants.get(grantId),
    signInStateOf: ({ store }: Program) => store.accounts.get(ACCOUNT)?.signIn,
  };
}
