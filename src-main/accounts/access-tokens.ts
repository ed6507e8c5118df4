/**
 * Access tokens, in memory only, renewed one at a time for each grant.
 *
 * The order is what keeps a grant alive: a rotated refresh token is in the vault before the access token that came with it is
 * handed to anybody, because the old refresh token is worth nothing any more (using it again would end the whole grant,
 * RFC 9700 §4.14.2). When the vault does not take it, it is kept here and written again until it does.
 */
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { GrantId } from '../../src-shared/model/ids.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createSingleFlight } from '../base/mutex.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { hostOf } from '../oauth/http.ts';
import { refreshTokens, type TokenAnswer } from '../oauth/token-endpoint.ts';
import type { AccessToken, AccessTokenSource } from '../sasl/authentication.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import { readClient, readGrantSecret, writeGrantSecret } from './grant-secrets.ts';

/** Renewed so long before the end, or a quarter of its life when that is shorter. */
const AHEAD = 60_000;

export type AccessTokens = {
  sourceFor(account: ServerAccount, grantId: GrantId): AccessTokenSource;
  /** The token in memory, however old; nothing is renewed. */
  peek(grantId: GrantId): AccessToken | undefined;
  /** The refresh token: the one that waits for the vault, else the vault's. Throws keychain-*. */
  refreshToken(grantId: GrantId): Promise<string | undefined>;
  remember(grantId: GrantId, token: AccessToken): void;
  /** Resolves when no renewal is running. */
  settle(grantId: GrantId): Promise<void>;
  /** Resolves when no renewal of any grant is running: whatever was rotated is in the vault, or waits for it. */
  settleAll(): Promise<void>;
  /** Waits for a running renewal, then forgets the tokens; nothing of this grant is written any more. */
  forget(grantId: GrantId): Promise<void>;
};

type Held = AccessToken & { renewAt: number };

export function createAccessTokens({
  store,
  vault,
  servers,
  clock,
  log,
}: {
  store: () => Store;
  vault: Vault;
  servers: AuthorizationServers;
  clock: Clock;
  log: Log;
}): AccessTokens {
  const held = new Map<GrantId, Held>();
  const unsaved = new Map<GrantId, { refreshToken: string; cancel(): void }>();
  const running = new Map<GrantId, Promise<AccessToken>>();
  const once = createSingleFlight<GrantId, AccessToken>();

  vault.subscribe(({ state }) => {
    if (state === 'ready' || state === 'session')
      for (const grantId of unsaved.keys()) void saveAgain(grantId, 0);
  });

  function remember(grantId: GrantId, token: AccessToken): void {
    const life = token.expiresAt === undefined ? undefined : token.expiresAt - clock.now();
    const renewAt =
      life === undefined ? Number.POSITIVE_INFINITY : clock.now() + life - Math.min(AHEAD, life / 4);
    held.set(grantId, { ...token, renewAt });
  }

  async function get(account: ServerAccount, grantId: GrantId): Promise<AccessToken> {
    const grant = store().grants.get(grantId);
    if (grant?.state !== 'active') throw endedError(account);
    const token = held.get(grantId);
    if (token && token.renewAt > clock.now()) return token;
    const renewal = once(grantId, () => renew(account, grant));
    running.set(grantId, renewal);
    try {
      return await renewal;
    } finally {
      running.delete(grantId);
    }
  }

  async function settle(grantId: GrantId): Promise<void> {
    await running.get(grantId)?.catch(() => undefined);
  }

  async function renew(account: ServerAccount, grant: Grant): Promise<AccessToken> {
    const { grantId } = grant;
    const refreshToken = await readRefreshToken(grantId);
    if (refreshToken === undefined) return end(account, grantId, undefined);
    const known = await servers.ofGrant(account, grant);
    const client = await readClient(vault, grantId, grant.clientId ?? '');
    const ask = (token: string): Promise<TokenAnswer> => refreshTokens(known, client, token, clock.now());
    const host = hostOf(known);
    let answer: TokenAnswer;
    try {
      answer = await ask(refreshToken);
    } catch (error) {
      if (!isEnded(error)) throw error;
      // Somebody else may have rotated it meanwhile; then theirs counts.
      const now = await readRefreshToken(grantId);
      if (now === undefined || now === refreshToken) return end(account, grantId, host);
      answer = await ask(now).catch((again: unknown) => {
        if (isEnded(again)) return end(account, grantId, host);
        throw again;
      });
    }
    if (answer.refreshToken !== undefined && answer.refreshToken !== refreshToken) {
      await save(grantId, answer.refreshToken);
    }
    const { accessToken, expiresAt, scopes } = answer;
    remember(grantId, { accessToken, expiresAt });
    store().grants.update(grantId, {
      refreshedAt: clock.now(),
      ...(expiresAt !== undefined && { accessTokenEndsAt: expiresAt }),
      ...(scopes && { scopes }),
    });
    store().audit.append({ accountId: account.accountId, kind: 'refreshed', host });
    return { accessToken, expiresAt };
  }

  /** The provider takes the grant no more. Nothing local is lost; the person has to sign in again. */
  function end(account: ServerAccount, grantId: GrantId, host: string | undefined): never {
    held.delete(grantId);
    const { accountId } = account;
    if (store().grants.get(grantId)?.state === 'active') {
      store().grants.update(grantId, { state: 'ended', endedAt: clock.now() });
      store().accounts.setSignIn(accountId, 'needs-sign-in', {
        accountId,
        kind: 'grant-ended',
        ...(host !== undefined && { host }),
      });
    }
    throw endedError(account);
  }

  async function save(grantId: GrantId, refreshToken: string): Promise<void> {
    unsaved.get(grantId)?.cancel();
    unsaved.set(grantId, { refreshToken, cancel: () => undefined });
    await saveAgain(grantId, 0);
  }

  async function saveAgain(grantId: GrantId, attempt: number): Promise<void> {
    const waiting = unsaved.get(grantId);
    if (!waiting) return;
    waiting.cancel();
    try {
      await writeGrantSecret(vault, grantId, { refreshToken: waiting.refreshToken });
      if (unsaved.get(grantId) === waiting) unsaved.delete(grantId);
    } catch (error) {
      log.warn('refresh token not in the keychain yet', errorFacts(error));
      if (unsaved.get(grantId) !== waiting) return;
      waiting.cancel = clock.after(backoffDelay(attempt), () => void saveAgain(grantId, attempt + 1));
    }
  }

  async function readRefreshToken(grantId: GrantId): Promise<string | undefined> {
    const waiting = unsaved.get(grantId);
    if (waiting) return waiting.refreshToken;
    const secret = await readGrantSecret(vault, grantId);
    return secret && 'refreshToken' in secret ? secret.refreshToken : undefined;
  }

  return {
    sourceFor: (account, grantId) => ({
      // A renewal is everybody's: who stops waiting does not stop it.
      get: (signal) => untilAborted(get(account, grantId), signal),
      invalidate(accessToken) {
        const token = held.get(grantId);
        if (token?.accessToken === accessToken) held.set(grantId, { ...token, renewAt: 0 });
      },
    }),
    peek(grantId) {
      const token = held.get(grantId);
      return token && { accessToken: token.accessToken, expiresAt: token.expiresAt };
    },
    refreshToken: readRefreshToken,
    remember,
    settle,
    async settleAll() {
      await Promise.allSettled(running.values());
    },
    async forget(grantId) {
      await settle(grantId);
      unsaved.get(grantId)?.cancel();
      unsaved.delete(grantId);
      held.delete(grantId);
    },
  };
}

function isEnded(error: unknown): boolean {
  return error instanceof MailError && error.code === 'grant-ended';
}

function endedError({ imap }: ServerAccount): MailError {
  return new MailError('grant-ended', { retry: 'after-sign-in', detail: { host: imap.host } });
}
