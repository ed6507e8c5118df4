/**
 * Why an authorization server said no, beyond the few words of RFC 6749: Microsoft writes a number into the description
 * (AADSTS…), others write words. The description itself goes nowhere, since it may quote anything.
 */
import * as oauth from 'oauth4webapi';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import { type ErrorDetail, MailError } from '../base/errors.ts';

const APPROVAL = 'admin-approval-needed';
const REFUSED = 'sign-in-refused';
const CLIENT = 'client-refused';
const UNREACHABLE = 'authorization-server-unreachable';

/** Microsoft's numbers (learn.microsoft.com/entra/identity-platform/reference-error-codes); the rest follows RFC 6749's `error`. */
const AADSTS: Record<string, ErrorCode> = {
  // an administrator has to let this program in, or this person to it
  65001: APPROVAL,
  90008: APPROVAL,
  90092: APPROVAL,
  90093: APPROVAL,
  90094: APPROVAL,
  90095: APPROVAL,
  90097: APPROVAL,
  90099: APPROVAL,
  50105: APPROVAL,
  650052: APPROVAL,
  650056: APPROVAL,
  7000112: APPROVAL,
  // the person, or a rule of the organisation for this person or this computer
  65004: REFUSED,
  50020: REFUSED,
  50034: REFUSED,
  50053: REFUSED,
  50055: REFUSED,
  50057: REFUSED,
  50058: REFUSED,
  50072: REFUSED,
  50076: REFUSED,
  50079: REFUSED,
  50097: REFUSED,
  50126: REFUSED,
  53000: REFUSED,
  53001: REFUSED,
  53002: REFUSED,
  53003: REFUSED,
  53004: REFUSED,
  530003: REFUSED,
  // the client ID is not known there, or is not set up for this
  50011: CLIENT,
  50194: CLIENT,
  70001: CLIENT,
  70011: CLIENT,
  500011: CLIENT,
  500113: CLIENT,
  650053: CLIENT,
  700016: CLIENT,
  700025: CLIENT,
  700030: CLIENT,
  700038: CLIENT,
  700054: CLIENT,
  7000114: CLIENT,
  7000215: CLIENT,
  7000218: CLIENT,
  7000222: CLIENT,
  9002313: CLIENT,
  9002325: CLIENT,
  9002326: CLIENT,
  9002327: CLIENT,
  9002346: CLIENT,
  // for now
  50196: UNREACHABLE,
  90033: UNREACHABLE,
  90036: UNREACHABLE,
  90055: UNREACHABLE,
  90056: UNREACHABLE,
};

/** Words for the same thing, of Google (`admin_policy_enforced`) and others. */
const APPROVAL_ERRORS = new Set(['admin_policy_enforced', 'admin_consent_required']);
const APPROVAL_WORDS =
  /\badmin(istrator)?[\s_-]*(consent|approval|policy)|\b(consent|approval) (of|from|by) an? admin/i;

export type ServerRefusal = { error: string; description: string };

/** What a server said no with; undefined when this is no such error. */
export function refusalOf(error: unknown): ServerRefusal | undefined {
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) {
    return { error: error.error, description: (error.error_description ?? '').slice(0, 4_000) };
  }
  return undefined;
}

/**
 * The reason that the server itself has named, as a MailError with the facts that an administrator or a help desk asks for;
 * undefined when it named none that is known here.
 */
export function knownReasonOf({ error, description }: ServerRefusal, host: string): MailError | undefined {
  const number = /\bAADSTS(\d{4,8})\b/.exec(description)?.[1];
  const code = number === undefined ? wordsOf(error, description) : AADSTS[number];
  if (code === undefined) return undefined;
  return new MailError(code, {
    ...(code === UNREACHABLE && { retry: 'later' }),
    detail: { host, ...factsOf(description) },
  });
}

/** The number and the correlation ID of a description: neither is a secret, and both are what support asks for. */
export function factsOf(description: string): ErrorDetail {
  const reason = /\bAADSTS\d{4,8}\b/.exec(description)?.[0];
  const correlation = /Correlation ID:\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/i.exec(
    description,
  )?.[1];
  return {
    ...(reason !== undefined && { reason }),
    ...(correlation !== undefined && { correlationId: correlation }),
  };
}

function wordsOf(error: string, description: string): ErrorCode | undefined {
  if (APPROVAL_ERRORS.has(error)) return APPROVAL;
  const isAboutConsent = ['consent_required', 'access_denied', 'interaction_required'].includes(error);
  return isAboutConsent && APPROVAL_WORDS.test(description) ? APPROVAL : undefined;
}
