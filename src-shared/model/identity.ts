import { z } from 'zod';
import { accountId, identityId } from './ids.ts';
import { serverSettings } from './server-settings.ts';

/** Who one writes as. Every server account has one under its own address, which cannot be removed. */
export const identity = z.object({
  identityId,
  accountId,
  address: z.string(),
  displayName: z.string(),
  /** Sent through a server of its own, with a password of its own in the vault; else through the account's. */
  submission: z.object({ smtp: serverSettings, userName: z.string() }).optional(),
});
export type Identity = z.infer<typeof identity>;
