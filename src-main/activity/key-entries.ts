import { type AccountId, type GrantId, grantId as grantIdSchema } from '../../src-shared/model/ids.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';

const GRANT = 'grant/';
const DEBT = 'debt/';

/**
 * The vault for those who keep keys of accounts in it, such that the first storing of a key and its deletion become entries of the audit
 * log. A key that is replaced by a rotated one is told by the renewal. `store` throws while the mail is not open; then there is no entry.
 */
export function withKeyEntries(vault: Vault, store: () => Store): Vault {
  /** Whose key it is: of a new one that is known a moment later, of a replaced one only from before. */
  const owners = new Map<GrantId, AccountId>();
  const waiting = new Set<GrantId>();
  let heard: Store | undefined;

  function listen(): Store | undefined {
    let open: Store;
    try {
      open = store();
    } catch {
      return undefined;
    }
    if (heard === open) return open;
    heard = open;
    for (const { grantId, accountId, state } of open.grants.list())
      if (state !== 'revoked') owners.set(grantId, accountId);
    open.feed.subscribe((change) => {
      if (change.kind !== 'grant') return;
      if (change.state !== 'revoked') owners.set(change.grantId, change.accountId);
      if (!waiting.delete(change.grantId)) return;
      open.audit.append({ kind: 'key-stored', accountId: change.accountId, detail: { what: 'grant' } });
    });
    return open;
  }

  return {
    ...vault,
    async put(name, secret) {
      const open = listen();
      await vault.put(name, secret);
      const grant = grantOf(name);
      if (grant !== undefined && !owners.has(grant)) waiting.add(grant);
      if (name.startsWith(DEBT)) open?.audit.append({ kind: 'key-stored', detail: { what: 'debt' } });
    },
    async delete(name) {
      const open = listen();
      const isDebt = name.startsWith(DEBT) && (await vault.get(name)) !== undefined;
      await vault.delete(name);
      const grant = grantOf(name);
      if (isDebt) open?.audit.append({ kind: 'key-deleted', detail: { what: 'debt' } });
      if (grant === undefined) return;
      waiting.delete(grant);
      const accountId = owners.get(grant);
      if (accountId === undefined) return;
      owners.delete(grant);
      open?.audit.append({ kind: 'key-deleted', accountId, detail: { what: 'grant' } });
    },
  };
}

function grantOf(name: string): GrantId | undefined {
  return name.startsWith(GRANT) ? grantIdSchema.parse(name.slice(GRANT.length)) : undefined;
}
