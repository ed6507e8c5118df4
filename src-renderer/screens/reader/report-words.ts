/** Delivery reports and receipts in words: what happened to which recipient, and why (RFC 3464, RFC 3463, RFC 8098). */
import type { DeliveryReport } from '../../../src-shared/model/delivery-report.ts';
import { type MessageKey, t } from '../../i18n/i18n.ts';
import { isolate } from './visible-signs.ts';

export type ReportRecipient = DeliveryReport['recipients'][number];

/** RFC 3463 §3: subject and detail of a status, whatever its class. The longest match counts. */
const REASONS: readonly (readonly [RegExp, MessageKey])[] = [
  [/^\.1\.(?:1|3|0)$/u, 'report.reason-no-address'],
  [/^\.1\.(?:2|10)$|^\.4\.[34]$/u, 'report.reason-no-domain'],
  [/^\.1\.6$/u, 'report.reason-moved'],
  [/^\.1\.(?:7|8)$/u, 'report.reason-sender'],
  [/^\.2\.1$/u, 'report.reason-off'],
  [/^\.2\.2$/u, 'report.reason-full'],
  [/^\.(?:2\.3|3\.4)$/u, 'report.reason-large'],
  [/^\.4\.[6]$/u, 'report.reason-loop'],
  [/^\.4\.7$/u, 'report.reason-late'],
  [/^\.4\./u, 'report.reason-network'],
  [/^\.3\./u, 'report.reason-system'],
  [/^\.6\./u, 'report.reason-content'],
  [/^\.7\.(?:2[0-9]|3[0-9])$/u, 'report.reason-unproven'],
  [/^\.7\./u, 'report.reason-policy'],
  [/^\.1\./u, 'report.reason-no-address'],
  [/^\.2\./u, 'report.reason-mailbox'],
];

/** Why, by the status code of the other server; nothing when it says nothing that is known. */
export function sayReason(status: string | undefined): string | undefined {
  const detail = /^[245](\.\d{1,3}\.\d{1,3})$/u.exec(status?.trim() ?? '')?.[1];
  if (detail === undefined) return undefined;
  const found = REASONS.find(([pattern]) => pattern.test(detail));
  return found && t(found[1]);
}

const ACTIONS = {
  failed: 'report.failed',
  delayed: 'report.delayed',
  delivered: 'report.delivered',
  relayed: 'report.relayed',
  expanded: 'report.expanded',
  displayed: 'report.displayed',
  deleted: 'report.deleted',
  other: 'report.other',
} as const satisfies Record<ReportRecipient['action'], MessageKey>;

/** "The message to jo@example.org did not arrive: the address does not exist." */
export function sayRecipient(recipient: ReportRecipient): string {
  const address = isolate(recipient.address);
  const reason = sayReason(recipient.status);
  if (reason !== undefined && recipient.action === 'failed')
    return t('report.failed-why', { address, reason });
  if (reason !== undefined && recipient.action === 'delayed')
    return t('report.delayed-why', { address, reason });
  return t(ACTIONS[recipient.action], { address });
}

/** Whether somebody has to do something about it. */
export function isBadNews(report: DeliveryReport): boolean {
  return report.recipients.some((one) => one.action === 'failed');
}
