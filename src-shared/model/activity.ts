import { z } from 'zod';
import { accountId, receiptId } from './ids.ts';

/** What may stand in the audit log. Each has its words under `activity.KIND`. */
export const auditKind = z.enum([
  'program-began',
  'provider-found',
  'signed-in',
  'signed-in-again',
  'sign-in-failed',
  'client-registered',
  'refreshed',
  'refresh-failed',
  'grant-ended',
  'login-refused',
  'scopes-changed',
  'issuer-changed',
  'key-stored',
  'key-deleted',
  'revoked',
  'revoke-failed',
  'debt-paid',
  'forgotten',
  'account-erased',
  'identity-changed',
  'lock-changed',
  'lock-refused',
  'recovery-changed',
  'security-checked',
  'exported',
  'log-pruned',
]);
export type AuditKind = z.infer<typeof auditKind>;

/** Groups of kinds, for the filter. */
export const activityGroup = z.enum(['sign-in', 'renewal', 'trouble', 'removal', 'safety']);
export type ActivityGroup = z.infer<typeof activityGroup>;

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

export const activityEntry = z.object({
  /** Counts from 1 without a gap, also over what was pruned. */
  number: z.number().int().positive(),
  at: z.number(),
  kind: auditKind,
  accountId: accountId.optional(),
  /** The account's address as it was then; it outlives the account. */
  address: z.string().optional(),
  host: z.string().optional(),
  /** Numbers and names for the sentence; never a secret. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  receiptId: receiptId.optional(),
});
export type ActivityEntry = z.infer<typeof activityEntry>;

/**
 * `unbroken`: every entry follows from the one before, and the keychain knows the last one.
 * `altered`: entry `at` is not what was written. `cut`: entries are missing at the end. `unsealed`: the keychain cannot be asked.
 */
export const activityCheck = z.object({
  state: z.enum(['unbroken', 'altered', 'cut', 'unsealed']),
  /** The time of the first entry that is still here. */
  since: z.number().optional(),
  /** Older entries were removed under this signed checkpoint. */
  prunedBefore: z.number().optional(),
  count: z.number(),
  checkedAt: z.number(),
  /** The number of the first wrong or missing entry. */
  wrongFrom: z.number().optional(),
});
export type ActivityCheck = z.infer<typeof activityCheck>;

/** Something that a person should look at. Each has its words under `finding.KIND`. */
export const activityFinding = z.object({
  kind: z.enum(['refresh-burst', 'new-issuer', 'wider-scopes', 'repeated-failures']),
  accountId: accountId.optional(),
  address: z.string().optional(),
  at: z.number(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ActivityFinding = z.infer<typeof activityFinding>;
