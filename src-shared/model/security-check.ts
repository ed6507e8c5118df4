import { z } from 'zod';

/** What is verified on this installation. Each has its words under `check.NAME.*`. */
export const checkName = z.enum([
  'sign-in-flow', // R2
  'sign-in-answer', // R3
  'loopback', // R4
  'keychain', // R5
  'store-encryption', // R5
  'secrets-on-disk', // R6
  'oauth-tls', // R7
  'server-tls', // R8
  'scopes', // R15
  'activity', // R19
  'electron',
  'dependencies',
  'program-signature',
]);
export type CheckName = z.infer<typeof checkName>;

/** `unknown`: it cannot be found out here and now, and the words say why. */
export const checkItem = z.object({
  name: checkName,
  state: z.enum(['good', 'bad', 'unknown']),
  /** Key of the sentence: `check.NAME.OUTCOME`; of what to do: `check.NAME.OUTCOME.fix`, when there is something. */
  outcome: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type CheckItem = z.infer<typeof checkItem>;

export const securityCheck = z.object({ checkedAt: z.number(), items: z.array(checkItem) });
export type SecurityCheck = z.infer<typeof securityCheck>;
