import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../../src-main/mime/parse-source.ts';

const report = (
  type: string,
  status: string,
  returned = 'Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <one@x.test>\r\n\r\nbody',
) =>
  parseSource(
    Buffer.from(
      [
        `Content-Type: multipart/report; report-type=${type}; boundary=b`,
        '',
        '--b',
        '',
        'In words.',
        '--b',
        `Content-Type: message/${type}`,
        '',
        status,
        '--b',
        returned,
        '--b--',
      ].join('\r\n'),
    ),
  );

describe('a report', () => {
  it('of a bounce says whom, why and what it was about (RFC 3464)', () => {
    const message = report(
      'delivery-status',
      [
        'Reporting-MTA: dns; mx.y.test',
        '',
        'Final-Recipient: rfc822; bob@y.test',
        'Action: Failed (for good)',
        'Status: 5.1.1 (no such user)',
        'Diagnostic-Code: smtp; 550 5.1.1',
        '  No such user',
        '',
        'Original-Recipient: rfc822;eve@y.test',
        'Action: delayed',
        'Remote-MTA: dns; far.test',
        '',
      ].join('\r\n'),
    );
    expect(message.report).toEqual({
      kind: 'delivery',
      recipients: [
        {
          address: 'bob@y.test',
          action: 'failed',
          status: '5.1.1',
          diagnostic: '550 5.1.1 No such user',
          host: 'mx.y.test',
        },
        { address: 'eve@y.test', action: 'delayed', host: 'far.test' },
      ],
      subject: 'Grüße',
      messageIdHeader: '<one@x.test>',
    });
    expect(message.text).toBe('In words.');
    expect(message.attachments).toMatchObject([{ preview: 'text' }, { preview: 'message' }]);
  });

  it('of a reading says what was done (RFC 8098), and takes the head of the message alone', () => {
    const { report: read } = report(
      'disposition-notification',
      'Final-Recipient: rfc822;bob@y.test\r\nOriginal-Message-ID: <two@x.test>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n',
      'Content-Type: text/rfc822-headers\r\n\r\nSubject: Plan',
    );
    expect(read).toEqual({
      kind: 'disposition',
      recipients: [{ address: 'bob@y.test', action: 'displayed' }],
      subject: 'Plan',
      messageIdHeader: '<two@x.test>',
    });
  });

  it('that nobody can read is an ordinary message', () => {
    expect(report('delivery-status', 'nothing here')).not.toHaveProperty('report');
    expect(report('feedback-report', 'Feedback-Type: abuse')).not.toHaveProperty('report');
  });

  it('has no more recipients than anybody reads, and no line of theirs without end', () => {
    const one = `Final-Recipient: rfc822; a@b.test\r\nDiagnostic-Code: smtp; ${'x'.repeat(2_000)}\r\n\r\n`;
    const { report: read } = report('delivery-status', `Reporting-MTA: dns; x\r\n\r\n${one.repeat(400)}`);
    expect(read?.recipients).toHaveLength(200);
    expect(read?.recipients[0]?.diagnostic?.length).toBeLessThanOrEqual(1_000);
  });
});
