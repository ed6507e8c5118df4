import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../../../src-renderer/backend/backend.ts';
import { BackendProvider } from '../../../../../src-renderer/backend/backend-context.tsx';
import { ReceiptPage } from '../../../../../src-renderer/screens/accounts/receipt-page.tsx';
import {
  type Receipt,
  receiptAnswer,
  receipt as receiptSchema,
} from '../../../../../src-shared/model/receipt.ts';

/** A page that is only drawn asks for nothing. */
const SILENT: Backend = {
  request: async () => ({ ok: false, code: 'internal', retry: 'never' }),
  subscribe: () => () => {},
  subscribeRenewed: () => () => {},
};

function draw(change: Partial<Record<keyof Receipt, unknown>>): string {
  const receipt = receiptSchema.parse({
    receiptId: 'LK-1',
    accountId: 'a',
    address: '<img src=x onerror=alert(1)>@lindgard.example',
    providerName: 'Google',
    answer: 'no',
    steps: [],
    grantedAt: 0,
    finishedAt: 1,
    ...change,
  });
  return renderToStaticMarkup(
    <BackendProvider backend={SILENT}>
      <ReceiptPage receipt={receipt} onDone={() => {}} />
    </BackendProvider>,
  );
}

describe('the receipt', () => {
  it('carries the green tick beside "No." and beside no other answer', () => {
    for (const answer of receiptAnswer.options) {
      expect(draw({ answer }).includes('receipt-tick')).toBe(answer === 'no');
    }
  });

  it("links the provider's own page while something is owed there, and not when it is over", () => {
    const manageUrl = 'https://provider.example/apps';
    const steps = [{ name: 'revoke', state: 'owed', outcome: 'revoke-unreachable', facts: {} }];
    expect(draw({ answer: 'not-from-here', manageUrl, steps })).toContain('Google’s own page');
    expect(draw({ manageUrl })).not.toContain('Google’s own page');
  });

  it('shows an address with markup in it as text', () => {
    expect(draw({})).not.toContain('<img');
  });
});
