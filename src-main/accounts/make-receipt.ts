/** What the steps of a sign-out come to, in one receipt that claims no more than was seen. */
import { randomInt } from 'node:crypto';
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { ReceiptId } from '../../src-shared/model/ids.ts';
import type { Receipt, ReceiptStep, ReceiptStepName } from '../../src-shared/model/receipt.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { isConfirmed } from './sign-out-context.ts';

/** Readable and short enough to be told on the telephone. */
export function receiptNumber(at: number): ReceiptId {
  const day = new Date(at)
    .toISOString()
    .slice(0, 10)
    .replace(/-(\d\d)-/, '-$1');
  return `LK-${day}-${String(randomInt(1_000_000)).padStart(6, '0')}` as ReceiptId;
}

/** `no` only when all of it was seen: confirmed (now or before), refresh refused, and the mailbox closed to what was in memory. */
export function answerOf(steps: ReceiptStep[]): Pick<Receipt, 'answer' | 'until'> {
  const step = (name: ReceiptStepName) => steps.find((one) => one.name === name);
  const proof = step('proof');
  if (!isConfirmed(step('revoke')?.outcome)) return { answer: 'not-from-here' };
  if (proof?.outcome === 'proved-both' || proof?.outcome === 'proved-refresh-only') return { answer: 'no' };
  const until = proof?.facts.until;
  if (proof?.outcome === 'still-opens' && typeof until === 'number') return { answer: 'until', until };
  return { answer: 'not-from-here' };
}

/** The provider's own page about this access: where a person ends it without us. */
export function managePageOf(grant: Grant, provider: Provider | undefined): string | undefined {
  return grant.kind === 'password' ? (provider?.appPasswordUrl ?? provider?.manageUrl) : provider?.manageUrl;
}

export function makeReceipt(
  { accountId, address, providerName }: ServerAccount,
  grant: Grant,
  provider: Provider | undefined,
  facts: Pick<Receipt, 'receiptId' | 'steps' | 'answer' | 'until' | 'finishedAt' | 'batch'>,
): Receipt {
  const { receiptId, steps, answer, until, finishedAt, batch } = facts;
  const page = managePageOf(grant, provider);
  return {
    receiptId,
    accountId,
    address,
    providerName,
    answer,
    ...(until !== undefined && { until }),
    steps,
    grantedAt: grant.grantedAt,
    finishedAt,
    ...(grant.clientId !== undefined && { clientId: grant.clientId }),
    ...(grant.issuer !== undefined && { issuer: grant.issuer }),
    ...(answer !== 'no' && page !== undefined && { manageUrl: page }),
    ...(batch !== undefined && { batch }),
  };
}
