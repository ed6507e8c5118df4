import { z } from 'zod';
import { errorCode } from '../ipc/error-codes.ts';
import { accountId, debtId, receiptId } from './ids.ts';

/** A revocation that the provider has not confirmed yet. The key is in the vault for this purpose only, until it is paid or given up. */
export const debt = z.object({
  debtId,
  accountId,
  receiptId,
  address: z.string(),
  providerName: z.string(),
  since: z.number(),
  attempts: z.number(),
  nextTryAt: z.number().optional(),
  lastError: errorCode.optional(),
  manageUrl: z.string().optional(),
});
export type Debt = z.infer<typeof debt>;
