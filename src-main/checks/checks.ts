/**
 * The Security check: what the program promises about this installation, verified now with the program's own code and not asserted. In
 * order: how one signs in, where keys and mail are kept, who the servers are, what was granted, Activity, what the program is made of.
 */

import type { ActivityCheck } from '../../src-shared/model/activity.ts';
import {
  type CheckItem,
  type CheckName,
  checkName,
  type SecurityCheck,
  securityCheck,
} from '../../src-shared/model/security-check.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Clock } from '../base/clock.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { createSingleFlight } from '../base/mutex.ts';
import { requestConsent } from '../oauth/authorize.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { checkKeychain } from './keychain-check.ts';
import { checkDependencies, checkElectron, checkSignature } from './program-checks.ts';
import { checkScopes } from './scopes-check.ts';
import { searchSecrets } from './secret-search.ts';
import { checkMailServers, checkOauthServers, type MailServer } from './server-checks.ts';
import { checkSignIn } from './sign-in-checks.ts';
import { checkStore } from './store-check.ts';

export type Checks = {
  /** Verifies everything, in well under a minute; who asks while it runs gets the same answer. The result is kept. */
  run(): Promise<SecurityCheck>;
  last(): SecurityCheck | undefined;
};

export type ChecksOptions = {
  store: Store;
  vault: Vault;
  clock: Clock;
  log: Log;
  providers: Provider[];
  /** The profile's folder. */
  directory: string;
  /** Where no secret may be. */
  folders: readonly string[];
  supportFile?: string | undefined;
  advisoriesFile?: string | undefined;
  electron?: string | undefined;
  checkActivity(): Promise<ActivityCheck>;
};

export function createChecks(options: ChecksOptions): Checks {
  const { store, vault, clock, log, providers, directory, folders } = options;
  const once = createSingleFlight<'all', SecurityCheck>();

  /** What went wrong while it was looked at is a fault of ours, and no reason to leave the others out. */
  async function look(
    names: readonly CheckName[],
    task: () => CheckItem | CheckItem[] | Promise<CheckItem | CheckItem[]>,
  ): Promise<CheckItem[]> {
    try {
      return [await task()].flat();
    } catch (error) {
      log.warn('security check', { check: names.join(' '), ...errorFacts(error) });
      return names.map((name) => ({ name, state: 'unknown', outcome: 'broken', facts: {} }));
    }
  }

  async function runAll(): Promise<SecurityCheck> {
    const now = clock.now();
    const parts = [
      await look(['sign-in-flow', 'sign-in-answer', 'loopback'], () =>
        checkSignIn({ providers, ask: requestConsent, clock }),
      ),
      await look(['keychain'], () => checkKeychain(vault)),
      await look(['store-encryption'], () => checkStore(directory)),
      await look(['secrets-on-disk'], () => searchSecrets(vault, folders)),
      await look(['oauth-tls'], () => checkOauthServers(providers, store)),
      await look(['server-tls'], () => checkMailServers(serversOf(store))),
      await look(['scopes'], () => checkScopes(providers, store)),
      await look(['activity'], async () => activityItem(await options.checkActivity())),
      await look(['electron'], () => checkElectron(options.supportFile, options.electron, now)),
      await look(['dependencies'], () => checkDependencies(options.advisoriesFile, now)),
      await look(['program-signature'], checkSignature),
    ];
    const items = parts
      .flat()
      .sort((one, other) => checkName.options.indexOf(one.name) - checkName.options.indexOf(other.name));
    const result: SecurityCheck = { checkedAt: now, items };
    store.notes.setText('security-check', JSON.stringify(result));
    const count = (state: CheckItem['state']) => items.filter((item) => item.state === state).length;
    store.audit.append({
      kind: 'security-checked',
      detail: { good: count('good'), bad: count('bad'), unknown: count('unknown') },
    });
    return result;
  }

  return {
    run: () => once('all', runAll),
    last() {
      const text = store.notes.text('security-check');
      // One of another version is as good as none.
      return text === undefined ? undefined : securityCheck.safeParse(JSON.parse(text)).data;
    },
  };
}

function serversOf({ accounts, identities }: Store): MailServer[] {
  const own = accounts.list().flatMap((account): MailServer[] =>
    account.auth === 'none' || account.signIn === 'signed-out'
      ? []
      : [
          { settings: account.imap, protocol: 'imap' },
          { settings: account.smtp, protocol: 'smtp' },
        ],
  );
  const others = identities
    .list()
    .flatMap(({ submission }): MailServer[] =>
      submission ? [{ settings: submission.smtp, protocol: 'smtp' }] : [],
    );
  return [...own, ...others];
}

function activityItem({ state, count, wrongFrom }: ActivityCheck): CheckItem {
  return {
    name: 'activity',
    state: state === 'unbroken' ? 'good' : state === 'unsealed' ? 'unknown' : 'bad',
    outcome: state,
    facts: { count, ...(wrongFrom !== undefined && { wrongFrom }) },
  };
}
