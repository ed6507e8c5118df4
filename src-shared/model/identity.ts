import { z } from 'zod';
import { accountId, identityId } from './ids.ts';
import { serverSettings } from './server-settings.ts';

/** Who one writes as. Every server account has one under its own address, which cannot be removed. */
export const identity = z.object({
  identityId,
  accountId,
  address: z.string(),
  displayName: z.string(),
  /** Stands under what is written as this identity; `html` only when it is more than its text. */
  signature: z.object({ text: z.string().max(20_000), html: z.string().max(200_000).optional() }).optional(),
  /** Sent through a server of its own, with a password of its own in the vault; else through the account's. */
  submission: z.object({ smtp: serverSettings, userName: z.string() }).optional(),
});
export type Identity = z.infer<typeof identity>;
