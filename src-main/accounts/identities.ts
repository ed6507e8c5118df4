/**
 * Who one writes as. An identity may submit through a server of its own (a relay, a transactional service), with a password of its own:
 * it is tried before anything is saved, lies in the vault under `identity/ID`, and goes to the server for which it was given and to no
 * other. Removing the identity, or the access to its account, deletes it.
 */
import { randomUUID } from 'node:crypto';
import type { InputOf } from '../../src-shared/ipc/contract.ts';
import type { Identity } from '../../src-shared/model/identity.ts';
import type { AccountId, IdentityId } from '../../src-shared/model/ids.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { createBound } from '../base/mutex.ts';
import type { Authentication } from '../sasl/authentication.ts';
import { ownIdentityOf } from '../store/identity-table.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { type CheckServer, fixedAuthentication } from './check-servers.ts';
import type { Credentials } from './credentials.ts';

export type Identities = {
  list(): Identity[];
  /**
   * Throws address-invalid, not-found, input-invalid (a name with control characters, no password, or the old password for another
   * server), keychain-*, and what trying the server throws, as in a sign-in. Nothing is saved then.
   */
  save(input: InputOf<'identities.save'>, signal: AbortSignal): Promise<Identity>;
  /** Throws not-found, input-invalid for an account's own, identity-in-use, keychain-*. */
  remove(identityId: IdentityId): Promise<void>;
  /** How an identity with a server of its own proves who it is there. Throws not-found; asking for the password keychain-*, password-refused when there is none. */
  authenticationFor(identityId: IdentityId): Authentication;
};

export type IdentityContext = {
  store: () => Store;
  vault: Vault;
  takeCredential: Credentials['take'];
  checkSmtp: CheckServer;
};

/** More than any person writes as. */
const MOST_IDENTITIES = 200;

const secretName = (identityId: IdentityId): string => `identity/${identityId}`;

export function createIdentities({ store, vault, takeCredential, checkSmtp }: IdentityContext): Identities {
  const tryServer = createBound(LIMITS.identityChecks);
  return {
    list: () => store().identities.list(),
    async save(input, signal) {
      const { accountId, displayName, submission, signature } = input;
      const address = input.address.trim();
      if (!isAddress(address) || hasControls(address)) throw new MailError('address-invalid');
      if (hasControls(displayName)) throw new MailError('input-invalid');
      if (!store().accounts.server(accountId)) throw new MailError('not-found');
      const before = input.identityId === undefined ? undefined : store().identities.get(input.identityId);
      if (input.identityId !== undefined && before?.accountId !== accountId) throw new MailError('not-found');
      if (!before && store().identities.list().length >= MOST_IDENTITIES)
        throw new MailError('input-invalid');

      const identityId = before?.identityId ?? (randomUUID() as IdentityId);
      const kept = {
        identityId,
        accountId,
        address,
        displayName: displayName.trim(),
        ...(signature && { signature }),
      };
      if (!submission) {
        if (before?.submission) await vault.delete(secretName(identityId));
        return store().identities.save(kept);
      }
      const { smtp, userName, password: credential } = submission;
      const isGiven = credential !== undefined;
      const password = isGiven
        ? takeCredential(credential)
        : await keptPassword(vault, identityId, before?.submission?.smtp.host, smtp.host);
      await tryServer(() => checkSmtp(smtp, fixedAuthentication(userName, { password }), signal));
      signal.throwIfAborted();
      if (before?.submission && !isSameHost(before.submission.smtp.host, smtp.host)) {
        // Between the two writes there is no password: neither server may ever be shown the other's.
        await vault.delete(secretName(identityId));
        const saved = store().identities.save({ ...kept, submission: { smtp, userName } });
        await vault.put(secretName(identityId), password);
        return saved;
      }
      if (isGiven) await vault.put(secretName(identityId), password);
      try {
        return store().identities.save({ ...kept, submission: { smtp, userName } });
      } catch (error) {
        // Nobody would know of it any more.
        if (isGiven && !before?.submission) await vault.delete(secretName(identityId)).catch(() => undefined);
        throw error;
      }
    },
    async remove(identityId) {
      const identity = store().identities.get(identityId);
      if (!identity) throw new MailError('not-found');
      if (identityId === ownIdentityOf(identity.accountId)) throw new MailError('input-invalid');
      if (store().identities.isInUse(identityId)) throw new MailError('identity-in-use');
      // First: what cannot be deleted must not be left behind under a name that nobody knows any more.
      if (identity.submission) await vault.delete(secretName(identityId));
      store().identities.remove(identityId);
    },
    authenticationFor(identityId) {
      const identity = store().identities.get(identityId);
      if (!identity?.submission) throw new MailError('not-found');
      const { smtp, userName } = identity.submission;
      return {
        kind: 'password',
        user: userName,
        async password() {
          const password = await vault.get(secretName(identityId));
          // Its server may have become another one since: what is in the vault is that one's.
          const now = store().identities.get(identityId)?.submission?.smtp.host;
          if (password !== undefined && now !== undefined && isSameHost(now, smtp.host)) return password;
          throw new MailError('password-refused', { retry: 'after-sign-in', detail: { host: smtp.host } });
        },
        scram: {
          isKnown: () => store().identities.get(identityId)?.knowsScram === true,
          note: () => {
            if (store().identities.get(identityId)?.knowsScram === false)
              store().identities.noteScram(identityId);
          },
        },
      };
    },
  };
}

/** The access to an account is given back, or it is erased: its identities' passwords go too. Throws keychain-*. */
export async function deleteIdentitySecrets(store: Store, vault: Vault, accountId: AccountId): Promise<void> {
  const mine = store.identities.list().filter((one) => one.accountId === accountId && one.submission);
  for (const { identityId } of mine) await vault.delete(secretName(identityId));
}

/** The password that is in the vault, for the server to which it belongs. */
async function keptPassword(
  vault: Vault,
  identityId: IdentityId,
  host: string | undefined,
  newHost: string,
): Promise<string> {
  const password =
    host !== undefined && isSameHost(host, newHost) ? await vault.get(secretName(identityId)) : undefined;
  if (password === undefined) throw new MailError('input-invalid');
  return password;
}

function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

function isSameHost(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
