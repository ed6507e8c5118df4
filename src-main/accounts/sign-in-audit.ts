/** What a sign-in leaves in the audit log. Facts only: hosts, codes and names that a person chose or was shown. */
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import { toMailError } from '../base/errors.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import type { Store } from '../store/store.ts';
import type { SignInPlan } from './sign-in-plan.ts';

/** The host that a sign-in is about: the issuer's, else IMAP's. */
export function signInHost(issuer: string | undefined, { imap }: Pick<SignInPlan, 'imap'>): string {
  return issuer === undefined ? imap.host : new URL(issuer).host;
}

/** A failure, with its code; a person's own cancel is none. */
export function noteFailedSignIn(plan: SignInPlan, error: unknown, store: Store): void {
  const { code, detail } = toMailError(error);
  if (code === 'sign-in-cancelled') return;
  const there = store.accounts.byAddress(plan.address);
  const { access } = plan;
  const host = detail?.host ?? signInHost(access.kind === 'oauth' ? access.issuer : undefined, plan);
  store.audit.append({
    kind: 'sign-in-failed',
    ...(there ? { accountId: there.accountId } : { address: plan.address }),
    host: String(host),
    detail: { code },
  });
}

/** The server has given us a client ID: the host knows this program from now on. */
export function noteRegistration(
  plan: SignInPlan,
  { server }: KnownServer,
  clientId: string,
  store: Store,
): void {
  const { host } = new URL(server.registration_endpoint ?? server.issuer);
  const there = store.accounts.byAddress(plan.address);
  store.audit.append({
    kind: 'client-registered',
    ...(there ? { accountId: there.accountId } : { address: plan.address }),
    host,
    detail: { clientId: clientId.slice(0, 100) },
  });
}

/** What came with an account that is saved now: where its servers were found, where the key is, and what is new beside before. */
export function noteNewGrant(
  plan: SignInPlan,
  { accountId, imap, smtp }: ServerAccount,
  grant: Grant,
  old: Grant | undefined,
  store: Store,
): void {
  const host = signInHost(grant.issuer, plan);
  if (plan.foundBy !== undefined && !old) {
    const detail = { source: plan.foundBy, imap: imap.host, smtp: smtp.host };
    store.audit.append({ accountId, kind: 'provider-found', host, detail });
  }
  store.audit.append({ accountId, kind: 'key-stored', host, detail: { what: 'grant' } });
  if (old?.kind !== 'oauth' || grant.kind !== 'oauth') return;
  if (old.issuer !== undefined && grant.issuer !== undefined && old.issuer !== grant.issuer) {
    const detail = { before: new URL(old.issuer).host };
    store.audit.append({ accountId, kind: 'issuer-changed', host, detail });
  }
  const added = grant.scopes.filter((scope) => !old.scopes.includes(scope));
  const removed = old.scopes.filter((scope) => !grant.scopes.includes(scope));
  if (added.length + removed.length === 0) return;
  const detail = { added: added.join(' '), removed: removed.join(' ') };
  store.audit.append({ accountId, kind: 'scopes-changed', host, detail });
}
