import type { ActivityGroup, AuditKind } from '../../src-shared/model/activity.ts';

/** What a person finds under each name of the filter; some kinds under two. */
export const KINDS_OF: Record<ActivityGroup, readonly AuditKind[]> = {
  'sign-in': [
    'provider-found',
    'client-registered',
    'signed-in',
    'signed-in-again',
    'sign-in-failed',
    'issuer-changed',
    'scopes-changed',
    'key-stored',
    'identity-changed',
  ],
  renewal: ['refreshed', 'refresh-failed', 'scopes-changed'],
  trouble: [
    'sign-in-failed',
    'refresh-failed',
    'grant-ended',
    'login-refused',
    'issuer-changed',
    'revoke-failed',
    'lock-refused',
  ],
  removal: ['revoked', 'revoke-failed', 'debt-paid', 'forgotten', 'key-deleted', 'account-erased'],
  safety: [
    'program-began',
    'key-stored',
    'key-deleted',
    'lock-changed',
    'lock-refused',
    'recovery-changed',
    'security-checked',
    'exported',
    'log-pruned',
  ],
};
