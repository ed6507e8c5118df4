import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import { accountId, grantId } from '../../src-shared/model/ids.ts';
import type { Submission } from '../../src-shared/model/submission.ts';

export const MAYA = accountId.parse('maya');

export const account = (smtpPort: number): ServerAccount => ({
  accountId: MAYA,
  address: 'maya@lab.test',
  displayName: 'Maya Lind',
  providerId: 'lab',
  providerName: 'Lab',
  userName: 'maya@lab.test',
  auth: 'password',
  imap: { host: 'localhost', port: 993, security: 'tls' },
  smtp: { host: 'localhost', port: smtpPort, security: 'tls' },
  sendSavesCopy: false,
  bodyMonths: 12,
  addedAt: 0,
});

export const grant = (id: string): Grant => ({
  grantId: grantId.parse(id),
  accountId: MAYA,
  kind: 'password',
  scopes: [],
  grantedAt: 0,
  state: 'active',
});

export const isGone = (submission: Submission | undefined) => submission === undefined;
export const is = (state: Submission['state']) => (submission: Submission | undefined) =>
  submission?.state === state;
/** Tried, not sent, and going to be tried again. */
export const failedOnce = (submission: Submission | undefined) =>
  submission?.state === 'queued' && submission.error !== undefined;
