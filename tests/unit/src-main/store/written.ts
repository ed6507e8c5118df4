import type { Store } from '../../../../src-main/store/store.ts';
import { ACCOUNT } from './test-store.ts';

/** Sends a message to somebody, as far as the store is concerned. */
export function write(store: Store, ...to: (string | { name: string; address: string })[]): void {
  const people = to.map((one) => (typeof one === 'string' ? { name: '', address: one } : one));
  const content = { accountId: ACCOUNT, to: people, cc: [], bcc: [], subject: '', text: '' };
  const { submissionId } = store.outbox.add({
    accountId: ACCOUNT,
    draft: store.drafts.create(content),
    source: new TextEncoder().encode('source'),
    smtpEnvelope: { from: 'ada@example.org', to: people.map(({ address }) => address) },
    messageIdHeader: '<sent@example.org>',
    notBefore: 0,
  });
  store.outbox.finishSent(submissionId, {});
}
