/** What the steps of a sign-out share: the rooms that they reach, and what each comes to. */
import type { ReceiptStep } from '../../src-shared/model/receipt.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import type { Log } from '../base/log.ts';
import type { OauthClient } from '../oauth/client.ts';
import type { AccessToken } from '../sasl/authentication.ts';
import type { DebtRecord } from '../store/debt-records.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import type { CheckServer } from './check-servers.ts';
import type { DebtSecret } from './debt-secrets.ts';

export type SignOutContext = {
  store: () => Store;
  vault: Vault;
  providers: Provider[];
  servers: AuthorizationServers;
  tokens: AccessTokens;
  registry: ConnectionRegistry;
  clock: Clock;
  log: Log;
  checkImap: CheckServer;
  /** Keeps a key for nothing but asking the provider again. Throws keychain-*; then it is not kept. */
  owe(debt: DebtRecord, secret: DebtSecret): Promise<void>;
};

/** `error`: why the provider has not confirmed; not part of the receipt. */
export type StepEnd = {
  state: 'done' | 'owed' | 'skipped';
  outcome: string;
  facts?: ReceiptStep['facts'];
  error?: unknown;
};

/** What was in hand before anything was deleted. */
export type Keys = {
  refreshToken: string | undefined;
  client: OauthClient;
  accessToken: AccessToken | undefined;
};

/** The provider said that it took the access back, now or before. */
export function isConfirmed(outcome: string | undefined): boolean {
  return outcome === 'revoked' || outcome === 'already-ended';
}
