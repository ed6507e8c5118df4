import { describe, expect, it } from 'vitest';
import { factsOf, knownReasonOf } from '../../../../src-main/oauth/refusals.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const HOST = 'login.lab.test';
const codeOf = (description: string, error = 'invalid_grant') =>
  knownReasonOf({ error, description }, HOST)?.code;

describe('the reason of a refusal', () => {
  it.each([
    [65001, 'admin-approval-needed'],
    [65004, 'sign-in-refused'],
    [90008, 'admin-approval-needed'],
    [90093, 'admin-approval-needed'],
    [90094, 'admin-approval-needed'],
    [90095, 'admin-approval-needed'],
    [90097, 'admin-approval-needed'],
    [90099, 'admin-approval-needed'],
    [50105, 'admin-approval-needed'],
    [7000112, 'admin-approval-needed'],
    [50020, 'sign-in-refused'],
    [50057, 'sign-in-refused'],
    [50076, 'sign-in-refused'],
    [50079, 'sign-in-refused'],
    [53003, 'sign-in-refused'],
    [530003, 'sign-in-refused'],
    [50011, 'client-refused'],
    [700016, 'client-refused'],
    [700025, 'client-refused'],
    [7000215, 'client-refused'],
    [7000218, 'client-refused'],
    [7000222, 'client-refused'],
    [9002326, 'client-refused'],
    [90033, 'authorization-server-unreachable'],
    [90055, 'authorization-server-unreachable'],
  ])('AADSTS%d is %s', (number, code) => {
    expect(codeOf(`AADSTS${number}: whatever follows. Trace ID: 1`)).toBe(code);
  });

  it.each([700081, 700082, 700084, 50173, 54005, 9999999])(
    'AADSTS%d adds nothing to what RFC 6749 says of it',
    (number) => {
      expect(codeOf(`AADSTS${number}: the refresh token has expired`)).toBeUndefined();
    },
  );

  it.each([
    ['admin_policy_enforced', ''],
    ['consent_required', 'Admin consent is required for the permissions requested by this application.'],
    ['access_denied', 'This needs the approval of an administrator'],
    ['access_denied', 'administrator approval pending'],
  ])('%s with "%s" asks for an administrator', (error, description) => {
    expect(codeOf(description, error)).toBe('admin-approval-needed');
  });

  it.each([
    ['access_denied', 'The person said no.'],
    ['access_denied', 'badminton consentement'],
    ['invalid_grant', 'admin consent'],
    ['server_error', ''],
  ])('%s with "%s" does not', (error, description) => {
    expect(codeOf(description, error)).toBeUndefined();
  });

  it('keeps the number and the correlation ID, and none of the words', () => {
    const id = '8B3E3D0E-6a4f-4a51-9c6c-0f3c8a3f7a11';
    const description = `AADSTS65001: ${'secret '.repeat(300)} Correlation ID: ${id} Timestamp: 2026`;
    expect(factsOf(description)).toEqual({ reason: 'AADSTS65001', correlationId: id });
    expect(factsOf('Correlation ID: <script>')).toEqual({});
    expect(factsOf('xAADSTS65001x')).toEqual({});
  });

  it('is found quickly in the longest description', () => {
    const spent = startCounting();
    codeOf(`${'admin '.repeat(5_000)}AADSTS`.repeat(3), 'access_denied');
    expect(spent()).toBeLessThan(200);
  });
});
