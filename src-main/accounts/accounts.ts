/**
 * What a person does with accounts: adds one, signs in again, sees what was granted, takes it back. Here the parts are put
 * together, and the attempts that run are known by their names so that they can be cancelled.
 */
import type { InputOf, OutputOf } from '../../src-shared/ipc/contract.ts';
import type { PayloadOf } from '../../src-shared/ipc/events.ts';
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { GrantView } from '../../src-shared/model/grant.ts';
import type { AccountId, AttemptId, CredentialId } from '../../src-shared/model/ids.ts';
import type { ProviderView } from '../../src-shared/model/provider.ts';
import type { Receipt, SignOutPreview } from '../../src-shared/model/receipt.ts';
import { domainOf, isAddress } from '../../src-shared/text/address.ts';
import { createNetwork, type Network } from '../autoconfig/network.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { findProvider, providerViewOf } from '../autoconfig/providers.ts';
import { type Clock, delay } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { createBound } from '../base/mutex.ts';
import type { Authentication } from '../sasl/authentication.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createAuthentications, type Use } from './authentications.ts';
import { createAuthorizationServers } from './authorization-servers.ts';
import { type CheckServers, serverChecks } from './check-servers.ts';
import { createCredentials } from './credentials.ts';
import { createDebts, type Debts } from './debts.ts';
import { discover } from './discover.ts';
import type { EngineTexts } from './engine-texts.ts';
import { viewGrants } from './grant-views.ts';
import { createKeepAlive, type KeepAlive } from './keep-alive.ts';
import { previewSignOut } from './only-here.ts';
import { renderReceiptPage, renderReceiptsPage } from './receipt-page.ts';
import { type SignOutRequest, signOut } from './revoke-grant.ts';
import { carryOutSignIn } from './sign-in.ts';
import { planByHand, planSignIn, planSignInAgain, type SignInPlan } from './sign-in-plan.ts';
import { createSignOutAll, type SignOutAllRequest, type SignOutAllResult } from './sign-out-all.ts';

/** Everything that fails throws a MailError of the contract's codes. */
export type Accounts = {
  findProvider(address: string): { domain: string; provider?: ProviderView };
  /** The same by asking: the domain, and others only as `discover` says. Throws busy while too many are asked for. */
  discover(input: InputOf<'accounts.discover'>, signal: AbortSignal): Promise<OutputOf<'accounts.discover'>>;
  submitCredential(secret: string): CredentialId;
  /** The secret, once. Throws input-invalid when it was used or has gone. */
  takeCredential(credentialId: CredentialId): string;
  signIn(input: InputOf<'accounts.signIn'>): Promise<ServerAccount>;
  addByHand(input: InputOf<'accounts.addByHand'>): Promise<ServerAccount>;
  signInAgain(input: InputOf<'accounts.signInAgain'>): Promise<ServerAccount>;
  /** No error when the attempt has ended already. */
  cancelSignIn(attemptId: AttemptId): void;
  /** The link that the browser was given. Throws not-found when nothing waits for it. */
  linkOf(attemptId: AttemptId): string;
  authenticationFor(accountId: AccountId, use?: Use): Authentication;
  previewSignOut(accountId: AccountId): SignOutPreview;
  /** Cancels sign-ins to this account first, and keeps new ones out. Throws busy while a sign-out of this account runs. */
  signOut(request: SignOutRequest): Promise<Receipt>;
  /** All accounts as one act; who is signing in is cancelled first. Throws as `SignOutAll.start`. */
  signOutEverything(request: SignOutAllRequest): Promise<SignOutAllResult>;
  debts: Pick<Debts, 'list' | 'retry' | 'giveUp'>;
  /** The mail was opened: goes on with what the end of the program cut off, and with what is owed. */
  resume(): Promise<void>;
  /** The network may be back. */
  wake(): void;
  grantViews(): GrantView[];
  receiptPage(receipt: Receipt): string;
  /** One page for the receipts of one act. */
  receiptsPage(receipts: Receipt[]): string;
  /** Renews what nobody uses, while the mail is open. */
  keepAlive: KeepAlive;
  /**
   * The program ends: sign-ins are cancelled (what they were given is given back), sign-outs and renewals are waited for, so that
   * no access is left that nobody holds. Resolves after a time limit all the same.
   */
  stop(): Promise<void>;
};

export type AccountsOptions = {
  /** Throws while the mail is not open. */
  store: () => Store;
  vault: Vault;
  providers: Provider[];
  registry: ConnectionRegistry;
  clock: Clock;
  log: Log;
  /** Where settings are looked for; the real network when left out. */
  network?: Network;
  texts: EngineTexts;
  shell: { openExternal(url: string): Promise<void>; raiseWindow(): Promise<void> };
  /** Where our client ID metadata document stands, when this build has one. */
  clientMetadataUrl?: string | undefined;
  onProgress(progress: PayloadOf<'signInProgress'>): void;
} & Partial<CheckServers>;

type Attempted = {
  controller: AbortController;
  done: Promise<ServerAccount>;
  address?: string;
  link?: string;
};

export function createAccounts(options: AccountsOptions): Accounts {
  const { store, vault, providers, clock, log, texts } = options;
  const checks = {
    checkImap: options.checkImap ?? serverChecks.checkImap,
    checkSmtp: options.checkSmtp ?? serverChecks.checkSmtp,
  };
  const credentials = createCredentials(clock);
  const network = options.network ?? createNetwork();
  const servers = createAuthorizationServers(providers, clock);
  const tokens = createAccessTokens({ store, vault, servers, clock, log });
  const debts = createDebts({ ...options, servers, isSigningOut: (accountId) => signingOut.has(accountId) });
  const context = { ...options, ...checks, servers, tokens, credentials, owe: debts.owe };
  const lookUp = createBound(LIMITS.discoveries);
  const attempts = new Map<AttemptId, Attempted>();
  const signingOut = new Map<AccountId, Promise<Receipt>>();

  async function attempt(
    { attemptId, via }: { attemptId: AttemptId; via?: 'browser' | 'device' | undefined },
    plan: () => SignInPlan | Promise<SignInPlan>,
  ): Promise<ServerAccount> {
    // Each has a listener and opens a browser: a window that asks for more than a person could want gets no more.
    if (attempts.has(attemptId) || attempts.size >= LIMITS.signIns) throw new MailError('busy');
    const controller = new AbortController();
    const { signal } = controller;
    const onLink = (link: string) => {
      running.link = link;
    };
    const carryOut = async () => {
      const planned = await plan();
      const there = store().accounts.byAddress(planned.address);
      // It would end up as a new access under an account that is being signed out, or be taken back along with the old one.
      if (there && signingOut.has(there.accountId)) throw new MailError('busy', { retry: 'later' });
      running.address = planned.address;
      return carryOutSignIn(planned, { attemptId, via, signal, onLink }, context);
    };
    const running: Attempted = { controller, done: carryOut() };
    attempts.set(attemptId, running);
    try {
      return await running.done;
    } finally {
      attempts.delete(attemptId);
    }
  }

  /** Sign-ins to an account that is to be signed out: cancelled, and what they were given is given back before it goes on. */
  async function endAttempts(accountId: AccountId): Promise<void> {
    const there = [...attempts.values()].filter(
      ({ address }) => address !== undefined && store().accounts.byAddress(address)?.accountId === accountId,
    );
    for (const { controller } of there) controller.abort(new MailError('sign-in-cancelled'));
    await Promise.allSettled(there.map(({ done }) => done));
  }

  async function cancelAttempts(): Promise<void> {
    for (const { controller } of attempts.values()) controller.abort(new MailError('sign-in-cancelled'));
    await Promise.allSettled([...attempts.values()].map(({ done }) => done));
  }

  async function signOutOne(request: SignOutRequest): Promise<Receipt> {
    const { accountId } = request;
    const done = endAttempts(accountId).then(() => signOut(request, context));
    signingOut.set(accountId, done);
    try {
      return await done;
    } finally {
      signingOut.delete(accountId);
    }
  }

  const signOutAll = createSignOutAll({
    ...options,
    async signOut(request) {
      const running = signingOut.get(request.accountId);
      if (!running) return signOutOne(request);
      const receipt = { ...(await running), ...(request.batch !== undefined && { batch: request.batch }) };
      store().receipts.add(receipt);
      return receipt;
    },
  });

  return {
    findProvider(text) {
      const address = text.trim();
      if (!isAddress(address)) throw new MailError('address-invalid');
      const provider = findProvider(providers, address);
      return { domain: domainOf(address), ...(provider && { provider: providerViewOf(provider) }) };
    },
    discover: (input, signal) => lookUp(() => discover(input, { ...context, network }, signal)),
    submitCredential: credentials.submit,
    takeCredential: credentials.take,
    signIn: (input) => attempt(input, () => planSignIn(input, context)),
    addByHand: (input) => attempt(input, () => planByHand(input.settings, context)),
    signInAgain: (input) => attempt(input, () => planSignInAgain(input, context)),
    cancelSignIn: (attemptId) =>
      attempts.get(attemptId)?.controller.abort(new MailError('sign-in-cancelled')),
    linkOf(attemptId) {
      const link = attempts.get(attemptId)?.link;
      if (link === undefined) throw new MailError('not-found');
      return link;
    },
    authenticationFor: createAuthentications({ store, vault, tokens, providers, clock }),
    previewSignOut: (accountId) => previewSignOut(store(), accountId),
    async signOut(request) {
      if (signingOut.has(request.accountId)) throw new MailError('busy');
      return signOutOne(request);
    },
    async signOutEverything(request) {
      await cancelAttempts();
      return signOutAll.start(request);
    },
    debts,
    async resume() {
      await debts.resume();
      await signOutAll.resume();
    },
    wake: debts.wake,
    grantViews: () => viewGrants(store(), vault.state(), providers, servers),
    receiptPage: (receipt) => renderReceiptPage(receipt, texts),
    receiptsPage: (receipts) => renderReceiptsPage(receipts, texts),
    keepAlive: createKeepAlive({ store, tokens, clock, log }),
    async stop() {
      const given = new AbortController();
      for (const { controller } of attempts.values()) controller.abort(new MailError('sign-in-cancelled'));
      const work = [...[...attempts.values()].map(({ done }) => done), ...signingOut.values()];
      await Promise.race([
        Promise.allSettled([...work, signOutAll.stop(), debts.stop(), tokens.settleAll()]),
        delay(clock, LIMITS.stopTimeout, given.signal).catch(() => undefined),
      ]);
      given.abort();
    },
  };
}
