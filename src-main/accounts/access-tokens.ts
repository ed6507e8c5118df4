/**
 * Access tokens, in memory only, renewed one at a time for each grant: ahead of their end, once after a server refused one, and when the
 * clock was moved so that their age is not known any more.
 *
 * The order is what keeps a grant alive. Under the lock that all programs of this person share, the refresh token is read from the vault
 * (another program may have rotated it), used once, and the one that comes back is in the vault before the access token that came with it
 * is handed to anybody, because the old refresh token is worth nothing any more (using it again would end the whole grant, RFC 9700
 * §4.14.2). Only the server's own word ends a grant: one that is down, busy or not to be reached is asked again later.
 */
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { GrantId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { AccessToken, AccessTokenSource } from '../sasl/authentication.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import { createGrantLock, type GrantLock } from './grant-lock.ts';
import { createPatience } from './patience.ts';
import { renewGrant } from './renew-grant.ts';
import { createRotatedTokens } from './rotated-tokens.ts';

/** Renewed so long before the end, or a quarter of its life when that is shorter. */
const AHEAD = 60_000;
/** A clock that was set back by more than this says nothing about how old a token is. */
const CLOCK_STEP = 60_000;

export type AccessTokens = {
  sourceFor(account: ServerAccount, grantId: GrantId): AccessTokenSource;
  /** The token in memory, however old; nothing is renewed. */
  peek(grantId: GrantId): AccessToken | undefined;
  /** The refresh token: the one that waits for the vault, else the vault's. Throws keychain-*. */
  refreshToken(grantId: GrantId): Promise<string | undefined>;
  remember(grantId: GrantId, token: AccessToken): void;
  /** Renews now, however good the token in memory is. Throws as a source's `get` does. */
  renew(account: ServerAccount, grantId: GrantId): Promise<void>;
  /** After sleep, or on another network: what failed to answer before is asked again at once. */
  wake(): void;
  /** Resolves when no renewal is running. */
  settle(grantId: GrantId): Promise<void>;
  /** Resolves when no renewal of any grant is running: whatever was rotated is in the vault, or waits for it. */
  settleAll(): Promise<void>;
  /** Waits for a running renewal, then forgets the tokens; nothing of this grant is written any more. */
  forget(grantId: GrantId): Promise<void>;
};

type Held = AccessToken & { gotAt: number; renewAt: number; isRefused: boolean };

export function createAccessTokens({
  store,
  vault,
  servers,
  clock,
  log,
  lock: shared = createGrantLock({ log }),
}: {
  store: () => Store;
  vault: Vault;
  servers: AuthorizationServers;
  clock: Clock;
  log: Log;
  lock?: GrantLock;
}): AccessTokens {
  // The keys of a session are in this memory only: no other program can use them, and nothing of it is left on the disk.
  const lock: GrantLock = (grantId, task) =>
    vault.state().state === 'session' ? task() : shared(grantId, task);
  const held = new Map<GrantId, Held>();
  const running = new Map<GrantId, Promise<AccessToken>>();
  const rotated = createRotatedTokens({ vault, lock, clock, log });
  const patience = createPatience(clock);

  function remember(grantId: GrantId, token: AccessToken): void {
    const gotAt = clock.now();
    const life = token.expiresAt === undefined ? undefined : token.expiresAt - gotAt;
    const renewAt = life === undefined ? Number.POSITIVE_INFINITY : gotAt + life - Math.min(AHEAD, life / 4);
    held.set(grantId, { ...token, gotAt, renewAt, isRefused: false });
  }

  const isBefore = (token: Held, end: number): boolean =>
    !token.isRefused && clock.now() < end && clock.now() >= token.gotAt - CLOCK_STEP;

  async function get(account: ServerAccount, grantId: GrantId): Promise<AccessToken> {
    const grant = requireActive(account, grantId);
    const token = held.get(grantId);
    if (token && isBefore(token, token.renewAt)) return token;
    try {
      return await renewOnce(account, grant);
    } catch (error) {
      // It was to be renewed ahead of its end: until then it still opens the mailbox.
      if (token && held.get(grantId) === token && isBefore(token, token.expiresAt ?? 0)) return token;
      throw error;
    }
  }

  function requireActive(account: ServerAccount, grantId: GrantId): Grant {
    const grant = store().grants.get(grantId);
    if (grant?.state !== 'active') throw endedError(account);
    return grant;
  }

  /** Who comes while a renewal runs gets the same answer. */
  function renewOnce(account: ServerAccount, grant: Grant): Promise<AccessToken> {
    const { grantId } = grant;
    const there = running.get(grantId);
    if (there) return there;
    const renewal = renew(account, grant).finally(() => running.delete(grantId));
    running.set(grantId, renewal);
    return renewal;
  }

  async function renew(account: ServerAccount, grant: Grant): Promise<AccessToken> {
    const { grantId } = grant;
    patience.require(grantId);
    try {
      const token = await renewGrant(account, grant, { store, vault, servers, rotated, lock, clock, log });
      patience.succeed(grantId);
      remember(grantId, token);
      return token;
    } catch (error) {
      if (error instanceof MailError && error.code === 'grant-ended') end(account, grantId, error);
      if (isRemote(error) && patience.fail(grantId, error)) noteOutage(account, error);
      throw error;
    }
  }

  /** One entry for an outage, however often it is tried again. */
  function noteOutage({ accountId, imap }: ServerAccount, { code, detail }: MailError): void {
    const host = typeof detail?.host === 'string' ? detail.host : imap.host;
    store().audit.append({ accountId, kind: 'refresh-failed', host, detail: { code } });
  }

  /** The provider takes the grant no more. Nothing local is lost; the person has to sign in again. */
  function end(account: ServerAccount, grantId: GrantId, { detail = {} }: MailError): never {
    held.delete(grantId);
    patience.succeed(grantId);
    const { accountId } = account;
    if (store().grants.get(grantId)?.state === 'active') {
      const { host, because } = detail;
      store().grants.update(grantId, { state: 'ended', endedAt: clock.now() });
      store().accounts.setSignIn(accountId, 'needs-sign-in', {
        accountId,
        kind: 'grant-ended',
        ...(typeof host === 'string' && { host }),
        ...(because !== undefined && { detail: { because } }),
      });
    }
    throw endedError(account);
  }

  async function settle(grantId: GrantId): Promise<void> {
    await running.get(grantId)?.catch(() => undefined);
  }

  return {
    sourceFor: (account, grantId) => ({
      // A renewal is everybody's: who stops waiting does not stop it.
      get: (signal) => untilAborted(get(account, grantId), signal),
      invalidate(accessToken) {
        const token = held.get(grantId);
        if (token?.accessToken === accessToken) held.set(grantId, { ...token, isRefused: true });
      },
    }),
    peek(grantId) {
      const token = held.get(grantId);
      return token && { accessToken: token.accessToken, expiresAt: token.expiresAt };
    },
    refreshToken: rotated.read,
    remember,
    async renew(account, grantId) {
      await renewOnce(account, requireActive(account, grantId));
    },
    wake: patience.wake,
    settle,
    async settleAll() {
      await Promise.allSettled(running.values());
    },
    async forget(grantId) {
      await settle(grantId);
      rotated.forget(grantId);
      patience.succeed(grantId);
      held.delete(grantId);
    },
  };
}

/** What the authorization server, or the way to it, is to blame for; a locked keychain or a full disk is not. */
function isRemote(error: unknown): error is MailError {
  return error instanceof MailError && !/^(keychain|store|disk|file|busy|internal|grant)\b/.test(error.code);
}

function endedError({ imap }: ServerAccount): MailError {
  return new MailError('grant-ended', { retry: 'after-sign-in', detail: { host: imap.host } });
}
